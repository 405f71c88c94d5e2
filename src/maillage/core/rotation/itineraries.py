"""The ways through the workshops: an itinerary gives one workshop per round, each workshop once.

A square is a set of k itineraries of which exactly one stands at each workshop at each round (a Latin square). Where
k is the power of a prime, k - 1 squares exist such that two itineraries of distinct squares meet exactly once: they
are the lines of the affine plane, x → m·x + b (Bose 1938).
"""

from __future__ import annotations

from functools import cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

PRIMES = (2, 3, 5)
TRIES = 60
FOUR = ((0, 0, 0, 0), (0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 1, 2))
"""Products in the field of four elements; the sum there is the exclusive or."""


@cache
def squares(workshops: int) -> tuple[Rows, ...]:
    """Latin squares of itineraries, each k x k, two lines of distinct squares meeting once; one square for 6."""
    if workshops == 4:
        return tuple(np.array([[FOUR[m][x] ^ b for x in range(4)] for b in range(4)]) for m in range(1, 4))
    slopes = range(1, workshops) if workshops in PRIMES else range(1, 2)
    line = np.arange(workshops)
    return tuple(np.array([(m * line + b) % workshops for b in range(workshops)]) for m in slopes)


@cache
def every_itinerary(workshops: int) -> Rows:
    """All k! itineraries, those of the squares first, square after square."""
    first = [tuple(int(seat) for seat in row) for square in squares(workshops) for row in square]
    known = set(first)
    rest = [row for row in permutations(range(workshops)) if row not in known]
    return np.array([*first, *rest], dtype=np.int64)


@cache
def _numbers(workshops: int) -> dict[tuple[int, ...], int]:
    return {tuple(map(int, row)): number for number, row in enumerate(every_itinerary(workshops))}


def layers(workshops: int, count: int, *, rng: np.random.Generator) -> list[list[int]]:
    """`count` squares, as numbers of itineraries, of which two distinct ones meet as much as possible.

    The planes in turn where they exist; for six workshops, where Tarry (1901) proved that not even two squares agree
    so, each one is the best of `TRIES` shuffles of the rounds.
    """
    planes = squares(workshops)
    if workshops != 6:
        return [[at % len(planes) * workshops + line for line in range(workshops)] for at in range(count)]
    numbers, found = _numbers(workshops), []
    seen = np.zeros((0, workshops * workshops))
    for _ in range(count):
        tries = [planes[0][:, rng.permutation(workshops)] for _ in range(TRIES)]
        best = max(tries, key=lambda rows: int((one_hot(rows, workshops) @ seen.T > 0).sum()))
        seen = np.vstack([seen, one_hot(best, workshops)])
        found.append([numbers[tuple(map(int, row))] for row in best])
    return found


def one_hot(rows: Rows, workshops: int) -> NDArray[np.float64]:
    """Rows of seats as rows of k·k zeros and ones; an absent round is all zeros."""
    cells = rows.shape[1] * workshops
    hot = rows[:, :, None] == np.arange(workshops)
    return np.asarray(hot.reshape(len(rows), cells), dtype=np.float64)
