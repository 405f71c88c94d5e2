"""Writes who was there."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.core.vocabulary import Status
from maillage.dialogue.actions.programme import animators_only, locked_session
from maillage.dialogue.models import (
    Attendance,
    AttendanceSeat,
    Registration,
    RegistrationState,
    Session,
    SessionMode,
    SessionState,
)
from maillage.dialogue.queries.programme import SESSION

GONE = (RegistrationState.CANCELLED, RegistrationState.REFUSED)


@transaction.atomic
def check_in(*, session: Session, code: str, seat: str = AttendanceSeat.DELEGATE, by: User) -> Attendance:
    """Note that the delegate, or who replaces them, is there; saying it twice is saying it once.

    One who was on the waiting list and came is let in: whoever holds the door decides.
    Raises Refused("animators_only", "session_state_refused" or "registration_gone"),
    Unknown("registration_unknown_code"), Invalid("code_unknown").
    """
    animators_only(by)
    row = _open(session)
    said = "".join(code.split()).upper()
    found = Registration.objects.filter(session=row, code=said).select_related("organisation").first()
    if found is None or not said:
        raise Unknown("registration_unknown_code", value=code[:20])
    if found.state in GONE:
        raise Refused("registration_gone")
    if seat not in (AttendanceSeat.DELEGATE, AttendanceSeat.SUBSTITUTE):
        raise Invalid("code_unknown", field="place", value=seat)
    if found.state != RegistrationState.CONFIRMED:
        found.state = RegistrationState.CONFIRMED
        found.save(update_fields=["state", "updated_at"])
    name = found.delegate_name if seat == AttendanceSeat.DELEGATE else found.substitute_name
    return _there(row, found.organisation, seat=seat, name=name, mode=found.mode, registration=found, by=by)


@transaction.atomic
def welcome_guest(*, session: Session, organisation: Organisation, name: str, mode: str, by: User) -> Attendance:
    """Note someone who came without being registered, or beside their delegate.

    Raises Refused("animators_only" or "session_state_refused"), Invalid("organisation_unknown" or "code_unknown").
    """
    animators_only(by)
    row = _open(session)
    if organisation.status != Status.PUBLISHED:
        raise Invalid("organisation_unknown", value=organisation.name)
    if mode not in (SessionMode.ON_SITE, SessionMode.REMOTE):
        raise Invalid("code_unknown", field="mode", value=mode)
    words = " ".join(name.split())[:120]
    return _there(row, organisation, seat=AttendanceSeat.GUEST, name=words, mode=mode, registration=None, by=by)


@transaction.atomic
def note_leaving(*, attendance: Attendance, by: User) -> None:
    """Note that someone left; noted again, they came back."""
    animators_only(by)
    locked_session(attendance.session)
    current = Attendance.objects.get(pk=attendance.pk)
    current.left_at = None if current.left_at else timezone.now()
    current.save(update_fields=["left_at"])


def _open(session: Session) -> Session:
    row = locked_session(session)
    if row.state not in (SessionState.ANNOUNCED, SessionState.HELD):
        raise Refused("session_state_refused", session=row.number, state=SessionState(row.state).label)
    return row


def _there(
    session: Session,
    organisation: Organisation,
    *,
    seat: str,
    name: str,
    mode: str,
    registration: Registration | None,
    by: User,
) -> Attendance:
    now = timezone.now()
    values = {
        "registration": registration,
        "mode": mode,
        "natures": organisation.natures,
        "echelon": organisation.echelon,
        "arrived_at": now,
    }
    found, is_new = Attendance.objects.get_or_create(
        session=session, organisation=organisation, seat=seat, name=name, defaults=values
    )
    if is_new:
        facts = {"came": str(organisation.uid), "seat": str(seat)}
        happened = Happened(verb=Verb.CHANGED, target_type=SESSION, target_key=str(session.uid), facts=facts)
        record_events(by=by, happened=[happened])
    elif found.left_at:
        found.left_at = None
        found.save(update_fields=["left_at"])
    return found
