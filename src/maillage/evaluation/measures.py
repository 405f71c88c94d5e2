"""How well a ranking finds what was judged right, with an interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

DRAWS, SEED = 1000, 20261122
Measure = Callable[[Sequence[str], Collection[str]], float]
"""From a ranking (keys, best first) and the keys judged right, a value from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A value from 0 to 1 and, for a mean over needs, its 95 % interval by 1 000 draws of them."""

    value: float
    low: float | None = None
    high: float | None = None


def ndcg(at: int) -> Measure:
    """Normalised discounted cumulative gain of the first `at`, every right key worth the same."""

    def value(ranking: Sequence[str], right: Collection[str]) -> float:
        gained = sum(1 / math.log2(place + 2) for place, key in enumerate(ranking[:at]) if key in right)
        return gained / sum(1 / math.log2(place + 2) for place in range(min(at, len(right))))

    return value


def recall(at: int) -> Measure:
    """Share of what is right found among the first `at`."""
    return lambda ranking, right: sum(key in right for key in ranking[:at]) / len(right)


def accuracy(at: int) -> Measure:
    """1 when something right is among the first `at`, else 0."""
    return lambda ranking, right: float(any(key in right for key in ranking[:at]))


def mrr(ranking: Sequence[str], right: Collection[str]) -> float:
    """1 over the place of the first right key, 0 when there is none."""
    return next((1 / place for place, key in enumerate(ranking, start=1) if key in right), 0.0)


MEASURES: dict[str, Measure] = {
    "ndcg@10": ndcg(10),
    "recall@10": recall(10),
    "recall@50": recall(50),
    "accuracy@1": accuracy(1),
    "accuracy@3": accuracy(3),
    "mrr": mrr,
}


def macro_f1(given: Sequence[tuple[str, Collection[str]]]) -> float:
    """The mean, over what is judged right, of the F1 of the first answer: a rare right counts as much as a usual one.

    `given`: for each need, the first key answered and the keys judged right.
    """
    each = []
    for key in {key for _, right in given for key in right}:
        called = sum(first == key for first, _ in given)
        judged = sum(key in right for _, right in given)
        each.append(2 * sum(first == key and key in right for first, right in given) / (called + judged))
    return sum(each) / len(each) if each else 0.0


def measured(values: Sequence[float]) -> Measured:
    """The mean of one value per need, with its interval. Raises ValueError when there is none."""
    if not values:
        raise ValueError("no value to measure")
    each = np.array(values, dtype=np.float64)
    draws = np.random.default_rng(SEED).integers(0, len(each), size=(DRAWS, len(each)))
    low, high = np.quantile(each[draws].mean(axis=1), [0.025, 0.975])
    return Measured(float(each.mean()), float(low), float(high))
