"""What a process keeps of the database until the log of events says that it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connection

Value = TypeVar("Value")
Mark = tuple[object, ...]

STILL_COMING = 500
"""Numbers below the last event that a transaction still open may bear: on PostgreSQL they commit in any order."""

LAST = """
    SELECT e.id, e.at, (SELECT COUNT(*) FROM accounts_event w WHERE w.target_type = e.target_type AND w.id > e.id - %s)
    FROM accounts_event e WHERE e.target_type = %s ORDER BY e.id DESC LIMIT 1
"""


def log_mark(target_type: str) -> Mark:
    """What changes with every event about objects of this type, late ones included; () when there is none yet.

    The instant tells apart two events that bore the same number: the first was rolled back, or a backup came back.
    """
    with connection.cursor() as cursor:
        cursor.execute(LAST, [STILL_COMING, target_type])
        return cursor.fetchone() or ()


@dataclass(slots=True)
class Kept(Generic[Value]):
    """One value read from the database, kept by this process until an event touches one of these types of objects.

    Every call asks the log (some 0.1 ms per type), so that all processes follow a change at their next call. Nothing is
    kept while none of them has an event. The marks are read before the value: what changes meanwhile is read next time.
    """

    read: Callable[[], Value]
    types: tuple[str, ...]
    held: tuple[tuple[str, tuple[Mark, ...]], Value] | None = None

    def __call__(self) -> Value:
        """The value as the log has it now."""
        marks = tuple(log_mark(each) for each in self.types)
        held = self.held
        if held and held[0] == (connection.alias, marks):
            return held[1]
        value = self.read()
        self.held = ((connection.alias, marks), value) if any(marks) else None
        return value


def kept_until(*types: str) -> Callable[[Callable[[], Value]], Kept[Value]]:
    """Keep what this function reads until an event touches an object of one of these types (`target_type`)."""

    def keep(read: Callable[[], Value]) -> Kept[Value]:
        return Kept(read, types)

    return keep
