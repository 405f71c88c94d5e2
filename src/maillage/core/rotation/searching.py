"""Tabu search over itineraries: the best move or exchange at each step. Pure numpy.

People hold numbers of itineraries. A move changes the number of one person, an exchange swaps two people there at the
same rounds; all of them are weighed at once (`rooms`). The same seed gives the same seats.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from maillage.core.rotation.rooms import EPSILON, Numbers, Problem, Room, Weighed

PATIENCE = 6
"""Steps without progress (one more for ten people) before starting afresh, or from the best a little shaken."""
AFRESH = 350
"""Divided by the square of the people: how often afresh, at most four times in five. Small rooms gain by it."""
EASING, EASIEST = 0.7, 0.002
"""How quickly uneven tables become cheap while there are none, and how cheap at most: two meetings."""


def search(problem: Problem, starts: Callable[[], Numbers], *, rng: np.random.Generator, steps: int) -> Numbers:
    """The best choice found within `steps` steps from what `starts` gives (n itineraries): a first, then fresh ones.

    Tabu search (Glover 1986): the best neighbour is taken even when it costs more, and who has just moved rests for a
    few steps, unless the choice would be the best ever seen. Uneven tables cost less while tables are even, more
    while they are not: the search crosses what it may not end in (Gendreau, Hertz, Laporte 1994).
    """
    room = Room(problem, starts())
    best, people = room.chosen.copy(), len(room.chosen)
    best_cost, low, ease = np.inf, np.inf, 1.0
    rests_until, last = np.zeros(people, dtype=np.int64), 0
    for step in range(steps):
        weighed = room.weigh(ease=ease)
        if weighed.cost < best_cost - EPSILON:
            best, best_cost = room.chosen.copy(), weighed.cost
        if weighed.cost < low - EPSILON:
            low, last = weighed.cost, step
        if best_cost <= problem.enough + EPSILON:
            break
        if step - last > PATIENCE + people // 10:
            room.seat(starts() if rng.random() < min(0.8, AFRESH / people**2) else _shaken(problem, best, rng))
            last, low = step, np.inf
            continue
        moved = _step(weighed, rests_until > step, below=best_cost - weighed.cost - EPSILON)
        if not moved:
            break
        room.move(moved)
        ease = max(EASIEST, ease * EASING) if weighed.is_even else min(1.0, ease / EASING)
        rests_until[list(moved)] = step + 2 + rng.integers(0, 3 + people // 10, size=len(moved))
    return best


def _shaken(problem: Problem, chosen: Numbers, rng: np.random.Generator) -> Numbers:
    """The same, a few people exchanged at random where both may be."""
    shaken = chosen.copy()
    for _ in range(min(7, 2 + len(chosen) // 10)):
        one, two = (int(number) for number in rng.integers(0, len(chosen), 2))
        free = problem.own[one, shaken[two]] + problem.own[two, shaken[one]] + problem.apart[one, two]
        if np.isfinite(free):
            shaken[one], shaken[two] = shaken[two], shaken[one]
    return shaken


def _step(weighed: Weighed, resting: NDArray[np.bool_], *, below: float) -> dict[int, int]:
    """The best move or exchange that is allowed: who takes which itinerary; nobody when nothing can."""
    chosen, moves, swaps = weighed.chosen, weighed.moves, weighed.swaps
    moves[np.arange(len(chosen)), chosen] = np.inf
    move, swap = int(moves.argmin()), int(swaps.argmin())
    if moves.flat[move] >= below:
        moves[resting] = np.inf
        move = int(moves.argmin())
    if swaps.flat[swap] >= below:
        swaps[resting], swaps[:, resting] = np.inf, np.inf
        swap = int(swaps.argmin())
    if not np.isfinite(min(moves.flat[move], swaps.flat[swap])):
        return {}
    if moves.flat[move] <= swaps.flat[swap]:
        person, way = divmod(move, moves.shape[1])
        return {person: way}
    one, two = divmod(swap, len(chosen))
    return {one: int(chosen[two]), two: int(chosen[one])}
