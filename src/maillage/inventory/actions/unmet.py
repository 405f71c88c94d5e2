"""Needs that found nothing: kept with consent, taken back at any time, forgotten in the end."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from maillage.core.errors import Refused, Unknown
from maillage.core.vocabulary import Status
from maillage.core.weighing import weight
from maillage.inventory.models import Category, Need, UnmetNeed


@transaction.atomic
def signal_unmet(*, area: str, kind: str, categories: Iterable[str], sender: str, need: Need | None = None) -> str:
    """Keep that a need found nothing there, and return the word that takes it back, kept nowhere.

    `area`: a département or a wider place, never narrower. `need`: its words, when the person gave them. The same
    sender, place and themes count once a day: the word is then "". Raises Refused("too_many_signals").
    """
    today = timezone.localdate()
    digest = _sender_digest(sender, today)
    sent = UnmetNeed.objects.filter(sender_hash=digest, day=today)
    codes = sorted(set(categories))
    if any(row.area == area and row.kind == kind and _codes(row) == codes for row in sent):
        return ""
    if sent.count() >= weight("unmet", "per_day"):
        raise Refused("too_many_signals", count=sent.count())
    word = secrets.token_urlsafe(18)
    row = UnmetNeed.objects.create(day=today, area=area, kind=kind, need=need, key=_key(word), sender_hash=digest)
    row.categories.set(Category.objects.filter(code__in=codes))
    return word


def _codes(row: UnmetNeed) -> list[str]:
    return sorted(row.categories.values_list("code", flat=True))


@transaction.atomic
def take_back_unmet(word: str) -> None:
    """Delete a signal, and its words while nobody published them. Raises Unknown("signal_unknown")."""
    row = UnmetNeed.objects.filter(key=_key(word)).select_related("need").first()
    if row is None:
        raise Unknown("signal_unknown")
    if row.need and row.need.status == Status.REVIEW:
        row.need.delete()
    row.delete()


def purge_unmet(*, today: dt.date) -> int:
    """Forget the signals that are too old, and what told yesterday’s senders apart; returns how many went."""
    UnmetNeed.objects.filter(day__lt=today).exclude(sender_hash="").update(sender_hash="")
    oldest = today - dt.timedelta(days=int(weight("unmet", "kept_days")))
    old = UnmetNeed.objects.filter(day__lt=oldest)
    count = old.count()
    old.delete()
    return count


def _key(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _sender_digest(sender: str, day: dt.date) -> str:
    """Tells senders apart for one day, and names nobody: its salt changes every day."""
    salted = f"unmet\n{day.isoformat()}\n{sender}"
    return hmac.new(settings.SECRET_KEY.encode(), salted.encode(), hashlib.sha256).hexdigest()
