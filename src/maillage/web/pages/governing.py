"""Who leads the space of dialogue: roles, relays, the dossier of a passation; and passing a role on."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.models import User
from maillage.core.errors import MaillageError
from maillage.dialogue.actions.governing import end_lead, name_lead, relay_role
from maillage.dialogue.models import GovernanceRelay, LeadRight
from maillage.dialogue.queries.governing import relays, roles
from maillage.dialogue.queries.leading import confirmed_members, lead_organisation, lead_rights, leads
from maillage.web.forms.decision import RelayForm
from maillage.web.guard import leaders
from maillage.web.messages import told
from maillage.web.params import only_known
from maillage.web.printing import printed


@require_safe
def governance(request: HttpRequest) -> HttpResponse:
    """Who holds what, since when, and every relay."""
    only_known(request, ())
    context: dict[str, Any] = {"roles": roles(), "relays": relays(), "is_lead": leads(request.user)}
    if context["is_lead"]:
        lead = lead_organisation()
        rights = lead_rights()
        held = {row.user_id for row, _ in rights if row.until_on is None and lead and row.organisation_id == lead.pk}
        members = confirmed_members(lead) if lead else []
        context |= {"lead": lead, "rights": rights, "members": [each for each in members if each.pk not in held]}
    return render(request, "dialogue/governance.html", context)


@require_POST
@leaders
def rights(request: HttpRequest) -> HttpResponse:
    """Let another member of the organisation that leads keep the calendar, or take that right back."""
    by = cast(User, request.user)
    named, ended = request.POST.get("personne", ""), request.POST.get("retirer", "")
    try:
        if ended:
            end_lead(right=get_object_or_404(LeadRight, pk=ended if ended.isdigit() else 0), by=by)
        else:
            name_lead(user=get_object_or_404(User, pk=named if named.isdigit() else 0), by=by)
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect("/dialogue/gouvernance")


@require_safe
def dossier(request: HttpRequest, uid: str) -> HttpResponse:
    """What a relay handed over, on paper."""
    only_known(request, ())
    row = get_object_or_404(GovernanceRelay.objects.select_related("proposer", "successor", "session"), uid=uid)
    name = f"passation-{row.accepted_on:%Y-%m-%d}"
    return printed(request, "dialogue/dossier.html", {"relay": row, "dossier": row.dossier}, name=name)


@leaders
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
