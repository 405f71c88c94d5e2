"""Pairs and their verdicts: block, compare, weigh rivals, listen to persons, explain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np

from maillage.core.dedup.blocking import Couples, candidates
from maillage.core.dedup.comparing import Scores, against_rivals, compare, likely_words
from maillage.core.dedup.explaining import clues
from maillage.core.dedup.reading import Corpus, read
from maillage.core.dedup.rows import Flags, Floats
from maillage.core.dedup.shapes import Known, Pair, Sheet, Verdict
from maillage.core.weighing import weight

Rows = tuple[int, int]
"""Two row numbers of a corpus, the lower first."""


def pairs(
    sheets: Sequence[Sheet],
    *,
    against: Sequence[Sheet] | None = None,
    known: Known | None = None,
    among: Iterable[tuple[str, str]] | None = None,
) -> list[Pair]:
    """The pairs of sheets that are one, or may be, the surest first.

    With `against`, only pairs of a sheet and one of those. `known`: what persons said, which decides whatever the
    points; such pairs are always in the answer. `among`: give exactly these pairs of keys, different ones too, judged
    as they are among all the others. Keys are distinct over both lists; raises ValueError when they are not.
    Rarity of words is read in the sheets given: a handful of sheets makes poor judges, give the whole list.
    """
    new, old = sorted(sheets, key=_key), sorted(against or (), key=_key)
    rows = {sheet.key: row for row, sheet in enumerate((*new, *old))}
    if len(rows) != len(new) + len(old):
        raise ValueError("two sheets have the same key")
    corpus = read((*new, *old))
    said = _settled(known or {}, rows, first=None if against is None else len(new))
    couples = likely_words(corpus, candidates(corpus, first=None if against is None else len(new)))
    asked = set(_asked(among, rows)) if among is not None else None
    must = said.keys() | (asked or set())
    couples = _with(couples, must)
    scores = compare(corpus, couples, spared=_among(couples, must))
    rivals = against_rivals(corpus, scores, {couple: it is Verdict.SAME for couple, it in said.items()})
    return _judged(corpus, scores, rivals, said, asked=asked)


def probability(points: float) -> float:
    """1 / (1 + e^-points)."""
    return float(1 / (1 + np.exp(-points)))


def verdict(points: float) -> Verdict:
    """What the engine concludes alone of so many points."""
    if points >= weight("dedup", "same_from"):
        return Verdict.SAME
    return Verdict.DOUBTFUL if points >= weight("dedup", "doubtful_from") else Verdict.DIFFERENT


def _judged(
    corpus: Corpus, scores: Scores, rivals: Floats, said: Mapping[Rows, Verdict], *, asked: Set[Rows] | None
) -> list[Pair]:
    totals = scores.total + rivals
    if asked is None:
        hopes = np.flatnonzero(totals >= weight("dedup", "doubtful_from")).tolist()
        kept = sorted({*hopes, *_places_of(scores, said.keys())})
    else:
        kept = _places_of(scores, asked)
    found = []
    for place in kept:
        rows = _couple(scores, place)
        points = {name: float(column[place]) for name, column in scores.points.items()}
        points["rivals"] = float(rivals[place])
        total = float(totals[place])
        found.append(
            Pair(
                left=corpus.sheets[rows[0]].key,
                right=corpus.sheets[rows[1]].key,
                points=total,
                probability=probability(total),
                verdict=said.get(rows) or verdict(total),
                clues=clues(corpus, rows, points),
                by_person=rows in said,
            )
        )
    return sorted(found, key=lambda pair: (-pair.points, pair.left, pair.right))


def _couple(scores: Scores, place: int) -> Rows:
    return int(scores.left[place]), int(scores.right[place])


def _places_of(scores: Scores, wanted: Set[Rows]) -> list[int]:
    """Where these couples stand among the scores."""
    return [int(place) for place in np.flatnonzero(_among((scores.left, scores.right), wanted))]


def _among(couples: Couples, wanted: Set[Rows]) -> Flags:
    """Which couples are wanted."""
    codes = np.array([one << 32 | two for one, two in wanted], dtype=np.int64)
    return np.isin(couples[0] << 32 | couples[1], codes)


def _key(sheet: Sheet) -> str:
    return sheet.key


def _settled(known: Known, rows: Mapping[str, int], *, first: int | None) -> dict[Rows, Verdict]:
    """What persons said of couples at hand; « doubtful » is no verdict."""
    found: dict[Rows, Verdict] = {}
    for keys, it in known.items():
        if it is Verdict.DOUBTFUL or len(keys) != 2 or not keys <= rows.keys():
            continue
        low, high = sorted(rows[key] for key in keys)
        if first is None or low < first <= high:
            found[low, high] = it
    return found


def _asked(among: Iterable[tuple[str, str]], rows: Mapping[str, int]) -> list[Rows]:
    return [(min(rows[one], rows[two]), max(rows[one], rows[two])) for one, two in among]


def _with(couples: Couples, more: Set[Rows]) -> Couples:
    if not more:
        return couples
    both = sorted({*zip(couples[0].tolist(), couples[1].tolist(), strict=True), *more})
    column = np.array(both, dtype=np.int64).reshape(-1, 2)
    return column[:, 0], column[:, 1]
