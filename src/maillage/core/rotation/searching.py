"""Tabu search over itineraries: the best move or exchange at each step. Pure numpy.

People hold numbers of itineraries. A move changes the number of one person, an exchange swaps two people there at the
same rounds; all of them are weighed at once as matrices. The same seed gives the same seats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.core.rotation.itineraries import Rows, one_hot

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
EPSILON = 1e-9
PATIENCE = 6
"""Steps without progress (one more for ten people) before starting afresh, or from the best a little shaken."""
AFRESH = 350
"""Divided by the square of the people: how often afresh, at most four times in five. Small rooms gain by it."""
EASING, EASIEST = 0.7, 0.002
"""How quickly uneven tables become cheap while there are none, and how cheap at most: two meetings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is searched. n people, k workshops, s itineraries.

    `itineraries`: s x k. `presence`: n x k. `labels`: one row of n numbers per thing to spread (the first row is
    everybody, for the sizes), -1 for nobody's. `costs`: what each place too many costs, per row of labels. `worth`:
    n x n. `own`: n x s, the cost of an itinerary for a person (infinite where it is refused). `apart`: n x n, infinite
    between people who are not there at the same rounds. `enough`: the cost under which nothing is to be gained.
    """

    itineraries: Rows
    presence: NDArray[np.bool_]
    labels: Numbers
    costs: Floats
    worth: Floats
    own: Floats
    apart: Floats
    enough: float

    @property
    def workshops(self) -> int:
        """The number of workshops, and of rounds."""
        return int(self.itineraries.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The cost of a choice, and what each move and each exchange would add to it: n x s and n x n.

    `is_even`: the tables are within one of each other.
    """

    cost: float
    is_even: bool
    moves: Floats
    swaps: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """What does not change while a problem is searched. g labels in all, t rows of labels.

    `ways`: s x k·k. `mine`: g x n, who has each label. `low`, `high`: g x k x 1, even shares. `price`: g. `held`:
    t x n, the label of each one. `parted`: t x n x n, what sets two people apart, priced (the sizes never do).
    """

    ways: Floats
    mine: Floats
    low: Floats
    high: Floats
    price: Floats
    held: Numbers
    row_price: Floats
    parted: Floats


def search(problem: Problem, starts: Callable[[], Numbers], *, rng: np.random.Generator, steps: int) -> Numbers:
    """The best choice found within `steps` steps from what `starts` gives (n itineraries): a first, then fresh ones.

    Tabu search (Glover 1986): the best neighbour is taken even when it costs more, and who has just moved rests for a
    few steps, unless the choice would be the best ever seen. Uneven tables cost less while tables are even, more
    while they are not: the search crosses what it may not end in (Gendreau, Hertz, Laporte 1994).
    """
    chosen = starts()
    best, people = chosen.copy(), len(chosen)
    best_cost, low, ease = np.inf, np.inf, 1.0
    bench = _bench(problem)
    rests_until, last = np.zeros(people, dtype=np.int64), 0
    for step in range(steps):
        weighed = weigh(problem, chosen, bench, ease=ease)
        if weighed.cost < best_cost - EPSILON:
            best, best_cost = chosen.copy(), weighed.cost
        if weighed.cost < low - EPSILON:
            low, last = weighed.cost, step
        if best_cost <= problem.enough + EPSILON:
            break
        if step - last > PATIENCE + people // 10:
            chosen, last = (
                starts() if rng.random() < min(0.8, AFRESH / people**2) else _shaken(problem, best, rng),
                step,
            )
            low = np.inf
            continue
        moved = _step(weighed, chosen, rests_until > step, below=best_cost - weighed.cost - EPSILON)
        if not moved:
            break
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


def _step(weighed: Weighed, chosen: Numbers, resting: NDArray[np.bool_], *, below: float) -> tuple[int, ...]:
    """Do the best move or exchange that is allowed; the people it moved, none when nothing can."""
    moves = np.where(resting[:, None] & (weighed.moves >= below), np.inf, weighed.moves)
    moves[np.arange(len(chosen)), chosen] = np.inf
    pairs = resting[:, None] | resting[None, :]
    swaps = np.where(pairs & (weighed.swaps >= below), np.inf, weighed.swaps)
    swaps[chosen[:, None] == chosen[None, :]] = np.inf
    move, swap = int(moves.argmin()), int(swaps.argmin())
    if not np.isfinite(min(moves.flat[move], swaps.flat[swap])):
        return ()
    if moves.flat[move] <= swaps.flat[swap]:
        person, itinerary = divmod(move, moves.shape[1])
        chosen[person] = itinerary
        return (person,)
    one, two = divmod(swap, len(chosen))
    chosen[one], chosen[two] = chosen[two], chosen[one]
    return one, two


def _bench(problem: Problem) -> _Bench:
    k, labels = problem.workshops, problem.labels
    counts = labels.max(axis=1) + 1
    held = np.where(labels >= 0, labels + np.concatenate([[0], counts.cumsum()[:-1]])[:, None], -1)
    mine = (held[:, None, :] == np.arange(counts.sum())[:, None]).any(axis=0).astype(np.float64)
    share = (mine @ problem.presence)[:, :, None] / k
    apart = (labels[:, :, None] != labels[:, None, :])[1:]
    return _Bench(
        ways=one_hot(problem.itineraries, k),
        mine=mine,
        low=np.floor(share + EPSILON),
        high=np.ceil(share - EPSILON),
        price=np.repeat(problem.costs, counts),
        held=held,
        row_price=problem.costs,
        parted=apart * problem.costs[1:, None, None],
    )


def weigh(problem: Problem, chosen: Numbers, bench: _Bench | None = None, *, ease: float = 1.0) -> Weighed:
    """Weigh a choice and its neighbours, infinite where refused. `ease`: the part of the cost of uneven tables."""
    bench = bench or _bench(problem)
    k, n = problem.workshops, len(chosen)
    spots = bench.ways[chosen] * np.repeat(problem.presence, k, axis=1)
    worth = _meetings(problem, spots, bench.ways)
    people = np.arange(n)
    own, gained = problem.own, worth[people, chosen]
    rest = own - own[people, chosen][:, None] - (worth - gained[:, None])
    crossed = rest[:, chosen]
    swaps = problem.apart + crossed + crossed.T + 2 * problem.worth * (spots @ spots.T == 0)
    now, shift = _spread(problem, bench, spots)
    crossed = shift[1:][:, :, chosen]
    swaps += ((crossed + crossed.transpose(0, 2, 1)) * bench.parted).sum(axis=0)
    return Weighed(
        cost=float(own[people, chosen].sum() - gained.sum() / 2) + float(bench.price @ now),
        is_even=bool(now[0] == 0),
        moves=rest + np.tensordot(bench.row_price * np.array([ease, max(ease, 0.1), 1.0, 1.0]), shift, axes=1),
        swaps=swaps,
    )


def _meetings(problem: Problem, spots: Floats, ways: Floats) -> Floats:
    """n x s: what each person would meet on each itinerary, the others staying where they are."""
    if problem.presence.all():
        return np.asarray(problem.worth @ (spots @ ways.T > 0))
    found = np.zeros((len(spots), len(ways)))
    patterns, which = np.unique(problem.presence, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        seen = (ways * np.repeat(pattern, problem.workshops)) @ spots.T > 0
        mine = which.ravel() == number
        found[mine] = problem.worth[mine] @ seen.T
    return found


def _spread(problem: Problem, bench: _Bench, spots: Floats) -> tuple[Floats, Floats]:
    """g: the places beyond within-one of each label; t x n x s: those that each move adds."""
    k, (rows, people) = problem.workshops, bench.held.shape
    counts = (bench.mine @ spots).reshape(-1, k, k)
    now, more, less = (_beyond(counts + step, bench) for step in (0.0, 1.0, -1.0))
    up, down = (more - now).reshape(-1, k * k)[bench.held], (less - now).reshape(-1, k * k)[bench.held]
    leaving = (down * spots).reshape(rows, people, k, k).sum(axis=3, keepdims=True)
    arriving = (up.reshape(rows, people, k, k) + leaving) * problem.presence[:, :, None]
    moved = arriving.reshape(rows, people, -1) * (1 - spots) * (bench.held >= 0)[:, :, None]
    shift = (moved.reshape(rows * people, -1) @ bench.ways.T).reshape(rows, people, -1)
    return np.asarray(now.sum(axis=(1, 2))), shift


def _beyond(counts: Floats, bench: _Bench) -> Floats:
    return np.asarray(np.maximum(counts - bench.high, 0.0) + np.maximum(bench.low - counts, 0.0))
