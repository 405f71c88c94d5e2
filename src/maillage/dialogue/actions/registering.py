"""Writes who comes to a session. Every writer holds the session's row first: 300 requests at once take turns."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.programme import animators_only, locked_session
from maillage.dialogue.actions.writing import write_invitation, write_to_delegate
from maillage.dialogue.links import new_key
from maillage.dialogue.models import (
    Attendance,
    Invitation,
    LetterKind,
    Registration,
    RegistrationState,
    Session,
    SessionLetter,
    SessionMode,
    SessionState,
)
from maillage.dialogue.queries.taking_part import TAKEN, is_open_to_registration, must_speak_for, seats_of

REGISTRATION = "registration"
"""The `target_type` of the events of registrations; the key is their uid. Their facts name no person."""
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and figures nobody mistakes for another when read aloud."""
CODE_LENGTH = 5
NOBODY = "n° "
"""What the name of someone begins with once it is erased."""
KEPT = dt.timedelta(days=365)
"""How long after a session the names and addresses of people are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFields:
    """Who comes for an organisation, where, and whether it may be named in public."""

    delegate_name: str
    delegate_email: str
    substitute_name: str = ""
    substitute_email: str = ""
    mode: str = SessionMode.ON_SITE
    is_listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What became of a request. `is_new` False: the organisation was registered already, and nothing changed."""

    registration: Registration
    is_new: bool


@transaction.atomic
def register(
    *,
    session: Session,
    organisation: Organisation,
    fields: RegistrationFields,
    by: User | None,
    invitation: Invitation | None = None,
) -> Registered:
    """Ask for a seat for an organisation: confirmed, to approve, or on the waiting list.

    One who speaks for the organisation asks, or who holds its invitation. An organisation registered already keeps its
    registration as it is; one that cancelled comes back at the end of the list.
    Raises Refused("registration_not_yours" or "registration_closed"), Invalid("code_unknown", "email_malformed" or
    "field_required").
    """
    row = locked_session(session)
    _may_ask(row, organisation, by=by, invitation=invitation)
    checked = _checked(row, fields)
    known = Registration.objects.filter(session=row, organisation=organisation).first()
    if known and (known.state in TAKEN or known.state == RegistrationState.REFUSED):
        return Registered(registration=known, is_new=False)
    registration = known or Registration(session=row, organisation=organisation, code=_new_code(row))
    for name, value in checked.items():
        setattr(registration, name, value)
    registration.by = by
    registration.rank = (Registration.objects.filter(session=row).aggregate(last=Max("rank"))["last"] or 0) + 1
    registration.link_key = new_key()
    registration.state = _first_state(row, registration.mode)
    registration.save()
    _told(registration, by=by, verb=Verb.CREATED)
    write_to_delegate(registration, kind=LetterKind(registration.state), once=str(registration.rank))
    return Registered(registration=registration, is_new=True)


@transaction.atomic
def change_registration(*, registration: Registration, fields: RegistrationFields, by: User | None) -> Registration:
    """Change who comes. The former delegate is told when another address takes their place.

    `by` None: through the link sent by mail. Raises as `register`, and Refused("registration_gone").
    """
    session = locked_session(registration.session)
    current = _mine(registration, by=by)
    before, was_on_site = current.delegate_email, current.mode == SessionMode.ON_SITE
    for name, value in _checked(session, fields).items():
        setattr(current, name, value)
    if not was_on_site and current.mode == SessionMode.ON_SITE and current.state == RegistrationState.CONFIRMED:
        current.state = _first_state(session, current.mode)
    current.save()
    _told(current, by=by, verb=Verb.CHANGED)
    if before and before != current.delegate_email:
        write_to_delegate(current, kind=LetterKind.HANDED, once=new_key(), to=before)
        write_to_delegate(current, kind=LetterKind(current.state), once=new_key())
    _promote(session)
    return current


@transaction.atomic
def cancel_registration(*, registration: Registration, by: User | None) -> Registration:
    """Give the seat back; the first on the waiting list takes it. Cancelling twice is cancelling once."""
    session = locked_session(registration.session)
    current = Registration.objects.select_related("organisation", "session").get(pk=registration.pk)
    if current.state == RegistrationState.CANCELLED:
        return current
    current = _mine(registration, by=by)
    current.state = RegistrationState.CANCELLED
    current.save(update_fields=["state", "updated_at"])
    _told(current, by=by, verb=Verb.REMOVED)
    write_to_delegate(current, kind=LetterKind.WITHDRAWN, once=str(current.rank))
    _promote(session)
    return current


@transaction.atomic
def decide_registration(*, registration: Registration, accept: str, by: User) -> Registration:
    """Approve or refuse a request; approved, it takes a seat or waits for one. `accept`: `oui` or `non`.

    Raises Refused("animators_only" or "registration_gone").
    """
    animators_only(by)
    session = locked_session(registration.session)
    current = Registration.objects.select_related("organisation", "session").get(pk=registration.pk)
    if current.state == RegistrationState.CANCELLED:
        raise Refused("registration_gone")
    if accept == "oui" and current.state in (RegistrationState.ASKED, RegistrationState.REFUSED):
        has_seat = current.mode == SessionMode.REMOTE or _free(session) > 0
        current.state = RegistrationState.CONFIRMED if has_seat else RegistrationState.WAITING
    elif accept == "non":
        current.state = RegistrationState.REFUSED
    current.save(update_fields=["state", "updated_at"])
    _told(current, by=by, verb=Verb.DECIDED)
    write_to_delegate(current, kind=LetterKind(current.state), once=f"decided:{current.state}:{current.rank}")
    _promote(session)
    return current


@transaction.atomic
def invite(*, session: Session, organisation: Organisation, email: str, by: User) -> Invitation:
    """Ask an organisation to come, by mail; asking again at the same address sends a new link and voids the old.

    Raises Refused("animators_only" or "session_state_refused"), Invalid("email_malformed").
    """
    animators_only(by)
    row = locked_session(session)
    if row.state != SessionState.ANNOUNCED:
        raise Refused("session_state_refused", session=row.number, state=SessionState(row.state).label)
    address = _address(email)
    values = {"key": new_key(), "revoked_at": None}
    invitation, _ = Invitation.objects.update_or_create(
        session=row, organisation=organisation, email=address, defaults=values
    )
    write_invitation(invitation)
    return invitation


@transaction.atomic
def void_links(*, registration: Registration, by: User) -> Registration:
    """Make every link of this registration void, and send the delegate a new one: a link was lost or stolen."""
    animators_only(by)
    locked_session(registration.session)
    current = Registration.objects.select_related("organisation", "session").get(pk=registration.pk)
    current.link_key = new_key()
    current.save(update_fields=["link_key", "updated_at"])
    Invitation.objects.filter(session=current.session, organisation=current.organisation).update(
        revoked_at=timezone.now()
    )
    _told(current, by=by, verb=Verb.CHANGED)
    if current.state in TAKEN:
        write_to_delegate(current, kind=LetterKind(current.state), once=current.link_key)
    return current


def promote_waiting(*, session: Session) -> int:
    """Give free seats to those who wait, in their turn; in the caller's transaction. Returns how many."""
    return _promote(session)


def forget_people(*, now: dt.datetime) -> int:
    """Erase the names and addresses of people, and their letters, a year after their session. Returns how many rows."""
    old = Session.objects.filter(starts_at__lt=now - KEPT)
    names = {"delegate_name": "", "delegate_email": "", "substitute_name": "", "substitute_email": "", "link_key": ""}
    with transaction.atomic():
        known = Registration.objects.filter(session__in=old).exclude(delegate_email="", delegate_name="")
        count = known.update(**names)
        for each in Attendance.objects.filter(session__in=old).exclude(name="").exclude(name__startswith=NOBODY):
            Attendance.objects.filter(pk=each.pk).update(name=f"{NOBODY}{each.pk}")
            count += 1
        Invitation.objects.filter(session__in=old).delete()
        SessionLetter.objects.filter(session__in=old).delete()
        SessionLetter.objects.filter(created_at__lt=now - KEPT).delete()
    return count


def _may_ask(session: Session, organisation: Organisation, *, by: User | None, invitation: Invitation | None) -> None:
    if invitation is not None and (invitation.session_id, invitation.organisation_id) != (session.pk, organisation.pk):
        raise Refused("registration_not_yours")
    if invitation is None:
        if by is None:
            raise Refused("registration_not_yours")
        must_speak_for(by, organisation)
    if not is_open_to_registration(session):
        raise Refused("registration_closed", session=session.number)


def _mine(registration: Registration, *, by: User | None) -> Registration:
    """The registration as it is now, for who may change it."""
    current = Registration.objects.select_related("organisation", "session").get(pk=registration.pk)
    if by is not None:
        must_speak_for(by, current.organisation)
    elif current.link_key != registration.link_key:
        raise Refused("registration_gone")
    if current.state not in TAKEN:
        raise Refused("registration_gone")
    return current


def _checked(session: Session, fields: RegistrationFields) -> dict[str, object]:
    """The columns of these fields, once acceptable."""
    modes = {SessionMode.BOTH: (SessionMode.ON_SITE, SessionMode.REMOTE)}.get(
        SessionMode(session.mode), (SessionMode(session.mode),)
    )
    if fields.mode not in modes:
        raise Invalid("code_unknown", field="mode", value=fields.mode)
    name = " ".join(fields.delegate_name.split())[:120]
    if not name:
        raise Invalid("field_required", field="délégué")
    return {
        "delegate_name": name,
        "delegate_email": _address(fields.delegate_email),
        "substitute_name": " ".join(fields.substitute_name.split())[:120],
        "substitute_email": _address(fields.substitute_email) if fields.substitute_email.strip() else "",
        "mode": fields.mode,
        "is_listed": fields.is_listed,
    }


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid("email_malformed", value=email[:80]) from error
    return address


def _first_state(session: Session, mode: str) -> RegistrationState:
    if session.needs_approval:
        return RegistrationState.ASKED
    if mode == SessionMode.REMOTE or _free(session) > 0:
        return RegistrationState.CONFIRMED
    return RegistrationState.WAITING


def _free(session: Session) -> int:
    """Seats nobody has; without limit, more than anyone will ask for."""
    left = seats_of(session).left
    return 10**6 if left is None else left


def _promote(session: Session) -> int:
    """Give free seats to those who wait, the first to ask first, until the session begins."""
    if session.state != SessionState.ANNOUNCED or (session.starts_at and timezone.now() >= session.starts_at):
        return 0
    waiting = Registration.objects.filter(session=session, state=RegistrationState.WAITING)
    found = list(waiting.select_related("organisation", "session").order_by("rank")[: _free(session)])
    for each in found:
        each.state = RegistrationState.CONFIRMED
        each.save(update_fields=["state", "updated_at"])
        _told(each, by=None, verb=Verb.DECIDED)
        write_to_delegate(each, kind=LetterKind.PROMOTED, once=str(each.rank))
    return len(found)


def _new_code(session: Session) -> str:
    taken = set(Registration.objects.filter(session=session).values_list("code", flat=True))
    while (code := "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))) in taken:
        continue
    return code


def _told(registration: Registration, *, by: User | None, verb: Verb) -> None:
    facts = {"state": str(registration.state), "session": registration.session_id, "mode": str(registration.mode)}
    happened = Happened(verb=verb, target_type=REGISTRATION, target_key=str(registration.uid), facts=facts)
    record_events(by=by, happened=[happened])
