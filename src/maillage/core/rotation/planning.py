"""Plans, and plans again: a request becomes a problem, is searched, and comes back as seats with their score."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from maillage.core.rotation.asking import Asked, check, problem_of
from maillage.core.rotation.exact import improve
from maillage.core.rotation.itineraries import layers
from maillage.core.rotation.judging import judge
from maillage.core.rotation.rooms import Numbers, Problem
from maillage.core.rotation.searching import search
from maillage.core.rotation.shapes import ABSENT, Encounters, Mode, Participant, Pin, Plan
from maillage.core.weighing import weight


def plan(
    people: Sequence[Participant],
    *,
    workshops: int,
    mode: Mode = Mode.MIXING,
    seed: int = 1,
    encounters: Encounters | None = None,
    pins: Sequence[Pin] = (),
) -> Plan:
    """The seats of these people over as many rounds as workshops; the same seed gives the same seats.

    Raises Invalid("workshops_out_of_range"), Invalid("participant_twice"), Invalid("unknown_pin"),
    Refused("no_way_left") when the pins of one person leave her no itinerary.
    """
    return _solve(
        Asked(
            people=tuple(people),
            workshops=workshops,
            mode=mode,
            seed=seed,
            encounters=encounters or {},
            pins=tuple(pins),
        )
    )


def replan(
    before: Plan,
    people: Sequence[Participant],
    *,
    played: int = 0,
    encounters: Encounters | None = None,
    pins: Sequence[Pin] = (),
) -> Plan:
    """The plan mended for those who are there now, moving as few people as sizes, colleagues and pins allow.

    `played`: rounds that have begun: their seats stay. `moved` names who must be told. Raises what `plan` raises.
    """
    return _solve(
        Asked(
            people=tuple(people),
            workshops=before.workshops,
            mode=before.mode,
            seed=before.seed,
            encounters=encounters or {},
            pins=tuple(pins),
            before=before,
            played=played,
        )
    )


def _solve(asked: Asked) -> Plan:
    check(asked)
    started = time.monotonic()
    if not asked.people:
        return _told(asked, {}, solver="search")
    rng = np.random.default_rng(asked.seed)
    problem = problem_of(asked)
    steps = max(weight("rotation", "least_steps"), weight("rotation", "effort") / len(asked.people))
    steps *= weight("rotation", "many_workshops") if asked.workshops >= 4 else 1.0
    found, solver = search(problem, lambda: _start(asked, problem, rng), rng=rng, steps=int(steps)), "search"
    if asked.workshops >= 4 and asked.mode == Mode.MIXING:
        left = weight("rotation", "exact_seconds") - (time.monotonic() - started)
        better = improve(problem, found, seed=asked.seed, seconds=left)
        found, solver = (found, solver) if better is None else (better, "cp_sat")
    rows = np.where(problem.presence, problem.itineraries[found], ABSENT)
    seats = {person.key: tuple(map(int, row)) for person, row in zip(asked.people, rows, strict=True)}
    return _told(asked, seats, solver=solver)


def _start(asked: Asked, problem: Problem, rng: np.random.Generator) -> Numbers:
    """A first choice: layers of k people, each on one square, so that the tables are even and neighbours apart.

    Neighbours are there as long, then of one nature, of one échelon, colleagues. Whoever cannot take that way
    takes the cheapest of hers.
    """
    k, people = asked.workshops, asked.people
    cheapest = problem.own.min(axis=1)
    if asked.before is not None:
        return np.asarray(problem.own.argmin(axis=1))
    stays = problem.presence.sum(axis=1)
    order = [int(number) for number in rng.permutation(len(people))]
    order.sort(key=lambda at: (int(stays[at]), people[at].nature, people[at].echelon, people[at].organisation))
    chosen = np.zeros(len(people), dtype=np.int64)
    count = -(-len(people) // k)
    squares = [list(range(k))] * count if asked.mode == Mode.GROUPS else layers(k, count, rng=rng)
    for layer, square in enumerate(squares):
        for person, way in zip(order[layer * k : (layer + 1) * k], rng.permutation(square), strict=False):
            allowed = problem.own[person, way] <= cheapest[person]
            chosen[person] = way if allowed else problem.own[person].argmin()
    return chosen


def _told(asked: Asked, seats: dict[str, tuple[int, ...]], *, solver: str) -> Plan:
    before = asked.before.seats if asked.before is not None else {}
    score = judge(asked.people, seats, workshops=asked.workshops, mode=asked.mode, encounters=asked.encounters)
    return Plan(
        mode=asked.mode,
        workshops=asked.workshops,
        seats=seats,
        seed=asked.seed,
        score=score,
        solver=solver,
        moved=tuple(key for key, row in seats.items() if key in before and before[key] != row),
    )
