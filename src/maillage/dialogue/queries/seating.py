"""Reads of the seats for who leads: who waits for one, who holds one by hand, what a change would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.core.rotation.shapes import ABSENT
from maillage.dialogue.models import Attendance, Rotation, Workshop
from maillage.dialogue.queries.workshops import Seat, seat_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What changed in the room since the seats were drawn: who came and has no seat, who left and still holds one."""

    came: tuple[Seat, ...]
    left: tuple[Seat, ...]

    @property
    def is_any(self) -> bool:
        """Whether the seats are to be mended."""
        return bool(self.came or self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A seat chosen by hand. `round` from 0."""

    seat: Seat
    round: int
    workshop: Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change by hand, computed, not made. `asked`: what the hand asked. `met` pairs after, `lost` fewer than now
    (below 0: more). `moved`: whose seats differ. `uneven`: places too many for sizes, colleagues, natures or échelons
    that the seats of now do not have.
    """

    key: str
    asked: tuple[Held, ...]
    met: int
    lost: int
    moved: tuple[Seat, ...]
    uneven: int


def here_of(rotation: Rotation) -> list[Attendance]:
    """Who is in the room and turns: hosts stay."""
    hosts = rotation.workshops.filter(host__isnull=False).values("host")
    rows = Attendance.objects.filter(session=rotation.moment.session, left_at=None).exclude(pk__in=hosts)
    return list(rows.order_by("id"))


def people_of(rotation: Rotation) -> list[Attendance]:
    """Everyone who came to the session of a rotation, those in the room first, by name."""
    rows = Attendance.objects.filter(session=rotation.moment.session).select_related("organisation")
    return sorted(rows, key=lambda row: (row.left_at is not None, (row.name or row.organisation.name).casefold()))


def pending_of(rotation: Rotation, people: Sequence[Attendance] | None = None) -> Pending:
    """Who waits to be seated, who is to be taken off; nobody before the seats are drawn."""
    seats: Mapping[str, Sequence[int]] = rotation.plan.get("seats", {})
    if not seats:
        return Pending(came=(), left=())
    rows = people_of(rotation) if people is None else people
    hosts = set(rotation.workshops.filter(host__isnull=False).values_list("host", flat=True))
    turning = [row for row in rows if row.pk not in hosts]
    to_come = {uid for uid, row in seats.items() if any(at != ABSENT for at in row[rotation.begun :])}
    over = rotation.begun >= rotation.plan["workshops"]
    return Pending(
        came=()
        if over
        else tuple(seat_of(row) for row in turning if row.left_at is None and str(row.uid) not in to_come),
        left=tuple(seat_of(row) for row in turning if row.left_at and str(row.uid) in to_come),
    )


def held_of(rotation: Rotation, people: Sequence[Attendance], workshops: Sequence[Workshop]) -> list[Held]:
    """The seats that hands chose."""
    return _held(rotation.pins, people, workshops)


def change_of(rotation: Rotation, people: Sequence[Attendance], workshops: Sequence[Workshop]) -> Change | None:
    """The change that waits to be confirmed, None without any, or when the seats changed since."""
    shown = rotation.proposal
    if not shown or shown["version"] != rotation.version:
        return None
    named = {str(row.uid): seat_of(row) for row in people}
    after, before = shown["plan"]["score"], rotation.plan["score"]
    return Change(
        key=shown["key"],
        asked=tuple(_held(shown["asked"], people, workshops)),
        met=after["met"],
        lost=before["met"] - after["met"],
        moved=tuple(named[uid] for uid in shown["plan"]["moved"] if uid in named),
        uneven=max(0, _places(after) - _places(before)),
    )


def _held(pins: Sequence[Any], people: Sequence[Attendance], workshops: Sequence[Workshop]) -> list[Held]:
    named = {str(row.uid): seat_of(row) for row in people}
    return [
        Held(seat=named[uid], round=turn, workshop=workshops[at])
        for uid, turn, at in pins
        if uid in named and at < len(workshops)
    ]


def _places(score: Mapping[str, Any]) -> int:
    return sum(fault["places"] for fault in score["faults"])
