"""Writes sessions: prepared, announced, changed, held or cancelled; those who come are told."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.programme import animators_only, locked_session
from maillage.dialogue.actions.registering import promote_waiting
from maillage.dialogue.actions.writing import write_to_delegate
from maillage.dialogue.models import (
    Attendance,
    Cycle,
    Documentation,
    LetterKind,
    Registration,
    RegistrationState,
    Session,
    SessionMode,
    SessionState,
)
from maillage.dialogue.queries.programme import SESSION, has_memory, moments_of, programme_plain
from maillage.dialogue.queries.taking_part import TAKEN

SOON = (dt.timedelta(days=7), dt.timedelta(days=1))
"""How long before a session its delegates are reminded."""
AFTERWARDS = dt.timedelta(days=3)
"""Until how long after its day those who were there are written to."""
QUESTIONS, QUESTION_LENGTH = 12, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFields:
    """What an animateur says of a session. `starts_at` None: the day is still to choose. `cycle`: its slug, or ""."""

    number: int
    title: str
    cycle: str = ""
    summary: str = ""
    questions: tuple[str, ...] = ()
    mode: str = ""
    starts_at: dt.datetime | None = None
    place: str = ""
    remote_url: str = ""
    seats: int | None = None
    needs_approval: bool = False
    closes_at: dt.datetime | None = None


CALENDAR = ("title", "mode", "starts_at", "place")
"""Fields whose change is told to calendars and to those who come."""


def fields_of(session: Session) -> SessionFields:
    """What is said of a session now."""
    values = {item.name: getattr(session, item.name) for item in fields(SessionFields) if item.name != "cycle"}
    values["questions"] = tuple(session.questions)
    return SessionFields(**values, cycle=session.cycle.slug if session.cycle else "")


def version_of_session(session: Session) -> str:
    """Names what is said of a session: two readers of the same words have the same."""
    return hashlib.sha256(repr(fields_of(session)).encode()).hexdigest()[:16]


@transaction.atomic
def prepare_session(*, fields: SessionFields, by: User) -> Session:
    """A session to prepare, seen by animateurs only. Raises Refused("animators_only" or "session_number_taken")."""
    animators_only(by)
    values = _checked(fields)
    try:
        with transaction.atomic():
            session = Session.objects.create(**values)
    except IntegrityError as error:
        raise Refused("session_number_taken", session=fields.number) from error
    _told(session, by=by, verb=Verb.CREATED)
    return session


@transaction.atomic
def change_session(*, session: Session, fields: SessionFields, seen: str, by: User) -> Session:
    """Write what is said of a session, if it still is as this person read it (`seen`: `version_of_session`).

    Those who come are told of another day, place or form, once per change; new seats go to those who wait.
    Raises Refused("edited_meanwhile", "session_number_taken" or "session_undocumented").
    """
    animators_only(by)
    row = locked_session(session)
    if version_of_session(row) != seen:
        raise Refused("edited_meanwhile", title=f"session {row.number}")
    if row.documentation == Documentation.NONE:
        raise Refused("session_undocumented", session=row.number)
    before = fields_of(row)
    for name, value in _checked(fields).items():
        setattr(row, name, value)
    if row.state == SessionState.ANNOUNCED and not (row.starts_at and row.mode):
        raise Refused("session_needs_day")
    touched = [name for name in CALENDAR if getattr(before, name) != getattr(row, name)]
    row.sequence += bool(touched)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused("session_number_taken", session=fields.number) from error
    _told(row, by=by, verb=Verb.CHANGED)
    if touched and row.state == SessionState.ANNOUNCED:
        _write_to_all(row, LetterKind.CHANGED)
    promote_waiting(session=row)
    return row


@transaction.atomic
def announce_session(*, session: Session, by: User) -> Session:
    """Show a session to everyone and open its registrations. Raises Refused("session_needs_day")."""
    return _moved(session, by=by, to=SessionState.ANNOUNCED, only_from=(SessionState.DRAFT,))


@transaction.atomic
def cancel_session(*, session: Session, by: User) -> Session:
    """Call a session off: those who come are told, and it leaves their calendars."""
    row = _moved(session, by=by, to=SessionState.CANCELLED, only_from=(SessionState.DRAFT, SessionState.ANNOUNCED))
    _write_to_all(row, LetterKind.CANCELLED)
    return row


@transaction.atomic
def delete_session(*, session: Session, by: User) -> None:
    """Take away, with its programme, a session still in preparation of which nobody else knows anything.

    One that was announced, or keeps what others brought, is called off, never deleted.
    Raises Refused("animators_only" or "session_has_memory").
    """
    animators_only(by)
    row = locked_session(session)
    if row.state != SessionState.DRAFT or has_memory(row):
        raise Refused("session_has_memory", session=row.number)
    _told(row, by=by, verb=Verb.REMOVED)
    row.delete()


@transaction.atomic
def hold_session(*, session: Session, by: User) -> Session:
    """Say that a session took place."""
    return _moved(session, by=by, to=SessionState.HELD, only_from=(SessionState.ANNOUNCED,))


def remind_sessions(*, now: dt.datetime | None = None) -> int:
    """Write the reminders whose time has come: 7 days and 1 day before, once each, and once after. Returns how many.

    Late by several days, the nearest reminder alone is written. Doing it twice writes nothing more.
    """
    moment = now or timezone.now()
    count = 0
    coming = Session.objects.filter(state=SessionState.ANNOUNCED, starts_at__gt=moment, starts_at__lte=moment + SOON[0])
    for session in coming:
        starts_at = session.starts_at or moment
        days = min(delay for delay in SOON if starts_at - moment <= delay).days
        for row in _coming(session, (RegistrationState.CONFIRMED,)):
            count += _once(row, LetterKind.SOON, f"{days}:{starts_at:%Y-%m-%d}")
    held = Session.objects.filter(state=SessionState.HELD, starts_at__lt=moment, starts_at__gte=moment - AFTERWARDS)
    for session in held:
        there = Attendance.objects.filter(session=session).values_list("organisation_id", flat=True)
        for row in _coming(session, TAKEN):
            if row.organisation_id in set(there):
                count += _once(row, LetterKind.AFTER, "thanks")
    return count


def _once(registration: Registration, kind: LetterKind, once: str) -> int:
    before = registration.letters.count()
    write_to_delegate(registration, kind=kind, once=once)
    return registration.letters.count() - before


def _coming(session: Session, states: tuple[RegistrationState, ...]) -> list[Registration]:
    rows = Registration.objects.filter(session=session, state__in=states)
    return list(rows.select_related("organisation", "session").order_by("rank"))


def _write_to_all(session: Session, kind: LetterKind) -> None:
    for row in _coming(session, TAKEN):
        row.session = session
        write_to_delegate(row, kind=kind, once=f"sequence {session.sequence}")


def _moved(session: Session, *, by: User, to: SessionState, only_from: tuple[SessionState, ...]) -> Session:
    animators_only(by)
    row = locked_session(session)
    if row.state not in only_from:
        raise Refused("session_state_refused", session=row.number, state=SessionState(row.state).label)
    if to == SessionState.ANNOUNCED and not (row.starts_at and row.mode):
        raise Refused("session_needs_day")
    row.state = to
    row.sequence += 1
    row.save(update_fields=["state", "sequence", "updated_at"])
    _told(row, by=by, verb=Verb.PUBLISHED if to == SessionState.ANNOUNCED else Verb.DECIDED)
    return row


def _checked(said: SessionFields) -> dict[str, Any]:
    """The columns of these fields, once acceptable."""
    cycle = Cycle.objects.filter(slug=said.cycle).first() if said.cycle else None
    if said.cycle and cycle is None:
        raise Invalid("code_unknown", field="cycle", value=said.cycle)
    if said.mode and said.mode not in SessionMode.values:
        raise Invalid("code_unknown", field="mode", value=said.mode)
    if not 1 <= said.number <= 9999:
        raise Invalid("code_unknown", field="numéro", value=said.number)
    if said.closes_at and said.starts_at and said.closes_at > said.starts_at:
        raise Invalid("registration_closes_late")
    values = {item.name: getattr(said, item.name) for item in fields(SessionFields)}
    questions = [" ".join(each.split())[:QUESTION_LENGTH] for each in said.questions]
    kept = [each for each in questions if each][:QUESTIONS]
    return values | {"cycle": cycle, "questions": kept, "title": " ".join(said.title.split())}


def _told(session: Session, *, by: User, verb: Verb) -> None:
    snapshot = programme_plain(session, moments_of(session)) | {"state": str(session.state)}
    happened = Happened(verb=verb, target_type=SESSION, target_key=str(session.uid), snapshot=snapshot)
    record_events(by=by, happened=[happened])
