"""Who leads the space of dialogue: roles, relays, the dossier of a passation; and passing a role on."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from maillage.accounts.models import User
from maillage.core.errors import MaillageError
from maillage.dialogue.actions.governing import relay_role
from maillage.dialogue.models import GovernanceRelay
from maillage.dialogue.queries.governing import relays, roles
from maillage.web.forms.decision import RelayForm
from maillage.web.guard import animators
from maillage.web.messages import told
from maillage.web.params import only_known
from maillage.web.printing import printed


@require_safe
def governance(request: HttpRequest) -> HttpResponse:
    """Who holds what, since when, and every relay."""
    only_known(request, ())
    return render(request, "dialogue/governance.html", {"roles": roles(), "relays": relays()})


@require_safe
def dossier(request: HttpRequest, uid: str) -> HttpResponse:
    """What a relay handed over, on paper."""
    only_known(request, ())
    row = get_object_or_404(GovernanceRelay.objects.select_related("proposer", "successor", "session"), uid=uid)
    name = f"passation-{row.accepted_on:%Y-%m-%d}"
    return printed(request, "dialogue/dossier.html", {"relay": row, "dossier": row.dossier}, name=name)


@animators
def relay(request: HttpRequest) -> HttpResponse:
    """Pass a role on, in public."""
    only_known(request, ())
    form = RelayForm(request.POST) if request.method == "POST" else RelayForm()
    if request.method == "POST" and form.is_valid():
        try:
            successor = form.cleaned_data["successor"]
            relay_role(successor=successor, fields=form.said(), by=cast(User, request.user))
        except MaillageError as error:
            form.add_error(None, told(error))
        else:
            return HttpResponseRedirect("/dialogue/gouvernance")
    return render(request, "dialogue/relay.html", {"form": form}, status=400 if form.errors else 200)
