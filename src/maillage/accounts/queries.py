"""Reads of the event log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from maillage.accounts.models import Event, User, Verb


def snapshot_on(*, target_type: str, target_key: str, day: dt.date) -> dict[str, Any] | None:
    """The object's whole state as known at the end of `day`, or None when it was not known yet."""
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    events = Event.objects.filter(target_type=target_type, target_key=target_key, at__lt=end, snapshot__isnull=False)
    return events.order_by("-at", "-id").values_list("snapshot", flat=True).first()


def snapshots_of(*, target_type: str, target_key: str) -> Iterator[dict[str, Any]]:
    """Every state of an object that the log remembers, the newest first."""
    events = Event.objects.filter(target_type=target_type, target_key=target_key, snapshot__isnull=False)
    newest = events.order_by("-at", "-id").values_list("snapshot", flat=True)
    return (plain for plain in newest.iterator(chunk_size=20) if plain)


def states_on(*, target_type: str, day: dt.date) -> list[tuple[dict[str, Any], dt.date]]:
    """Every object of a type as known at the end of `day`, with the day it came, in the order of their keys."""
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    events = Event.objects.filter(target_type=target_type, at__lt=end, snapshot__isnull=False).order_by("at", "id")
    last: dict[str, dict[str, Any]] = {}
    first: dict[str, dt.date] = {}
    for key, at, plain in events.values_list("target_key", "at", "snapshot").iterator(chunk_size=500):
        first.setdefault(key, timezone.localtime(at).date())
        last[key] = plain or {}
    return [(last[key], first[key]) for key in sorted(last)]


def history_of(*, target_type: str, target_key: str) -> list[Event]:
    """What happened to an object, the newest first."""
    events = Event.objects.filter(target_type=target_type, target_key=target_key)
    return list(events.select_related("by").defer("snapshot").order_by("-at", "-id"))


def touched_by_people(*, target_type: str) -> frozenset[str]:
    """Keys of the objects of this type that a person, not a program, has changed."""
    events = Event.objects.filter(target_type=target_type, by__isnull=False)
    return frozenset(events.values_list("target_key", flat=True))


def author_of(*, target_type: str, target_key: str) -> int | None:
    """The key of the account that created an object, None when nobody with an account did."""
    events = Event.objects.filter(target_type=target_type, target_key=target_key).order_by("id")
    return events.values_list("by_id", flat=True).first()


def export_of(user: User) -> dict[str, Any]:
    """Everything kept about a person, as plain data: the account, and what it did, newest first."""
    done = Event.objects.filter(by=user).order_by("-at", "-id").values("at", "verb", "target_type", "target_key")
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "since": user.date_joined.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "events": [{**row, "at": row["at"].isoformat()} for row in done],
    }


def created_by(*, user: User, target_type: str) -> list[str]:
    """The keys of the objects of this type that a person created."""
    events = Event.objects.filter(by=user, target_type=target_type, verb=Verb.CREATED)
    return list(events.order_by("-id").values_list("target_key", flat=True))
