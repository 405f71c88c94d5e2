"""A room where everyone holds an itinerary, and what each move and each exchange would cost there. Pure numpy.

One person who moves changes little: what does not change is kept from one step to the next, so that a room of 200 is
weighed in less than a millisecond. Products of matrices are kept small: a large one wakes every core for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.core.rotation.itineraries import Rows, one_hot

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
EPSILON = 1e-9
QUIET = 250_000
"""Products of two numbers under which OpenBLAS stays on one core (its threshold is 4 x 65 536)."""


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

    `chosen`: n, the itinerary of each one. `is_even`: the tables are within one of each other. An exchange is infinite
    where it is refused, or would change nothing.
    """

    chosen: Numbers
    cost: float
    is_even: bool
    moves: Floats
    swaps: Floats


class Room:
    """A choice of itineraries, weighed again after each move. g labels in all, t rows of labels.

    Kept: `_met` (n x s: what each person would meet on each itinerary), `_near` (n x n: what an exchange is worth
    beside its moves), `_counts` (g x k·k: how many of a label sit where), what one more costs there (`_more`), one more
    and one fewer together (`_both`); the last row of both is that of no label.
    """

    def __init__(self, problem: Problem, chosen: Numbers) -> None:
        self._problem, k = problem, problem.workshops
        counts = problem.labels.max(axis=1) + 1
        firsts = np.concatenate([[0], counts.cumsum()[:-1]])
        self._held = np.where(problem.labels >= 0, problem.labels + firsts[:, None], -1)
        mine = (self._held[:, None, :] == np.arange(counts.sum())[:, None]).any(axis=0)
        self._ways, self._people = one_hot(problem.itineraries, k), np.arange(len(chosen))
        self._cells = problem.itineraries + np.arange(k) * k
        self._there = np.repeat(problem.presence, k, axis=1).astype(np.float64)
        patterns, which = np.unique(problem.presence, axis=0, return_inverse=True)
        self._alike = [(pattern, np.flatnonzero(which.ravel() == at)) for at, pattern in enumerate(patterns)]
        self._price = np.repeat(problem.costs, counts)
        share = np.repeat(mine.astype(np.int64) @ problem.presence / k, k, axis=1)
        self._low, self._high = np.floor(share + EPSILON), np.ceil(share - EPSILON)
        apart = (problem.labels[:, :, None] != problem.labels[:, None, :])[1:]
        self._parted = apart * problem.costs[1:, None, None]
        self._pages = np.empty((3, len(chosen), len(chosen)))
        self._meeting: dict[tuple[int, bytes], Floats] = {}
        self.seat(chosen)

    def seat(self, chosen: Numbers) -> None:
        """Everyone takes these itineraries."""
        problem, self.chosen = self._problem, chosen.copy()
        self._spots = self._ways[chosen] * self._there
        self._met, self._near = np.empty_like(problem.own), np.empty_like(problem.worth)
        at_once = max(1, QUIET // (len(chosen) * max(self._ways.shape)))
        for pattern, people in self._alike:
            shared = zip(chosen, problem.presence & pattern, strict=True)
            seen = np.array([self._seen(int(way), there) for way, there in shared])
            for rows in np.split(people, range(at_once, len(people), at_once)):
                self._met[rows] = problem.worth[rows] @ seen
                self._near[rows] = problem.apart[rows] + 2 * problem.worth[rows] * ~seen.astype(bool)[:, chosen[rows]].T
        self._near[chosen[:, None] == chosen] = np.inf
        self._counts = np.zeros((len(self._price), self._spots.shape[1]))
        for held in self._held:
            np.add.at(self._counts, held[held >= 0], self._spots[held >= 0])
        self._over, cells = np.zeros(len(self._counts)), self._counts.shape[1]
        self._more, self._both = np.zeros((2, len(self._counts) + 1, cells))
        self._count(np.arange(len(self._counts)))

    def move(self, moved: Mapping[int, int]) -> None:
        """These people take other itineraries: person → itinerary."""
        for person, way in moved.items():
            self._move(person, way)
        labels = self._held[:, list(moved)].ravel()
        self._count(labels[labels >= 0])

    def _move(self, person: int, way: int) -> None:
        problem, old = self._problem, int(self.chosen[person])
        there, labels = problem.presence[person], self._held[:, person]
        for pattern, people in self._alike:
            rows = people if len(self._alike) > 1 else slice(None)
            change = self._seen(way, pattern & there) - self._seen(old, pattern & there)
            self._met[rows] += problem.worth[rows, person, None] * change
        self.chosen[person] = way
        near = 1.0 - self._seen(way, there)[self.chosen]
        near *= 2 * problem.worth[person]
        near += problem.apart[person]
        near[self.chosen == way] = np.inf
        self._near[person] = self._near[:, person] = near
        shift = (self._ways[way] - self._ways[old]) * self._there[person]
        self._spots[person] += shift
        self._counts[labels[labels >= 0]] += shift

    def weigh(self, *, ease: float = 1.0) -> Weighed:
        """The choice and its neighbours, until the next weighing. `ease`: the part of the cost of uneven tables."""
        problem, chosen = self._problem, self.chosen
        own, gained = problem.own[self._people, chosen], self._met[self._people, chosen]
        moves = np.ascontiguousarray((problem.own - self._met - (own - gained)[:, None]).T)
        added = self._added()
        swaps = self._swaps(moves, added)
        coefficients = problem.costs * (ease, max(ease, 0.1), 1.0, 1.0)
        moves += _along(np.einsum("t,tcn->cn", coefficients, added), self._cells)
        moves -= moves[chosen, self._people]
        return Weighed(
            chosen=chosen,
            cost=float(own.sum() - gained.sum() / 2) + float(self._price @ self._over),
            is_even=bool(self._over[0] == 0),
            moves=np.ascontiguousarray(moves.T),
            swaps=swaps,
        )

    def _seen(self, way: int, there: NDArray[np.bool_]) -> Floats:
        """s: 1 where this itinerary and that one meet at one of these rounds, else 0."""
        key = way, there.tobytes()
        if key not in self._meeting:
            ways = self._problem.itineraries
            self._meeting[key] = ((ways == ways[way]) & there).any(axis=1).astype(np.float64)
        return self._meeting[key]

    def _count(self, labels: Numbers) -> None:
        """The places beyond within-one of these labels, and what one more or one fewer adds to them."""
        counts, low, high = self._counts[labels], self._low[labels], self._high[labels]
        now, more, less = (
            np.maximum(counts + step - high, 0.0) + np.maximum(low - counts - step, 0.0) for step in (0.0, 1.0, -1.0)
        )
        self._over[labels], self._more[labels], self._both[labels] = now.sum(axis=1), more - now, more + less - 2 * now

    def _added(self) -> Floats:
        """t x k·k x n: the places beyond within-one once each person sits there too, or leaves the seat she has."""
        added = self._more[self._held] * self._there
        added -= self._both[self._held] * self._spots
        return np.ascontiguousarray(added.transpose(0, 2, 1))

    def _swaps(self, rest: Floats, added: Floats) -> Floats:
        """n x n: each takes the itinerary of the other, beside what two alike leave as it is."""
        one_way, crossed, swaps = self._pages
        rest.take(self.chosen, axis=0, out=one_way, mode="clip")
        for parted, each in zip(self._parted, added[1:], strict=True):
            if len(self._cells) < len(self.chosen):
                _along(each, self._cells).take(self.chosen, axis=0, out=crossed, mode="clip")
            else:
                crossed = _along(each, self._cells[self.chosen])
            crossed -= crossed.diagonal().copy()
            crossed *= parted
            one_way += crossed
        np.add(one_way, one_way.T, out=swaps)
        swaps += self._near
        return swaps


def _along(each: Floats, cells: Numbers) -> Floats:
    """m x n, the sum of these rows of `each` (k·k x n) along every itinerary. `cells`: m x k."""
    found = each[cells[:, 0]]
    for at in range(1, cells.shape[1]):
        found += each[cells[:, at]]
    return np.asarray(found)


def weigh(problem: Problem, chosen: Numbers) -> Weighed:
    """Weigh a choice and its neighbours."""
    return Room(problem, chosen).weigh()
