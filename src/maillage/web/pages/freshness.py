"""Keep sheets fresh: answer a reminder, see one's sheets, say whom one works for; the silent ones, for animateurs."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.actors.actions import ask_membership, decide_membership
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.actors.queries import memberships_of, published_organisations
from maillage.core.errors import Invalid
from maillage.curation.actions import confirm, tell_ended
from maillage.curation.ladder import grown_old, kept_by, last_word, read_token
from maillage.inventory.models import Programme
from maillage.inventory.queries import whole_programmes
from maillage.web.guard import animators, contributors
from maillage.web.keeping import kept_views
from maillage.web.params import only_known, page_number

PER_PAGE = 30
FOUND_AT_ONCE = 20


@never_cache
def confirm_sheet(request: HttpRequest, token: str) -> HttpResponse:
    """The page a reminder opens: nothing happens before a button is pushed."""
    only_known(request, ())
    asked = read_token(token)
    row = Programme.objects.filter(uid=asked.programme).first()
    if row is None or not User.objects.filter(pk=asked.user, is_active=True).exists():
        raise Http404
    done = ""
    if request.method == "POST":
        done = request.POST.get("decision", "")
        if done == "a-jour":
            row = confirm(asked=asked, today=timezone.localdate())
        elif done == "terminee":
            tell_ended(asked=asked)
        else:
            raise Invalid("choice_unknown", field="decision", value=done, expected=["a-jour", "terminee"])
    context = {"row": row, "since": last_word(row), "fresh": last_word(row) > asked.since, "done": done}
    return render(request, "mine/confirm.html", context)


@contributors
def kept(request: HttpRequest) -> HttpResponse:
    """The published sheets one keeps, with what would raise their quality."""
    query = only_known(request, ("page",))
    user = cast(User, request.user)
    shown = Paginator(whole_programmes(kept_by(user)), PER_PAGE).get_page(page_number(query))
    context = {"shown": shown, "sheets": kept_views(shown.object_list, today=timezone.localdate(), by=user)}
    return render(request, "mine/sheets.html", context)


@contributors
def organisations(request: HttpRequest) -> HttpResponse:
    """Say which organisations one works for; an animateur confirms."""
    user = cast(User, request.user)
    if request.method == "POST":
        row = get_object_or_404(published_organisations(), slug=request.POST.get("structure", ""))
        ask_membership(user=user, organisation=row)
        messages.success(request, gettext("C’est noté : un animateur confirmera."))
        return HttpResponseRedirect("/mon-espace/structures")
    query = only_known(request, ("q",))
    words = " ".join(query.get("q", "").split())[:200]
    found: list[Organisation] = []
    if words:
        found = list(published_organisations().filter(name__icontains=words).order_by("name", "id")[:FOUND_AT_ONCE])
    context = {"memberships": memberships_of(user), "words": words, "found": found}
    return render(request, "mine/organisations.html", context)


@animators
def silent(request: HttpRequest) -> HttpResponse:
    """The published sheets that grew old and that nobody confirmed, the oldest in the inventory first."""
    query = only_known(request, ("page",))
    today = timezone.localdate()
    pages = Paginator(whole_programmes(grown_old(today=today)), PER_PAGE)
    shown = pages.get_page(page_number(query))
    context = {"shown": shown, "sheets": kept_views(shown.object_list, today=today)}
    return render(request, "animation/silent.html", context)


@require_POST
@animators
def decide_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or set aside what a person says of their organisation."""
    row = get_object_or_404(Membership.objects.select_related("organisation"), pk=pk)
    states = {"confirmer": MembershipState.CONFIRMED, "ecarter": MembershipState.REFUSED}
    decision = request.POST.get("decision", "")
    if decision not in states:
        raise Invalid("choice_unknown", field="decision", value=decision, expected=list(states))
    decide_membership(membership=row, state=states[decision], by=cast(User, request.user))
    messages.success(request, gettext("C’est noté."))
    return HttpResponseRedirect("/animation")
