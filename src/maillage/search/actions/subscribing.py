"""Writers of saved searches: asked for, confirmed by a person, changed, taken away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.search.links import CONFIRM_DAYS, sender_digest
from maillage.search.models import Frequency, MailKind, OutgoingMail, SavedSearch, WatchItem
from maillage.search.wanted import Wanted
from maillage.work.models import LetterState

PER_HOUR = 10
"""Searches one sender may ask to keep in an hour."""
PER_ADDRESS = 3
"""Messages of confirmation one address gets in a day, whoever asks; beyond, nothing is sent and nothing is said."""
MOST = 50
"""Searches one address may keep."""
KEPT_DAYS = 30
"""Days a message that was sent is remembered."""


@transaction.atomic
def subscribe(
    *, wanted: Wanted, email: str, frequency: str, sender: str, user: User | None = None
) -> OutgoingMail | None:
    """Keep a search to be told about, and write the message that asks its address to confirm.

    Returns the message to send, None when there is none: `user` owns the address and is signed in, or the address has
    had its share of messages today. What the person sees is the same whether or not the address was known.
    Raises Invalid("email_malformed"), Invalid("choice_unknown"), Refused("too_many_alerts").
    """
    address = _address(email)
    if frequency not in Frequency.values:
        raise Invalid("choice_unknown", field="rythme", value=frequency, expected=Frequency.values)
    now = timezone.now()
    _check_rate(sender, now)
    kept = replace(wanted, deadline=wanted.deadline if wanted.deadline == "bientot" else "")
    if SavedSearch.objects.filter(email=address).count() >= MOST:
        return None
    search, _ = SavedSearch.objects.get_or_create(
        email=address,
        shelf=kept.shelf,
        query=kept.query,
        defaults={
            "frequency": frequency,
            "user": user,
            "sender_hash": sender_digest(sender, day=timezone.localdate(now)),
        },
    )
    if user:
        _confirm(search, now=now, frequency=frequency, user=user)
        return None
    if not search.confirmed_at and search.frequency != frequency:
        search.frequency = frequency
        search.save(update_fields=["frequency"])
    return _ask(search, now=now)


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid("email_malformed", value=address[:100]) from error
    if len(address) > 254 or any(ord(each) < 33 for each in address):
        raise Invalid("email_malformed", value=address[:100])
    return address


def _check_rate(sender: str, now: dt.datetime) -> None:
    """Refuse the eleventh within the hour, across midnight too. Raises Refused("too_many_alerts")."""
    since = now - dt.timedelta(hours=1)
    digests = {sender_digest(sender, day=timezone.localdate(moment)) for moment in (now, since)}
    sent = SavedSearch.objects.filter(sender_hash__in=digests, created_at__gte=since).count()
    if sent >= PER_HOUR:
        raise Refused("too_many_alerts", count=sent)


def _ask(search: SavedSearch, *, now: dt.datetime) -> OutgoingMail | None:
    """The message that asks to confirm; another one for the same search replaces the first."""
    day = now - dt.timedelta(days=1)
    asked = OutgoingMail.objects.filter(search__email=search.email, kind=MailKind.CONFIRM, created_at__gte=day)
    if asked.count() >= PER_ADDRESS:
        return None
    number = OutgoingMail.objects.filter(search=search, kind=MailKind.CONFIRM).aggregate(last=Max("up_to"))["last"]
    up_to = 0 if number is None else number + 1
    return OutgoingMail.objects.create(
        search=search,
        kind=MailKind.CONFIRM,
        up_to=up_to,
        message_id=message_id(search.uid.hex, kind=MailKind.CONFIRM, up_to=up_to),
        retry_at=now,
        created_at=now,
    )


def message_id(uid: str, *, kind: str, up_to: int) -> str:
    """The Message-ID of a message: always the same for one search and what it covers."""
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{kind}-{uid}-{up_to}@{domain}>"


@transaction.atomic
def confirm(uid: uuid.UUID) -> SavedSearch:
    """Start telling; what happened before is not told. Confirming twice changes nothing. Raises Unknown."""
    search = one_search(uid)
    if not search.confirmed_at:
        _confirm(search, now=timezone.now(), frequency=search.frequency, user=search.user)
    return search


def _confirm(search: SavedSearch, *, now: dt.datetime, frequency: str, user: User | None) -> None:
    if not search.confirmed_at:
        search.confirmed_at = now
        search.cursor = WatchItem.objects.aggregate(last=Max("id"))["last"] or 0
    search.frequency, search.user, search.sender_hash = frequency, user, ""
    search.next_on = next_day(frequency, after=timezone.localdate(now))
    search.save(update_fields=["confirmed_at", "cursor", "frequency", "user", "sender_hash", "next_on"])


def next_day(frequency: str, *, after: dt.date) -> dt.date:
    """The day of the next digest: tomorrow, next Monday, or the first of next month."""
    if frequency == Frequency.DAILY:
        return after + dt.timedelta(days=1)
    if frequency == Frequency.WEEKLY:
        return after + dt.timedelta(days=7 - after.weekday())
    return (after.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def one_search(uid: uuid.UUID) -> SavedSearch:
    """The search, held until the transaction ends. Raises Unknown("alert_link_unknown") when it was taken away."""
    found = SavedSearch.objects.select_for_update().filter(uid=uid).first()
    if found is None:
        raise Unknown("alert_link_unknown")
    return found


@transaction.atomic
def change_frequency(search: SavedSearch, *, frequency: str) -> None:
    """Tell more or less often from now on. Raises Invalid("choice_unknown")."""
    if frequency not in Frequency.values:
        raise Invalid("choice_unknown", field="rythme", value=frequency, expected=Frequency.values)
    search.frequency = frequency
    search.next_on = next_day(frequency, after=timezone.localdate())
    search.save(update_fields=["frequency", "next_on"])


@transaction.atomic
def pause(searches: Sequence[SavedSearch], *, reason: str = "") -> None:
    """Stop telling for now; nothing that happens meanwhile is lost."""
    keys = [search.pk for search in searches]
    SavedSearch.objects.filter(pk__in=keys).update(paused_at=timezone.now(), pause_reason=reason)


@transaction.atomic
def resume(search: SavedSearch) -> None:
    """Tell again, what could not be delivered first."""
    SavedSearch.objects.filter(pk=search.pk).update(
        paused_at=None, pause_reason="", next_on=next_day(search.frequency, after=timezone.localdate())
    )
    OutgoingMail.objects.filter(search=search, state=LetterState.REFUSED).update(
        state=LetterState.WAITING, retry_at=timezone.now(), attempts=0
    )


def unsubscribe(uid: uuid.UUID) -> None:
    """Take one search away with its messages; nothing when it was already."""
    SavedSearch.objects.filter(uid=uid).delete()


def forget_address(email: str) -> int:
    """Take away every search of an address, with its messages; returns how many."""
    searches = SavedSearch.objects.filter(email=email.strip().lower())
    count = searches.count()
    searches.delete()
    return count


def forget_old(*, now: dt.datetime) -> int:
    """Erase the addresses nobody confirmed in seven days, and the messages sent a month ago; returns how many."""
    unconfirmed = SavedSearch.objects.filter(confirmed_at=None, created_at__lt=now - dt.timedelta(days=CONFIRM_DAYS))
    count = unconfirmed.count()
    unconfirmed.delete()
    old, _ = OutgoingMail.objects.filter(
        state=LetterState.SENT, sent_at__lt=now - dt.timedelta(days=KEPT_DAYS)
    ).delete()
    return count + old
