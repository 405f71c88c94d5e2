"""From four workshops on, CP-SAT takes over where the search has not reached the bound. Optional: `ortools`.

The model is the search's own: itineraries, sizes, labels and worth of pairs, in whole numbers. Without the library,
or past `LARGEST` terms, the search's answer stands.
"""

from __future__ import annotations

import importlib
import time
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from maillage.core.rotation.itineraries import one_hot
from maillage.core.rotation.rooms import EPSILON, Floats, Numbers, Problem, weigh

LARGEST = 30_000
"""Products of two seats the model may hold: 60 people at 4 workshops, 49 at 5."""
SCALE = 1000
LEAST_S = 0.5
"""Seconds under which looking is not worth it. Making the model counts: four seconds for 40 people, 6 workshops."""


@cache
def _library() -> ModuleType | None:
    try:
        return importlib.import_module("ortools.sat.python.cp_model")
    except ImportError:
        return None


def improve(problem: Problem, found: Numbers, *, seed: int, seconds: float) -> Numbers | None:
    """A better choice than `found`, None when there is none, or no time or no library to find it."""
    started, cost = time.monotonic(), weigh(problem, found).cost
    people, k = problem.presence.shape
    if cost <= problem.enough + EPSILON or people * (people - 1) // 2 * k * k > LARGEST:
        return None
    library = _library()
    if library is None or seconds < LEAST_S:
        return None
    model = library.CpModel()
    taken = _itineraries(model, problem, found)
    spots = _spots(model, problem, taken)
    terms = _own(problem, taken) + _sizes(model, problem, spots) + _meetings(model, problem, spots)
    model.minimize(sum(terms))
    solver, left = library.CpSolver(), seconds - (time.monotonic() - started)
    if left < LEAST_S:
        return None
    solver.parameters.max_time_in_seconds = left
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = 1
    # Looking for symmetries does not heed the clock: five minutes for 18 people at 6 workshops (ortools 9.15).
    solver.parameters.symmetry_level = 0
    if solver.solve(model) not in (library.OPTIMAL, library.FEASIBLE):
        return None
    chosen = np.array([next(way for way, held in mine.items() if solver.value(held)) for mine in taken])
    return chosen if weigh(problem, chosen).cost < cost - EPSILON else None


def _itineraries(model: Any, problem: Problem, found: Numbers) -> list[dict[int, Any]]:
    """For each person, one variable per itinerary she may take; exactly one is true."""
    taken = []
    for person, costs in enumerate(problem.own):
        mine = {int(way): model.new_bool_var("") for way in np.flatnonzero(np.isfinite(costs))}
        model.add_exactly_one(mine.values())
        for way, held in mine.items():
            model.add_hint(held, way == found[person])
        taken.append(mine)
    return taken


def _spots(model: Any, problem: Problem, taken: list[dict[int, Any]]) -> list[list[Any]]:
    """Per person and per (round, workshop): whether she is there; None where she is absent."""
    ways = one_hot(problem.itineraries, problem.workshops)
    spots: list[list[Any]] = []
    for person, mine in enumerate(taken):
        there = np.repeat(problem.presence[person], problem.workshops)
        row = [model.new_bool_var("") if seen else None for seen in there]
        for spot, held in enumerate(row):
            if held is not None:
                model.add(held == sum(taking for way, taking in mine.items() if ways[way, spot]))
        spots.append(row)
    return spots


def _own(problem: Problem, taken: list[dict[int, Any]]) -> list[Any]:
    return [
        round(float(problem.own[person, way]) * SCALE) * held
        for person, mine in enumerate(taken)
        for way, held in mine.items()
        if problem.own[person, way] > 0
    ]


def _sizes(model: Any, problem: Problem, spots: list[list[Any]]) -> list[Any]:
    """What each place beyond within-one costs, label by label, round by round."""
    k, terms = problem.workshops, []
    for label, price in zip(problem.labels, problem.costs, strict=True):
        for value in range(int(label.max()) + 1):
            mine = np.flatnonzero(label == value)
            for spot in range(k * k):
                held = [spots[person][spot] for person in mine if spots[person][spot] is not None]
                low, more = divmod(len(held), k)
                beyond = model.new_int_var(0, len(held), "")
                model.add(beyond >= sum(held) - low - (1 if more else 0))
                model.add(beyond >= low - sum(held))
                terms.append(int(price * SCALE) * beyond)
    return terms


def _meetings(model: Any, problem: Problem, spots: list[list[Any]]) -> list[Any]:
    worth: Floats = problem.worth
    terms = []
    for one, two in zip(*np.triu_indices(len(spots), 1), strict=True):
        if worth[one, two] <= 0:
            continue
        both = []
        for mine, theirs in zip(spots[one], spots[two], strict=True):
            if mine is not None and theirs is not None:
                shared = model.new_bool_var("")
                model.add_implication(shared, mine)
                model.add_implication(shared, theirs)
                both.append(shared)
        met = model.new_bool_var("")
        model.add(met <= sum(both))
        terms.append(-round(float(worth[one, two]) * SCALE) * met)
    return terms
