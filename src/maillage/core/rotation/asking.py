"""What is asked, put as a problem of itineraries: who may take which way, and what each way costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.core.errors import Invalid, Refused
from maillage.core.rotation.bounds import most_weight
from maillage.core.rotation.itineraries import Rows, every_itinerary, squares
from maillage.core.rotation.judging import labels_of, most_met, pair_weights
from maillage.core.rotation.rooms import Floats, Numbers, Problem
from maillage.core.rotation.shapes import ABSENT, LEAST, MOST, Encounters, Mode, Participant, Pin, Plan
from maillage.core.weighing import weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: who, how, and what must not move. `played`: rounds of `before` that have begun."""

    people: tuple[Participant, ...]
    workshops: int
    mode: Mode
    seed: int
    encounters: Encounters
    pins: tuple[Pin, ...]
    before: Plan | None = None
    played: int = 0

    @property
    def is_free(self) -> bool:
        """True when nothing was decided yet, by a hand or by the clock."""
        return not self.pins and self.before is None


def check(asked: Asked) -> None:
    """Raises Invalid when the request makes no sense."""
    keys = {person.key for person in asked.people}
    if not LEAST <= asked.workshops <= MOST:
        raise Invalid("workshops_out_of_range", least=LEAST, most=MOST)
    if len(keys) != len(asked.people):
        raise Invalid("participant_twice")
    for pin in asked.pins:
        if pin.key not in keys or not (0 <= pin.round < asked.workshops and 0 <= pin.workshop < asked.workshops):
            raise Invalid("unknown_pin", key=pin.key)


def presence_of(people: Sequence[Participant], rounds: int) -> NDArray[np.bool_]:
    """People x rounds: who is there when."""
    at = np.arange(rounds)
    rows = [(at >= one.arrives) & (at < (rounds if one.leaves is None else one.leaves)) for one in people]
    return np.array(rows, dtype=np.bool_).reshape(len(people), rounds)


def problem_of(asked: Asked) -> Problem:
    """The problem to search. Raises Refused("no_way_left") when someone has no itinerary left."""
    ways = _ways(asked)
    presence = presence_of(asked.people, asked.workshops)
    worth = pair_weights(asked.people, asked.encounters)
    own = _own(asked, ways, presence)
    alike = (presence[:, None, :] == presence[None, :, :]).all(axis=2)
    at_most = most_weight(worth, most_met(presence, mode=asked.mode))
    return Problem(
        itineraries=ways,
        presence=presence,
        labels=_labels(asked.people),
        costs=np.array([weight("rotation", name) for name in ("size", "colleagues", "nature", "echelon")]),
        worth=worth,
        own=own,
        apart=np.where(alike, 0.0, np.inf),
        enough=float(own.min(axis=1).sum()) - at_most,
    )


def _ways(asked: Asked) -> Rows:
    """Fixed groups follow one square; re-mixed people every itinerary, or the planes when they are many enough."""
    every, k = every_itinerary(asked.workshops), asked.workshops
    if not asked.is_free:
        return every
    if asked.mode == Mode.GROUPS:
        return every[:k]
    return every[: k * len(squares(k))] if k in (4, 5) and len(asked.people) >= 2 * k * (k - 1) else every


def _labels(people: Sequence[Participant]) -> Numbers:
    """Everybody, then organisations, natures, échelons, numbered; -1 for an empty or a lonely one."""
    rows = [[0] * len(people)]
    for kind in range(3):
        held = [labels_of(person)[kind] for person in people]
        known = {value: number for number, value in enumerate(sorted({v for v in held if v and held.count(v) > 1}))}
        rows.append([known.get(value, -1) for value in held])
    return np.array(rows, dtype=np.int64)


def _own(asked: Asked, ways: Rows, presence: NDArray[np.bool_]) -> Floats:
    """n x s: infinite against a pin or a round played; a cost for a changed seat, or for leaving a group."""
    own = np.zeros((len(asked.people), len(ways)))
    at = {person.key: number for number, person in enumerate(asked.people)}
    if asked.mode == Mode.GROUPS:
        own[:, asked.workshops :] += weight("rotation", "leave_group")
    if asked.before is not None:
        for key, seats in asked.before.seats.items():
            if key in at:
                own[at[key]] += _changes(np.array(seats), ways, presence[at[key]], played=asked.played)
    for pin in asked.pins:
        own[at[pin.key], ways[:, pin.round] != pin.workshop] = np.inf
    stuck = [person.key for person, costs in zip(asked.people, own, strict=True) if not np.isfinite(costs).any()]
    if stuck:
        raise Refused("no_way_left", keys=stuck)
    return own


def _changes(seats: Numbers, ways: Rows, there: NDArray[np.bool_], *, played: int) -> Floats:
    """One cost per itinerary: infinite when it rewrites a round played, a little when it changes a seat to come."""
    counted = there & (seats != ABSENT)
    differs = (ways != seats) & counted
    past = np.arange(len(seats)) < played
    costs = weight("rotation", "moved") * (differs & ~past).any(axis=1)
    return np.asarray(np.where((differs & past).any(axis=1), np.inf, costs))
