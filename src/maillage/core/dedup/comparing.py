"""From couples of sheets to points: one column per thing compared, natural log-odds, 0 where nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from maillage.core.dedup.blocking import Couples
from maillage.core.dedup.reading import Corpus
from maillage.core.dedup.rows import Floats, Ints, by_combination
from maillage.core.weighing import weight

FURTHEST = 25.0
"""Points beyond which a rival changes nothing more (e^25)."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Couples of rows and, for each thing compared, its points; `total` adds them all."""

    left: Ints
    right: Ints
    points: Mapping[str, Floats]
    total: Floats


def compare(corpus: Corpus, couples: Couples) -> Scores:
    """The points of couples of rows, rivals left out; the left column is sorted."""
    left, right = couples
    points = {
        "prior": np.full(len(left), weight("dedup", "prior")),
        "words": weight("dedup", "words") * corpus.words.products(left, right),
        "letters": weight("dedup", "letters") * corpus.letters.products(left, right),
        "numbers": by_rows(left, right, lambda one, two: _numbers(corpus, one, two)),
        "text": _texts(corpus, left, right),
        "operator": _by_value(corpus.operators, left, right, lambda one, two: _operators(corpus, one, two)),
        "zones": _by_value(corpus.zones, left, right, lambda one, two: _zones(corpus, one, two)),
        "closing": _days(corpus.closes, left, right),
        "address": weight("dedup", "address") * _equal(corpus.addresses, left, right),
        "identifier": by_rows(left, right, lambda one, two: _identifiers(corpus, one, two)),
        "source": weight("dedup", "source") * _equal(corpus.sources, left, right),
    }
    return Scores(left, right, points, np.sum(list(points.values()), axis=0) if len(left) else np.zeros(0))


def hopeful(corpus: Corpus, couples: Couples) -> Couples:
    """The couples whose words leave them a chance to be one, or that share something that could make up for it."""
    left, right = couples
    least = weight("dedup", "doubtful_from") - weight("dedup", "prior") - weight("dedup", "letters")
    kept = weight("dedup", "words") * corpus.words.products(left, right) >= least - weight("dedup", "allowance")
    kept |= _equal(corpus.addresses, left, right).astype(bool)
    named = np.array([bool(sheet.identifiers) for sheet in corpus.sheets], dtype=bool)
    kept |= named[left] & named[right]
    return left[kept], right[kept]


def against_rivals(corpus: Corpus, scores: Scores, settled: Mapping[tuple[int, int], bool]) -> Floats:
    """What each couple loses to its rivals: minus ln(1 + sum of e^points of the rivals).

    Sheets of one list are distinct, so a sheet of another list is at most one of them: a rival of (a, b) is (a, c)
    with c from the list of b, or (d, b) with d from the list of a. `settled`: what a person said of couples.
    """
    strength = np.exp(np.clip(scores.total, -FURTHEST, FURTHEST))
    for place in range(len(strength)) if settled else ():
        said = settled.get((int(scores.left[place]), int(scores.right[place])))
        if said is not None:
            strength[place] = np.exp(FURTHEST) if said else 0.0
    one, two = corpus.sources[scores.left], corpus.sources[scores.right]
    apart = (one >= 0) & (two >= 0) & (one != two)
    rivals = _others(scores.left, two, strength, apart) + _others(scores.right, one, strength, apart)
    return np.where(apart, -np.log1p(rivals), 0.0)


def _others(rows: Ints, lists: Ints, strength: Floats, apart: np.ndarray) -> Floats:
    """For each couple, the strength of the other couples of the same row with the same list."""
    held = np.where(apart, strength, 0.0)
    _, group = np.unique(rows * (lists.max(initial=0) + 2) + lists + 1, return_inverse=True)
    return np.maximum(0.0, np.bincount(group, weights=held, minlength=1)[group] - held) if len(rows) else held


def by_rows(left: Ints, right: Ints, judge: Callable[[int, int], float]) -> Floats:
    """`judge` of each couple of rows."""
    return np.array([judge(one, two) for one, two in zip(left.tolist(), right.tolist(), strict=True)], dtype=float)


def _by_value(values: Ints, left: Ints, right: Ints, judge: Callable[[int, int], float]) -> Floats:
    """`judge` of two rows, asked once per distinct couple of values; 0 where one of them says nothing."""
    found = np.zeros(len(left))
    one, two = values[left], values[right]
    known = (one >= 0) & (two >= 0)
    row_of = dict(zip(values.tolist(), range(len(values)), strict=True))
    low, high = np.minimum(one, two)[known], np.maximum(one, two)[known]
    found[known] = by_combination(low, high, lambda first, second: judge(row_of[first], row_of[second]))
    return found


def _equal(values: Ints, left: Ints, right: Ints) -> Floats:
    return ((values[left] == values[right]) & (values[left] >= 0)).astype(float)


def _numbers(corpus: Corpus, one: int, two: int) -> float:
    first, second = corpus.numbers[one], corpus.numbers[two]
    return weight("dedup", "numbers") if first and second and first.isdisjoint(second) else 0.0


def _texts(corpus: Corpus, left: Ints, right: Ints) -> Floats:
    filled = np.diff(corpus.texts.starts) > 0
    alike = corpus.texts.products(left, right) - weight("dedup", "text_neutral")
    return np.where(filled[left] & filled[right], weight("dedup", "text") * alike, 0.0)


def operators_alike(one: str, two: str) -> float:
    """How near two names are, whatever the order of their words; from 0 to 1."""
    return fuzz.token_sort_ratio(one, two) / 100


def _operators(corpus: Corpus, one: int, two: int) -> float:
    first, second = sorted((corpus.sheets[one].operator.lower(), corpus.sheets[two].operator.lower()))
    return weight("dedup", "operator") * (operators_alike(first, second) - weight("dedup", "operator_neutral"))


def _zones(corpus: Corpus, one: int, two: int) -> float:
    return weight("dedup", "zones") if zones_apart(corpus.sheets[one].zones, corpus.sheets[two].zones) else 0.0


def zones_apart(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """True when two sheets name places of one kind (two departments…) and none in common."""
    kinds = {zone.split("-")[0] for zone in one} & {zone.split("-")[0] for zone in two}
    return bool(kinds) and set(one).isdisjoint(two)


def _days(days: Ints, left: Ints, right: Ints) -> Floats:
    one, two = days[left], days[right]
    known = (one >= 0) & (two >= 0)
    return np.where(known, np.where(one == two, weight("dedup", "closing_same"), weight("dedup", "closing_other")), 0.0)


def _identifiers(corpus: Corpus, one: int, two: int) -> float:
    """A shared identifier nearly settles it; two different values of one kind nearly settle the contrary."""
    first, second = corpus.sheets[one].identifiers, corpus.sheets[two].identifiers
    if not first or not second:
        return 0.0
    if set(first) & set(second):
        return weight("dedup", "identifier_same")
    kinds = {name.partition(":")[0] for name in first} & {name.partition(":")[0] for name in second}
    return weight("dedup", "identifier_other") if kinds else 0.0
