"""The links sent by mail: signed, void once the session is over or the link replaced, and bound to one organisation."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from django.core import signing
from django.utils import timezone

from maillage.core.errors import Unknown
from maillage.dialogue.models import Invitation, Registration, Session, SessionState

AFTER = dt.timedelta(days=1)
"""How long after the beginning of its session a link still opens."""

_SIGNERS = {
    "invitation": signing.Signer(salt="maillage.dialogue.invitation", sep="~"),
    "registration": signing.Signer(salt="maillage.dialogue.inscription", sep="~"),
}


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


def _read(word: str, kind: str) -> tuple[uuid.UUID, str]:
    try:
        name, _, key = _SIGNERS[kind].unsign(word).partition(".")
        uid = uuid.UUID(name)
    except (signing.BadSignature, ValueError) as error:
        raise Unknown("registration_link_unknown") from error
    if not key:
        raise Unknown("registration_link_unknown")
    return uid, key


def _is_over(session: Session) -> bool:
    if session.state in (SessionState.HELD, SessionState.CANCELLED):
        return True
    return session.starts_at is not None and timezone.now() > session.starts_at + AFTER
