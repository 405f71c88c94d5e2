"""The links sent by mail: signed, so that nobody makes one, and bound to one saved search."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid

from django.conf import settings
from django.core import signing

from maillage.core.errors import Unknown
from maillage.search.models import SavedSearch

CONFIRM_DAYS = 7
"""Days a link of confirmation stands; the address is erased then."""

_CONFIRM = signing.TimestampSigner(salt="maillage.alertes.confirmer", sep="~")
_MANAGE = signing.Signer(salt="maillage.alertes.gerer", sep="~")


def confirm_link(search: SavedSearch) -> str:
    """The word of the link that confirms an address."""
    return _CONFIRM.sign(search.uid.hex)


def manage_link(search: SavedSearch) -> str:
    """The word of the links that change a search, stop it, or take everything away."""
    return _MANAGE.sign(search.uid.hex)


def to_confirm(word: str) -> uuid.UUID:
    """The search a link confirms. Raises Unknown("alert_link_unknown") when it is not ours or too old."""
    try:
        return uuid.UUID(_CONFIRM.unsign(word, max_age=dt.timedelta(days=CONFIRM_DAYS)))
    except (signing.BadSignature, ValueError) as error:
        raise Unknown("alert_link_unknown") from error


def to_manage(word: str) -> uuid.UUID:
    """The search a link manages. Raises Unknown("alert_link_unknown") when it is not ours."""
    try:
        return uuid.UUID(_MANAGE.unsign(word))
    except (signing.BadSignature, ValueError) as error:
        raise Unknown("alert_link_unknown") from error


def sender_digest(sender: str, *, day: dt.date) -> str:
    """What tells senders apart for one day and names nobody: its salt changes every day."""
    salted = f"alerte\n{day.isoformat()}\n{sender}"
    return hmac.new(settings.SECRET_KEY.encode(), salted.encode(), hashlib.sha256).hexdigest()
