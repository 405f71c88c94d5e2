"""How many pairs can meet at most, whoever sits where: proven, not searched.

Two people who agree A times (same table, same round) count [A ≥ 1] ≤ A - A(A-1)/k for every A from 0 to k, since
(A-1)(1 - A/k) ≥ 0. Summed over ordered pairs, each person with herself included, ΣA is the sum of the squares of the
sizes of tables, and ΣA(A-1) the sum over two distinct rounds of the squares of how many follow each couple of
workshops: at least as much as when the k(k-1) couples are followed evenly. Where the affine plane of order k exists and
its lines are evenly used, the bound is reached.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def even_squares(heads: int, cells: int) -> int:
    """The least sum of squares of whole numbers that share `heads` between `cells`."""
    low, more = divmod(heads, cells)
    return more * (low + 1) * (low + 1) + (cells - more) * low * low


def most_pairs(presence: NDArray[np.bool_], sizes: Sequence[int] | None = None) -> int:
    """No plan makes more pairs meet. `presence`: people x rounds, as many rounds as workshops.

    `sizes`: how many sit at each table, all rounds together, when they are not even; by default they are within 1.
    """
    people, rounds = (int(side) for side in presence.shape)
    there = presence.astype(np.int64)
    both = there.T @ there
    if sizes is None:
        agree = sum(even_squares(int(both[at, at]), rounds) for at in range(rounds))
    else:
        agree = sum(size**2 for size in sizes)
    couples = [int(both[one, two]) for one in range(rounds) for two in range(rounds) if one != two]
    again = sum(even_squares(heads, rounds * (rounds - 1)) for heads in couples) if rounds > 1 else 0
    stays = there.sum(axis=1)
    alone = rounds * int(stays.sum()) - int((stays * (stays - 1)).sum())
    ordered = rounds * agree - again - alone
    seen_together = int(((there @ there.T) > 0).sum() - (stays > 0).sum()) // 2
    every = people * (people - 1) // 2
    return max(0, min(ordered // (2 * rounds), seen_together, every))


def most_weight(weights: NDArray[np.float64], pairs: int) -> float:
    """No plan where at most `pairs` pairs meet is worth more: the sum of the heaviest. `weights`: people x people."""
    held = np.sort(weights[np.triu_indices(len(weights), 1)])[::-1]
    return float(held[:pairs].sum())
