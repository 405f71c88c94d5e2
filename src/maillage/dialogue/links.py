"""The links sent by mail: signed, void once the session is over or the link replaced, and bound to one organisation."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

from maillage.core.errors import Unknown
from maillage.dialogue.models import Invitation, Registration, Session, SessionState, Survey

AFTER = dt.timedelta(days=1)
"""How long after the beginning of its session a link still opens."""

_SIGNERS = {
    "invitation": signing.Signer(salt="maillage.dialogue.invitation", sep="~"),
    "registration": signing.Signer(salt="maillage.dialogue.inscription", sep="~"),
    "survey": signing.Signer(salt="maillage.dialogue.avis", sep="~"),
    "room": signing.Signer(salt="maillage.dialogue.salle", sep="~"),
}
LIVE = "maillage.dialogue.points"
"""The salt of the words by which an open page of topics reads its counts."""


def new_key() -> str:
    """What a link holds besides the name of what it opens."""
    return secrets.token_urlsafe(12)


def invitation_word(invitation: Invitation) -> str:
    """The word of the link by which an invited organisation answers."""
    return _SIGNERS["invitation"].sign(f"{invitation.uid.hex}.{invitation.key}")


def registration_word(registration: Registration) -> str:
    """The word of the link by which a delegate changes or cancels."""
    return _SIGNERS["registration"].sign(f"{registration.uid.hex}.{registration.link_key}")


def invitation_of(word: str) -> Invitation:
    """The invitation a link answers. Raises Unknown("registration_link_unknown") for a forged, replaced or old one."""
    uid, key = _read(word, "invitation")
    rows = Invitation.objects.select_related("session", "organisation")
    found = rows.filter(uid=uid, key=key, revoked_at=None).first()
    if found is None or _is_over(found.session):
        raise Unknown("registration_link_unknown")
    return found


def registration_of(word: str) -> Registration:
    """The registration a link manages. Raises Unknown("registration_link_unknown") as `invitation_of`."""
    uid, key = _read(word, "registration")
    rows = Registration.objects.select_related("session", "organisation")
    found = rows.filter(uid=uid, link_key=key).first()
    if found is None or _is_over(found.session):
        raise Unknown("registration_link_unknown")
    return found


def survey_word(survey: Survey, registration: Registration) -> str:
    """The word of the link by which one registration answers a survey, once."""
    return _SIGNERS["survey"].sign(f"{registration.uid.hex}.{survey.uid.hex}")


def survey_of(word: str) -> tuple[Survey, Registration]:
    """The survey a link answers, and for whom it was made. Raises Unknown("survey_link_unknown")."""
    uid, key = _read(word, "survey", code="survey_link_unknown")
    row = Registration.objects.select_related("session", "organisation").filter(uid=uid).first()
    survey = Survey.objects.select_related("session", "cycle").filter(uid=_uid(key)).first()
    if row is None or survey is None:
        raise Unknown("survey_link_unknown")
    return survey, row


def room_word(survey: Survey) -> str:
    """The word of the link shown in the room, by which those who came without being registered answer a survey."""
    return _SIGNERS["room"].sign(f"{survey.uid.hex}.salle")


def room_survey_of(word: str) -> Survey:
    """The survey of a session that a link shown in the room answers. Raises Unknown("survey_link_unknown")."""
    uid, _ = _read(word, "room", code="survey_link_unknown")
    survey = Survey.objects.select_related("session").filter(uid=uid, cycle=None).first()
    if survey is None:
        raise Unknown("survey_link_unknown")
    return survey


@dataclass(frozen=True, slots=True)
class Live:
    """What an open page of topics reads again: the choice (its uid in 32 letters), for whom (a key, 0 for nobody), and
    the address of that page."""

    choice: str
    person: int
    at: str


def live_word(live: Live) -> str:
    """The word by which a page that was opened with its rights reads the counts of its choice again, and only them."""
    return signing.dumps([live.choice, live.person, live.at], salt=LIVE, compress=True)


def live_of(word: str) -> Live:
    """What a word reads, for a day. Raises Unknown("registration_link_unknown")."""
    try:
        return Live(*signing.loads(word, salt=LIVE, max_age=AFTER))
    except (signing.BadSignature, TypeError) as error:
        raise Unknown("registration_link_unknown") from error


def _read(word: str, kind: str, *, code: str = "registration_link_unknown") -> tuple[uuid.UUID, str]:
    try:
        name, _, key = _SIGNERS[kind].unsign(word).partition(".")
        uid = uuid.UUID(name)
    except (signing.BadSignature, ValueError) as error:
        raise Unknown(code) from error
    if not key:
        raise Unknown(code)
    return uid, key


def _uid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Unknown("survey_link_unknown") from error


def _is_over(session: Session) -> bool:
    if session.state in (SessionState.HELD, SessionState.CANCELLED):
        return True
    return session.starts_at is not None and timezone.now() > session.starts_at + AFTER
