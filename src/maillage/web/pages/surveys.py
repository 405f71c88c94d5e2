"""Evaluations: answer by a link, read what all said, open and close them, take the counts away."""

from __future__ import annotations

import csv
import secrets
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.models import User
from maillage.core.errors import MaillageError
from maillage.core.spreadsheet import neutral
from maillage.core.surveying import codes_of
from maillage.dialogue.actions.surveying import answer_in_room, answer_survey, close_survey, open_survey
from maillage.dialogue.links import room_survey_of, room_word, survey_of
from maillage.dialogue.models import Cycle, Session, SessionState, Survey
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.programme import session_numbered
from maillage.dialogue.queries.surveys import (
    asked_by,
    has_answered,
    has_answered_in_room,
    outcome_of,
    received,
    seats_in_room,
    survey_known,
)
from maillage.web.drawn import drawn_code
from maillage.web.guard import leaders
from maillage.web.messages import told
from maillage.web.pages.preparing import LETTERS
from maillage.web.params import only_known
from maillage.web.sessioning import session_title
from maillage.web.surveyed import asked, by_nature, marks_told, natures_told, outcome_told, table_of
from maillage.work.actions import enqueue

MARK = "note-"


@never_cache
def answer(request: HttpRequest, word: str) -> HttpResponse:
    """Answer once, without an account; a refused sheet comes back with its marks."""
    only_known(request, ())
    survey, registration = survey_of(word)
    keep = partial(answer_survey, survey=survey, registration=registration)
    return _sheet(request, survey, keep, is_answered=has_answered(survey, registration))


@never_cache
def in_room(request: HttpRequest, word: str) -> HttpResponse:
    """The same for who came without being registered, by the link shown in the room: once per browser."""
    only_known(request, ())
    survey = room_survey_of(word)
    browser = request.session.setdefault("salle", secrets.token_urlsafe(16))
    keep = partial(answer_in_room, survey=survey, browser=browser)
    return _sheet(request, survey, keep, is_answered=has_answered_in_room(survey, browser), room=True)


def _sheet(
    request: HttpRequest, survey: Survey, keep: Callable[..., None], *, is_answered: bool, room: bool = False
) -> HttpResponse:
    said = _marks(request, survey) if request.method == "POST" else {}
    context: dict[str, Any] = _about(survey) | {
        "themes": asked(survey.subject, said),
        "marks": marks_told(),
        "natures": natures_told(),
        "is_answered": survey.closed_at is None and is_answered,
        "is_room": room,
    }
    if request.method != "POST":
        return render(request, "dialogue/survey.html", context)
    nature, words = request.POST.get("nature", ""), request.POST.get("mots", "")
    try:
        keep(marks=said, nature=nature, words=words)
    except MaillageError as error:
        context |= {"error": told(error), "nature": nature, "words": words}
        return render(request, "dialogue/survey.html", context, status=409)
    return render(request, "dialogue/survey.html", context | {"is_thanked": True})


def _marks(request: HttpRequest, survey: Survey) -> dict[str, int]:
    """The marks that were given, as numbers; one that is not of the scale is left out."""
    sent = {code: request.POST.get(f"{MARK}{code}", "") for code in codes_of(survey.subject)}
    return {code: int(value) for code, value in sent.items() if value in ("0", "1", "2", "3", "4")}


@require_safe
def outcome(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """What all said, once the survey is closed and more than five answered; before that, how many did."""
    only_known(request, ())
    survey = _seen(uid)
    found = outcome_of(survey)
    is_animator = leads(request.user)
    names, rows = by_nature(found) if found else ([], [])
    seats = seats_in_room(survey) if is_animator and survey.closed_at is None else 0
    room = request.build_absolute_uri(f"/dialogue/avis/salle/{room_word(survey)}") if seats else ""
    context = _about(survey) | {
        "room": room,
        "seats": seats,
        "code": drawn_code(room) if room else None,
        "is_animator": is_animator,
        "received": received(survey),
        "asked": len(asked_by(survey)),
        "found": found,
        "themes": outcome_told(found, subject=survey.subject) if found else [],
        "natures": names,
        "by_nature": rows,
        "comments": survey.words if is_animator else [],
    }
    return render(request, "dialogue/outcome.html", context)


def _seen(uid: uuid.UUID) -> Survey:
    survey = survey_known(uid)
    if survey.session and survey.session.state == SessionState.DRAFT:
        raise Http404
    return survey


def _about(survey: Survey) -> dict[str, Any]:
    if survey.session:
        return {"survey": survey, "title": session_title(survey.session), "back": survey.session.get_absolute_url()}
    cycle = cast(Cycle, survey.cycle)
    return {"survey": survey, "title": cycle.title, "back": cycle.get_absolute_url()}


@require_safe
@leaders
def exported(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The counts and the words of a closed survey, for a spreadsheet; never a sheet."""
    only_known(request, ())
    survey = survey_known(uid)
    found = outcome_of(survey)
    if found is None:
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="evaluation-{survey.uid}.csv"'
    writer = csv.writer(response, delimiter=";")
    for row in table_of(found, survey.words):
        writer.writerow([neutral(cell) for cell in row])
    return response


@require_POST
@leaders
def close(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Close a survey: its counts stay, its sheets go."""
    survey = survey_known(uid)
    try:
        close_survey(survey=survey, by=cast(User, request.user))
    except MaillageError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect(survey.get_absolute_url())


@require_POST
@leaders
def of_session(request: HttpRequest, number: int) -> HttpResponse:
    """Ask those who came what a session was worth."""
    return _opened(request, session_numbered(number, user=request.user), back=f"/animation/dialogue/{number}")


@require_POST
@leaders
def of_cycle(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask those who came what a cycle was worth."""
    row = get_object_or_404(Cycle, slug=slug)
    return _opened(request, row, back=row.get_absolute_url())


def _opened(request: HttpRequest, about: Session | Cycle, *, back: str) -> HttpResponse:
    try:
        closes_on = forms.DateField().clean(request.POST.get("jusqu", ""))
        survey = open_survey(about=about, closes_on=closes_on, by=cast(User, request.user))
    except forms.ValidationError:
        messages.error(request, gettext("Ce jour ne se lit pas."))
        return HttpResponseRedirect(back)
    except MaillageError as error:
        messages.error(request, told(error))
        return HttpResponseRedirect(back)
    enqueue(LETTERS)
    messages.success(request, gettext("Chaque délégué présent reçoit un lien qui sert une fois."))
    return HttpResponseRedirect(survey.get_absolute_url())
