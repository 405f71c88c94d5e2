"""From couples of sheets to points: one column per thing compared, natural log-odds, 0 where nothing is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from maillage.core.dedup.blocking import Couples
from maillage.core.dedup.reading import Corpus, text_rows
from maillage.core.dedup.rows import Flags, Floats, Ints, by_combination
from maillage.core.weighing import weight

FURTHEST = 25.0
"""Points beyond which a rival changes nothing more (e^25)."""

NARROW = re.compile(r"(COM|COMD|ARM)-\w{5}|(EPCI|EPT|QPV)-.+")
"""Places small enough for two projects there to be compared with some hope; an overseas collectivity is not."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Couples of rows and, for each thing compared, its points; `total` adds them all."""

    left: Ints
    right: Ints
    points: Mapping[str, Floats]
    total: Floats


def compare(corpus: Corpus, couples: Couples, *, spared: Flags) -> Scores:
    """The points of couples of rows, rivals left out; the left column is sorted.

    Couples left without hope by their titles are dropped before anything slower is read, the `spared` ones apart;
    texts are read where they could change the verdict.
    """
    scores = _added(Scores(*couples, {}, np.zeros(len(couples[0]))), _titles(corpus, couples))
    scores = _kept(scores, _hopeful(corpus, scores, could_add=weight("dedup", "allowance")) | spared)
    scores = _added(scores, _around(corpus, scores.left, scores.right))
    most = weight("dedup", "text") * (1 - weight("dedup", "text_neutral"))
    return _added(scores, {"text": _texts(corpus, scores, np.flatnonzero(_hopeful(corpus, scores, could_add=most)))})


def likely_words(corpus: Corpus, couples: Couples) -> Couples:
    """The couples whose titles share enough words, or that are in one place, on one page, or have identifiers."""
    left, right = couples
    kept = corpus.words.products(left, right) >= weight("dedup", "least_words")
    kept |= _places(corpus, left, right) > 0
    kept |= _made_up_for(corpus, left, right)
    return left[kept], right[kept]


def _titles(corpus: Corpus, couples: Couples) -> dict[str, Floats]:
    left, right = couples
    return {
        "prior": np.full(len(left), weight("dedup", "prior")),
        "words": weight("dedup", "words") * corpus.words.products(left, right),
        "letters": weight("dedup", "letters") * corpus.letters.products(left, right),
        "place": _places(corpus, left, right),
    }


def _around(corpus: Corpus, left: Ints, right: Ints) -> dict[str, Floats]:
    identifier = _where_both(_named(corpus), left, right, lambda one, two: _identifiers(corpus, one, two))
    return {
        "numbers": _where_both(_filled(corpus.numbers), left, right, lambda one, two: _numbers(corpus, one, two)),
        "operator": _by_value(corpus.operators, left, right, lambda one, two: _operators(corpus, one, two)),
        "zones": _by_value(corpus.zones, left, right, lambda one, two: _zones(corpus, one, two)),
        "closing": _days(corpus.closes, left, right),
        "address": weight("dedup", "address") * _equal(corpus.addresses, left, right),
        "identifier": identifier,
        "source": weight("dedup", "source") * _equal(corpus.sources, left, right) * (identifier >= 0),
    }


def _added(scores: Scores, more: Mapping[str, Floats]) -> Scores:
    total = scores.total + np.sum(list(more.values()), axis=0)
    return Scores(scores.left, scores.right, {**scores.points, **more}, total)


def _hopeful(corpus: Corpus, scores: Scores, *, could_add: float) -> Flags:
    """The couples that `could_add` more points would make doubtful, and those other things could make up for."""
    near = scores.total >= weight("dedup", "doubtful_from") - could_add
    return near | _made_up_for(corpus, scores.left, scores.right)


def _kept(scores: Scores, kept: Flags) -> Scores:
    points = {name: column[kept] for name, column in scores.points.items()}
    return Scores(scores.left[kept], scores.right[kept], points, scores.total[kept])


def _made_up_for(corpus: Corpus, left: Ints, right: Ints) -> Flags:
    """Couples on one page, or that both have identifiers, whatever their titles say."""
    named = _named(corpus)
    return (_equal(corpus.addresses, left, right) > 0) | (named[left] & named[right])


def _named(corpus: Corpus) -> Flags:
    return _filled([sheet.identifiers for sheet in corpus.sheets])


def _filled(values: Sequence[Sized]) -> Flags:
    return np.array([len(value) > 0 for value in values], dtype=bool)


def against_rivals(corpus: Corpus, scores: Scores, settled: Mapping[tuple[int, int], bool]) -> Floats:
    """What each couple loses to its rivals: minus ln(1 + sum of e^points of the rivals).

    Sheets of one list are distinct, so a sheet of another list is at most one of them: a rival of (a, b) is (a, c)
    with c from the list of b, or (d, b) with d from the list of a. `settled`: what a person said of couples.
    """
    near = scores.total >= weight("dedup", "doubtful_from") - weight("dedup", "allowance")
    strength = np.where(near, np.exp(np.clip(scores.total, -FURTHEST, FURTHEST)), 0.0)
    for place in range(len(strength)) if settled else ():
        said = settled.get((int(scores.left[place]), int(scores.right[place])))
        if said is not None:
            strength[place] = np.exp(FURTHEST) if said else 0.0
    one, two = corpus.sources[scores.left], corpus.sources[scores.right]
    apart = (one >= 0) & (two >= 0) & (one != two)
    rivals = _others(scores.left, two, strength, apart) + _others(scores.right, one, strength, apart)
    lost = np.where(apart, np.log1p(rivals), 0.0)
    return -1.0 * lost


def _others(rows: Ints, lists: Ints, strength: Floats, apart: Flags) -> Floats:
    """For each couple, the strength of the other couples of the same row with the same list."""
    held = np.where(apart, strength, 0.0)
    _, group = np.unique(rows * (lists.max(initial=0) + 2) + lists + 1, return_inverse=True)
    return np.maximum(0.0, np.bincount(group, weights=held, minlength=1)[group] - held) if len(rows) else held


def _where_both(filled: Flags, left: Ints, right: Ints, judge: Callable[[int, int], float]) -> Floats:
    """`judge` of the couples whose two rows have something to say, 0 for the others."""
    found = np.zeros(len(left))
    both = np.flatnonzero(filled[left] & filled[right])
    couples = zip(left[both].tolist(), right[both].tolist(), strict=True)
    found[both] = [judge(one, two) for one, two in couples]
    return found


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
    found: Floats = ((values[left] == values[right]) & (values[left] >= 0)).astype(float)
    return found


def _numbers(corpus: Corpus, one: int, two: int) -> float:
    first, second = corpus.numbers[one], corpus.numbers[two]
    return weight("dedup", "numbers") if first and second and first.isdisjoint(second) else 0.0


def _texts(corpus: Corpus, scores: Scores, places: Ints) -> Floats:
    """Points of the texts of the couples at these places, 0 for the others."""
    left, right = scores.left[places], scores.right[places]
    texts = text_rows(corpus, np.concatenate((left, right)))
    filled = np.diff(texts.starts) > 0
    alike = texts.products(left, right) - weight("dedup", "text_neutral")
    found = np.zeros(len(scores.left))
    found[places] = np.where(filled[left] & filled[right], weight("dedup", "text") * alike, 0.0)
    return found


def operators_alike(one: str, two: str) -> float:
    """How near two names are, whatever the order of their words; from 0 to 1."""
    return fuzz.token_sort_ratio(one, two) / 100


def _operators(corpus: Corpus, one: int, two: int) -> float:
    first, second = sorted((corpus.sheets[one].operator.lower(), corpus.sheets[two].operator.lower()))
    return weight("dedup", "operator") * (operators_alike(first, second) - weight("dedup", "operator_neutral"))


def _zones(corpus: Corpus, one: int, two: int) -> float:
    return weight("dedup", "zones") if zones_apart(corpus.sheets[one].zones, corpus.sheets[two].zones) else 0.0


def _places(corpus: Corpus, left: Ints, right: Ints) -> Floats:
    """Two lists that name one commune or grouping; inside one list it says nothing."""
    shared = _by_value(
        corpus.zones,
        left,
        right,
        lambda one, two: float(bool(shared_place(corpus.sheets[one].zones, corpus.sheets[two].zones))),
    )
    one, two = corpus.sources[left], corpus.sources[right]
    return np.where((one != two) & (one >= 0) & (two >= 0), weight("dedup", "place") * shared, 0.0)


def shared_place(one: tuple[str, ...], two: tuple[str, ...]) -> str:
    """A commune or a grouping that both name, "" if none; a department or a country says too little."""
    return min((zone for zone in set(one) & set(two) if NARROW.fullmatch(zone)), default="")


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
