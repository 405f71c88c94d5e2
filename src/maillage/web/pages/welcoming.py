"""Who comes and who is there: approve, invite, renew a link; on the day, let in by code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, MaillageError
from maillage.core.vocabulary import Status
from maillage.dialogue.actions.attending import check_in, note_leaving, welcome_guest
from maillage.dialogue.actions.registering import cancel_registration, decide_registration, invite, void_links
from maillage.dialogue.models import Attendance, AttendanceSeat, Registration, Session, SessionMode
from maillage.dialogue.queries.programme import attendance_counts, session_numbered
from maillage.dialogue.queries.taking_part import registrations_of, seats_of
from maillage.web.guard import leaders
from maillage.web.messages import told
from maillage.web.pages.preparing import LETTERS
from maillage.web.params import only_known, page_number
from maillage.web.sessioning import attendance_told, session_title, when_told
from maillage.work.actions import enqueue

PER_PAGE = 100
SHOWN = "rank state mode code delegate_name delegate_email substitute_name substitute_email organisation__name".split()
THERE = ("name", "seat", "arrived_at", "left_at", "organisation__name")
DECISIONS: dict[str, Callable[[Registration, User], Registration]] = {
    "approuver": lambda row, by: decide_registration(registration=row, accept="oui", by=by),
    "refuser": lambda row, by: decide_registration(registration=row, accept="non", by=by),
    "annuler": lambda row, by: cancel_registration(registration=row, by=by),
    "renouveler": lambda row, by: void_links(registration=row, by=by),
}


@leaders
def registrations(request: HttpRequest, number: int) -> HttpResponse:
    """Who asked to come, in their turn; invitations."""
    query = only_known(request, ("page",))
    row = session_numbered(number, user=request.user)
    try:
        page = Paginator(registrations_of(row).only(*SHOWN), PER_PAGE).page(page_number(query))
    except EmptyPage as error:
        raise Invalid("page_unknown", page=query.get("page", "")) from error
    rows_at = f"/animation/dialogue/{row.number}/inscriptions"
    context = {**_about(row), "page": page, "rows_at": rows_at}
    context["invitations"] = row.invitations.select_related("organisation")[:300]
    return render(request, "dialogue/registrations.html", context)


@require_POST
@leaders
def decide(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Approve, refuse, cancel, or renew the link of a registration."""
    row = session_numbered(number, user=request.user)
    registration = get_object_or_404(Registration, session=row, pk=pk)
    decision = request.POST.get("decision", "")
    if decision not in DECISIONS:
        raise Invalid("choice_unknown", field="decision", value=decision, expected=list(DECISIONS))
    return _done(request, row, lambda by: DECISIONS[decision](registration, by), to="inscriptions", letters=True)


@require_POST
@leaders
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Invite an organisation at an address."""
    row = session_numbered(number, user=request.user)
    email = request.POST.get("adresse", "")
    return _done(
        request,
        row,
        lambda by: invite(session=row, organisation=_organisation(request), email=email, by=by),
        to="inscriptions",
        letters=True,
    )


@leaders
def door(request: HttpRequest, number: int) -> HttpResponse:
    """The day itself: a code to type, who is there."""
    only_known(request, ())
    row = session_numbered(number, user=request.user)
    there = Attendance.objects.filter(session=row).select_related("organisation").order_by("-id").only(*THERE)
    counts = attendance_counts(row)
    context = {**_about(row), "there": there, "counts": counts, "attendance": attendance_told(counts)}
    return render(request, "dialogue/door.html", context)


@require_POST
@leaders
def enter(request: HttpRequest, number: int) -> HttpResponse:
    """Let in by code, or someone who came without one; note that someone left."""
    row = session_numbered(number, user=request.user)
    if leaving := request.POST.get("part", ""):
        found = get_object_or_404(Attendance, session=row, pk=leaving if leaving.isdigit() else 0)
        return _done(request, row, lambda by: note_leaving(attendance=found, by=by), to="accueil")
    if code := request.POST.get("code", ""):
        seat = AttendanceSeat.SUBSTITUTE if request.POST.get("suppleant") else AttendanceSeat.DELEGATE
        return _done(request, row, lambda by: check_in(session=row, code=code, seat=seat, by=by), to="accueil")
    name = request.POST.get("nom", "")
    mode = request.POST.get("mode", SessionMode.ON_SITE)
    return _done(
        request,
        row,
        lambda by: welcome_guest(session=row, organisation=_organisation(request), name=name, mode=mode, by=by),
        to="accueil",
    )


def _organisation(request: HttpRequest) -> Organisation:
    """The published organisation named by its address or its name."""
    words = " ".join(request.POST.get("structure", "").split())
    published = Organisation.objects.filter(status=Status.PUBLISHED.value)
    found = list(published.filter(slug=words)[:1]) or list(published.filter(name__iexact=words)[:2])
    if len(found) != 1:
        raise Invalid("organisation_unknown", value=words[:80])
    return found[0]


def _about(row: Session) -> dict[str, Any]:
    return {"session": row, "title": session_title(row), "when": when_told(row), "seats": seats_of(row)}


def _done(
    request: HttpRequest, row: Session, act: Callable[[User], Any], *, to: str, letters: bool = False
) -> HttpResponse:
    try:
        act(cast(User, request.user))
    except MaillageError as error:
        messages.error(request, told(error))
    else:
        if letters:
            enqueue(LETTERS)
        messages.success(request, gettext("C’est noté."))
    return HttpResponseRedirect(f"/animation/dialogue/{row.number}/{to}")
