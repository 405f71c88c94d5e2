"""Writes the evaluations of sessions and cycles. Who answered and what was answered never stand side by side.

An answer is kept without date, account or link; that a registration answered is kept as a keyed digest. Nothing is
logged of an answer. Closing keeps the counts and erases the rest, so that no later answer is read by subtraction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.core.surveying import Answer, codes_of, outcome
from maillage.core.vocabulary import Nature
from maillage.dialogue.actions.programme import animators_only, locked_session
from maillage.dialogue.actions.writing import write_about_survey
from maillage.dialogue.assembling import survey_chapter
from maillage.dialogue.models import (
    Cycle,
    LetterKind,
    LetterState,
    Registration,
    Session,
    SessionLetter,
    SessionState,
    Survey,
    SurveyAnswer,
    SurveyTurnout,
    Synthesis,
    SynthesisState,
)
from maillage.dialogue.queries.surveys import (
    answers_from_room,
    asked_by,
    has_answered_in_room,
    outcome_plain,
    room_mark,
    seats_in_room,
    turnout_mark,
)

SURVEY = "survey"
"""The `target_type` of its events; the key is its uid."""
WORDS = 2000


@transaction.atomic
def open_survey(*, about: Session | Cycle, closes_on: dt.date, by: User) -> Survey:
    """Ask those who came what a session, or a cycle, was worth, until the end of this day; each delegate gets a link.

    Raises Refused("animators_only", "session_state_refused", "survey_exists" or "survey_needs_people"),
    Invalid("day_is_past").
    """
    animators_only(by)
    if closes_on < timezone.localdate():
        raise Invalid("day_is_past")
    session = locked_session(about) if isinstance(about, Session) else None
    cycle = None if session else Cycle.objects.select_for_update().get(pk=about.pk)
    if session and session.state != SessionState.HELD:
        raise Refused("session_state_refused", session=session.number, state=SessionState(session.state).label)
    if Survey.objects.filter(session=session, cycle=cycle).exists():
        raise Refused("survey_exists")
    survey = Survey.objects.create(session=session, cycle=cycle, closes_on=closes_on, opened_at=timezone.now())
    rows = asked_by(survey)
    if not rows:
        raise Refused("survey_needs_people")
    for row in rows:
        write_about_survey(survey, row)
    _told(survey, by=by, verb=Verb.CREATED, facts={"closes_on": closes_on.isoformat(), "asked": len(rows)})
    return survey


@transaction.atomic
def answer_survey(
    *, survey: Survey, registration: Registration, marks: Mapping[str, int], nature: str = "", words: str = ""
) -> None:
    """Keep one answer, and apart that this registration answered. Whoever holds the link answers for it, once.

    Raises Refused("survey_closed", "survey_already_answered" or "registration_gone"), Invalid("survey_incomplete" or
    "code_unknown").
    """
    row = _still_open(survey)
    if registration.pk not in {each.pk for each in asked_by(row)}:
        raise Refused("registration_gone")
    _keep(row, turnout_mark(row, registration), marks=marks, nature=nature, words=words)


@transaction.atomic
def answer_in_room(
    *, survey: Survey, browser: str, marks: Mapping[str, int], nature: str = "", words: str = ""
) -> None:
    """Keep one answer of somebody who came without being registered, once per browser.

    The link is shown to everyone: it gives no more answers than people noted present without a registration.
    Raises Refused("survey_closed", "browser_answered" or "room_answered"), Invalid as `answer_survey`.
    """
    row = _still_open(survey)
    if has_answered_in_room(row, browser):
        raise Refused("browser_answered")
    if answers_from_room(row) >= seats_in_room(row):
        raise Refused("room_answered")
    _keep(row, room_mark(row, browser), marks=marks, nature=nature, words=words)


def _still_open(survey: Survey) -> Survey:
    row = Survey.objects.select_for_update().get(pk=survey.pk)
    if row.closed_at is not None or timezone.localdate() > row.closes_on:
        raise Refused("survey_closed")
    return row


def _keep(row: Survey, mark: str, *, marks: Mapping[str, int], nature: str, words: str) -> None:
    if nature not in ("", *Nature.codes()):
        raise Invalid("code_unknown", field="nature", value=nature[:40])
    said = Answer(marks=dict(marks), nature=nature)
    try:
        outcome([said], subject=row.subject)
    except ValueError as error:
        raise Invalid("survey_incomplete") from error
    try:
        with transaction.atomic():
            SurveyTurnout.objects.create(mark=mark, survey=row)
    except IntegrityError as error:
        raise Refused("survey_already_answered") from error
    kept = {code: int(said.marks[code]) for code in codes_of(row.subject)}
    SurveyAnswer.objects.create(survey=row, marks=kept, nature=nature, words=words.strip()[:WORDS])


@transaction.atomic
def close_survey(*, survey: Survey, by: User) -> Survey:
    """Count, keep the counts, erase the answers. Raises Refused("animators_only" or "survey_closed")."""
    animators_only(by)
    return _close(survey, by=by)


def close_due_surveys(*, today: dt.date | None = None) -> int:
    """Close the surveys whose last day is over. Returns how many."""
    day = today or timezone.localdate()
    due = list(Survey.objects.filter(closed_at=None, closes_on__lt=day))
    for survey in due:
        with transaction.atomic():
            _close(survey, by=None)
    return len(due)


def _close(survey: Survey, *, by: User | None) -> Survey:
    row = Survey.objects.select_for_update().get(pk=survey.pk)
    if row.closed_at is not None:
        raise Refused("survey_closed")
    rows = list(SurveyAnswer.objects.filter(survey=row))
    found = outcome([Answer(marks=each.marks, nature=each.nature) for each in rows], subject=row.subject)
    row.closed_at, row.received, row.outcome = timezone.now(), len(rows), outcome_plain(found)
    row.words = sorted(each.words for each in rows if each.words) if found else []
    row.save()
    SurveyAnswer.objects.filter(survey=row).delete()
    SurveyTurnout.objects.filter(survey=row).delete()
    letters = SessionLetter.objects.filter(kind=LetterKind.SURVEY, once__startswith=f"survey:{row.uid.hex}:")
    letters.filter(state=LetterState.WAITING).delete()
    letters.exclude(state=LetterState.SENDING).update(body="")
    if row.session:
        _into_synthesis(row.session, row)
    _told(row, by=by, verb=Verb.DECIDED, facts={"received": row.received, "outcome": row.outcome})
    return row


def _into_synthesis(session: Session, survey: Survey) -> None:
    """A synthesis still being written takes what those who came said of the day."""
    chapter = survey_chapter(survey)
    row = Synthesis.objects.filter(session=session).exclude(state=SynthesisState.FROZEN).first()
    if row and chapter:
        row.body = f"{row.body.rstrip()}\n\n## {chapter[0]}\n\n{chapter[1]}"
        row.version += 1
        row.save(update_fields=["body", "version", "updated_at"])


def _told(survey: Survey, *, by: User | None, verb: Verb, facts: Mapping[str, object]) -> None:
    happened = Happened(verb=verb, target_type=SURVEY, target_key=str(survey.uid), facts=facts)
    record_events(by=by, happened=[happened])
