"""When each moment of a day begins, from durations alone, and what does not hold together.

Times are counted in UTC, so a clock that changes during the day shifts what is read on it and never a duration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from maillage.core.wording import Reason, because


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One moment: how long it lasts, in minutes, where, with whom.

    `beside`: it begins with the moment before it, in another room. `fixed_at`: an aware time before which it does not
    begin. `room_seats` None: not known. `speakers`: names of organisations.
    """

    key: str
    title: str
    minutes: int
    beside: bool = False
    fixed_at: dt.datetime | None = None
    room: str = ""
    room_seats: int | None = None
    speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A moment with its times, in UTC. `block`: those that run side by side share it."""

    planned: Planned
    starts_at: dt.datetime
    ends_at: dt.datetime
    block: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What does not hold together, why, and in which moments (their keys)."""

    reason: Reason
    keys: tuple[str, ...]


def timetable(starts_at: dt.datetime, moments: Sequence[Planned]) -> tuple[Timed, ...]:
    """Each moment with its times, in the order given. `starts_at` is aware.

    A moment begins when the longest of those before it has ended; one `beside` begins with the one before it; one
    with `fixed_at` begins then, be it too early: `alarms` says so. Raises ValueError for a naive time.
    """
    if starts_at.tzinfo is None:
        raise ValueError("a time without its zone")
    found: list[Timed] = []
    begins = ends = starts_at.astimezone(dt.UTC)
    block = -1
    for moment in moments:
        if not (moment.beside and found):
            begins, block = ends, block + 1
        if moment.fixed_at and not (moment.beside and found):
            begins = moment.fixed_at.astimezone(dt.UTC)
        last = begins + dt.timedelta(minutes=moment.minutes)
        found.append(Timed(planned=moment, starts_at=begins, ends_at=last, block=block))
        ends = max(each.ends_at for each in found)
    return tuple(found)


def alarms(timed: Sequence[Timed], *, expected: int, zone: dt.tzinfo) -> tuple[Alarm, ...]:
    """What an animateur should look at, in the order of the day; nothing here forbids anything.

    `expected`: how many people come on site, 0 when nobody knows. `zone`: where the clock is read.
    """
    pairs = [pair for pair in combinations(timed, 2) if _overlap(*pair)]
    return (
        *_too_early(timed),
        *_twice(pairs),
        *_small_rooms(timed, expected),
        *_clock_change(timed, zone),
    )


def _overlap(one: Timed, other: Timed) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _too_early(timed: Sequence[Timed]) -> Iterator[Alarm]:
    """A fixed moment that begins before those of earlier blocks have ended."""
    for place, each in enumerate(timed):
        late = [one for one in timed[:place] if one.block != each.block and _overlap(one, each)]
        if each.planned.fixed_at and late:
            one = late[-1]
            minutes = round((one.ends_at - each.starts_at).total_seconds() / 60)
            reason = because("moments_overlap", first=one.planned.title, second=each.planned.title, minutes=minutes)
            yield Alarm(reason=reason, keys=(one.planned.key, each.planned.key))


def _twice(pairs: Sequence[tuple[Timed, Timed]]) -> Iterator[Alarm]:
    """The same speaker, or the same room, in two moments at once."""
    for one, other in pairs:
        keys = (one.planned.key, other.planned.key)
        titles = {"first": one.planned.title, "second": other.planned.title}
        for name in sorted(set(one.planned.speakers) & set(other.planned.speakers)):
            yield Alarm(reason=because("speaker_twice", speaker=name, **titles), keys=keys)
        room = one.planned.room.strip()
        if room and room.casefold() == other.planned.room.strip().casefold():
            yield Alarm(reason=because("room_taken_twice", room=room, **titles), keys=keys)


def _small_rooms(timed: Sequence[Timed], expected: int) -> Iterator[Alarm]:
    """The rooms of a block hold fewer people than are expected; a block with a room of unknown size says nothing."""
    for block in sorted({each.block for each in timed}):
        beside = [each for each in timed if each.block == block]
        sizes = [each.planned.room_seats for each in beside]
        if None in sizes or not expected:
            continue
        held = sum(size for size in sizes if size is not None)
        if held < expected:
            reason = because("room_too_small", moment=beside[0].planned.title, seats=held, expected=expected)
            yield Alarm(reason=reason, keys=tuple(each.planned.key for each in beside))


def _clock_change(timed: Sequence[Timed], zone: dt.tzinfo) -> Iterator[Alarm]:
    """The clock of this zone changes during the day: the hours read on it jump, the durations stand."""
    for each in timed:
        before, after = each.starts_at.astimezone(zone), each.ends_at.astimezone(zone)
        if before.utcoffset() != after.utcoffset():
            yield Alarm(reason=because("clock_changes", moment=each.planned.title), keys=(each.planned.key,))
