"""The only writers of accounts and of the event log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from maillage.accounts.models import Event, User, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing to log: what, on which object, and the object's whole state afterwards."""

    verb: Verb
    target_type: str
    target_key: str
    snapshot: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def record_events(*, by: User | None, happened: Iterable[Happened]) -> None:
    """Log these things, all at the same instant, in the caller's transaction."""
    now = timezone.now()
    Event.objects.bulk_create(
        [
            Event(
                at=now,
                by=by,
                verb=item.verb,
                target_type=item.target_type,
                target_key=item.target_key,
                snapshot=item.snapshot,
                facts=dict(item.facts),
            )
            for item in happened
        ],
        batch_size=500,
    )
