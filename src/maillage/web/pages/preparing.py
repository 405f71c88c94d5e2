"""Prepare a session: what it is, its day moment by moment, who is asked; announce it, hold it, call it off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.core.errors import Invalid, MaillageError
from maillage.dialogue.actions.loading import start_from_plan, start_from_session
from maillage.dialogue.actions.polling import choose_date, propose_dates
from maillage.dialogue.actions.programme import (
    add_moment,
    change_moment,
    move_moment,
    publish_programme,
    remove_moment,
)
from maillage.dialogue.actions.sessions import (
    SessionFields,
    announce_session,
    cancel_session,
    change_session,
    delete_session,
    fields_of,
    hold_session,
    prepare_session,
    version_of_session,
)
from maillage.dialogue.models import AgendaMoment, DateOption, Session
from maillage.dialogue.queries.deciding import recalled_at
from maillage.dialogue.queries.programme import last_version, next_number, session_numbered
from maillage.web.forms.session import MomentForm, PlanForm, SessionForm, moment_initial, session_initial, shown_values
from maillage.web.guard import leaders
from maillage.web.meeting import meet
from maillage.web.messages import told
from maillage.web.pages.sessions import preview
from maillage.web.params import only_known
from maillage.web.sessioning import session_title, when_told
from maillage.work.actions import enqueue

LETTERS = "courriers-sessions"
MOVES: dict[str, Callable[..., Session]] = {
    "annoncer": announce_session,
    "tenue": hold_session,
    "annuler": cancel_session,
}


@leaders
def new(request: HttpRequest) -> HttpResponse:
    """Prepare another session."""
    only_known(request, ())
    initial = session_initial(SessionFields(number=next_number(), title=""))
    form = SessionForm(request.POST) if request.method == "POST" else SessionForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = prepare_session(fields=form.said(), by=cast(User, request.user))
        except MaillageError as error:
            form.add_error(None, told(error))
        else:
            messages.success(request, gettext("La session est en préparation : elle n’est vue que des animateurs."))
            return HttpResponseRedirect(f"/animation/dialogue/{row.number}")
    return render(request, "dialogue/edit.html", {"form": form}, status=400 if form.errors else 200)


@leaders
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Change what is said of a session; two who write at once see both texts."""
    only_known(request, ())
    row = session_numbered(number, user=request.user)
    now = session_initial(fields_of(row))
    form = SessionForm(request.POST) if request.method == "POST" else SessionForm(initial=now)
    context: dict[str, Any] = {"form": form, "session": row, "seen": version_of_session(row)}
    if request.method == "POST" and form.is_valid():
        try:
            seen = request.POST.get("vu", "")
            kept = change_session(session=row, fields=form.said(), seen=seen, by=cast(User, request.user))
        except MaillageError as error:
            form.add_error(None, told(error))
            if error.code == "edited_meanwhile":
                theirs = shown_values(SessionForm(initial=now))
                context["clashes"] = meet(request.POST, form=SessionForm, theirs=theirs, before=None).clashes
        else:
            enqueue(LETTERS)
            messages.success(request, gettext("C’est noté."))
            return HttpResponseRedirect(f"/animation/dialogue/{kept.number}")
    return render(request, "dialogue/edit.html", context, status=400 if form.errors else 200)


@leaders
def prepare(request: HttpRequest, number: int) -> HttpResponse:
    """The day being prepared: moments, times, what does not hold together, and what to do next."""
    only_known(request, ())
    return _day(request, session_numbered(number, user=request.user))


def _day(request: HttpRequest, row: Session, *, status: int = 200) -> HttpResponse:
    others = Session.objects.filter(moments__isnull=False).exclude(pk=row.pk).distinct().order_by("-number")[:10]
    context = preview(row) | {
        "session": row,
        "title": session_title(row),
        "when": when_told(row),
        "version": last_version(row),
        "form": MomentForm(session=row),
        "plans": PlanForm(sessions=others),
        "recalled": recalled_at(row, today=timezone.localdate()),
    }
    return render(request, "dialogue/prepare.html", context, status=status)


@require_POST
@leaders
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Announce, hold, call off or delete, or publish the programme."""
    row = session_numbered(number, user=request.user)
    decision = request.POST.get("decision", "")
    if decision == "supprimer":
        return _deleted(request, row)
    if decision not in (*MOVES, "publier"):
        raise Invalid("choice_unknown", field="decision", value=decision, expected=[*MOVES, "publier", "supprimer"])
    act = publish_programme if decision == "publier" else MOVES[decision]
    return _done(request, row, lambda by: act(session=row, by=by), letters=True)


def _deleted(request: HttpRequest, row: Session) -> HttpResponse:
    try:
        delete_session(session=row, by=cast(User, request.user))
    except MaillageError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(f"/animation/dialogue/{row.number}")
    messages.success(request, gettext("La session est supprimée."))
    return HttpResponseRedirect("/dialogue")


@require_POST
@leaders
def begin(request: HttpRequest, number: int) -> HttpResponse:
    """Fill an empty programme from a plan or from another session."""
    row = session_numbered(number, user=request.user)
    kind, _, name = request.POST.get("modele", "").partition(":")
    if kind == "plan":
        return _done(request, row, lambda by: start_from_plan(session=row, plan=name, by=by))
    if kind != "session" or not name.isascii() or not name.isdigit():
        raise Invalid("choice_unknown", field="modele", value=kind[:40], expected=["plan", "session"])
    model = session_numbered(int(name[:4]), user=request.user)
    return _done(request, row, lambda by: start_from_session(session=row, model=model, by=by))


@require_POST
@leaders
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Put a moment at the end of the day; one refused comes back with its words."""
    row = session_numbered(number, user=request.user)
    form = MomentForm(request.POST, session=row)
    if form.is_valid():
        try:
            moment = add_moment(session=row, fields=form.said(), by=cast(User, request.user))
            return HttpResponseRedirect(f"/animation/dialogue/{number}#m-{moment.uid}")
        except MaillageError as error:
            form.add_error(None, told(error))
    return render(request, "dialogue/moment.html", {"form": form, "session": row}, status=400)


@leaders
def moment(request: HttpRequest, number: int, uid: str) -> HttpResponse:
    """Change a moment; two who write at once see both texts."""
    only_known(request, ())
    row = session_numbered(number, user=request.user)
    known = get_object_or_404(AgendaMoment.objects.prefetch_related("speakers"), session=row, uid=uid)
    initial = moment_initial(known)
    sent = request.method == "POST"
    form = MomentForm(request.POST, session=row) if sent else MomentForm(initial=initial, session=row)
    context: dict[str, Any] = {"form": form, "session": row, "moment": known, "seen": row.programme_version}
    if sent and form.is_valid():
        try:
            change_moment(moment=known, fields=form.said(), seen=_seen(request), by=cast(User, request.user))
        except MaillageError as error:
            form.add_error(None, told(error))
            if error.code == "moment_changed_meanwhile":
                theirs = shown_values(MomentForm(initial=initial, session=row))
                context["clashes"] = meet(request.POST, form=MomentForm, theirs=theirs, before=None).clashes
        else:
            return HttpResponseRedirect(f"/animation/dialogue/{number}#m-{uid}")
    return render(request, "dialogue/moment.html", context, status=400 if form.errors else 200)


@require_POST
@leaders
def move(request: HttpRequest, number: int, uid: str) -> HttpResponse:
    """Put a moment before another, or at the end; moved by someone else meanwhile, the day shows as it now is."""
    row = session_numbered(number, user=request.user)
    known = get_object_or_404(AgendaMoment, session=row, uid=uid)
    try:
        move_moment(
            moment=known, before=request.POST.get("avant", ""), seen=_seen(request), by=cast(User, request.user)
        )
    except MaillageError as error:
        messages.error(request, told(error))
        row.refresh_from_db()
        return _day(request, row, status=409)
    return HttpResponseRedirect(f"/animation/dialogue/{number}#m-{uid}")


@require_POST
@leaders
def remove(request: HttpRequest, number: int, uid: str) -> HttpResponse:
    """Take a moment away."""
    row = session_numbered(number, user=request.user)
    known = get_object_or_404(AgendaMoment, session=row, uid=uid)
    seen = _seen(request)
    return _done(request, row, lambda by: remove_moment(moment=known, seen=seen, by=by))


@require_POST
@leaders
def dates(request: HttpRequest, number: int) -> HttpResponse:
    """Offer dates, or choose one of those offered."""
    row = session_numbered(number, user=request.user)
    if chosen := request.POST.get("choisir", ""):
        option = get_object_or_404(DateOption, session=row, pk=chosen if chosen.isdigit() else 0)
        return _done(request, row, lambda by: choose_date(option=option, by=by), letters=True)
    try:
        offered = [_instant(line) for line in request.POST.get("dates", "").splitlines() if line.strip()]
    except forms.ValidationError:
        messages.error(request, gettext("Une de ces dates ne se lit pas : écrivez-les ainsi, 2027-06-10 09:30."))
        return HttpResponseRedirect(f"/animation/dialogue/{number}#dates")
    return _done(request, row, lambda by: propose_dates(session=row, dates=offered, by=by), anchor="#dates")


def _instant(line: str) -> dt.datetime:
    found: dt.datetime = forms.DateTimeField().clean(line.strip()[:40])
    return found


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("vu", "")
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


def _done(
    request: HttpRequest, row: Session, act: Callable[[User], Any], *, anchor: str = "", letters: bool = False
) -> HttpResponse:
    """Do it and come back to the day; a refusal is told there, where the present state shows."""
    try:
        act(cast(User, request.user))
    except MaillageError as error:
        messages.error(request, told(error))
    else:
        if letters:
            enqueue(LETTERS)
            messages.success(request, gettext("C’est noté."))
    return HttpResponseRedirect(f"/animation/dialogue/{row.number}{anchor}")
