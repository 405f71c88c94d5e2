"""Sheets of the index ranked for one need by the method that is measured, `core.ranking`, and what stands for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from maillage.core.ranking import Said, Scored, scored
from maillage.core.ranking.learned import learned_words
from maillage.core.ranking.mixture import evened
from maillage.core.ranking.selection import Selection
from maillage.core.ranking.words import neighbours
from maillage.core.weighing import weight
from maillage.search import engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A word that public texts use in the company of a word of the need: its stem, the stem it stands for, its worth
    from 0 to 1."""

    stem: str
    source: str
    worth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one sheet stands for one need among those it was ranked with.

    `points`: by part of `core.ranking`, in standard deviations of the total; they mean something among these sheets
    only. `stand_ins`: word of the need absent from the sheet → how the learned word that stands for it is written.
    `places`: which of the stems wanted the sheet holds, and where, as `Selection.places` says.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)


def near_words(stems: Sequence[str]) -> tuple[Near, ...]:
    """The learned words near enough to stand for those that hardly any sheet says, the nearest first."""
    held = engine.reader()
    few = weight("matching", "scarce")
    scarce = [stem for stem in stems if held.searcher.doc_freq("words", stem) < few]
    nobody = Selection(held.table, held.statistics, [])
    found: dict[str, Near] = {}
    for source, near in neighbours(scarce, nobody).items():
        for number, worth in zip(near.numbers.tolist(), near.worth.tolist(), strict=True):
            stem = _learned_stems()[number]
            known = found.get(stem)
            if worth >= _least() and stem not in stems and (known is None or known.worth < worth):
                found[stem] = Near(stem=stem, source=source, worth=worth)
    return tuple(sorted(found.values(), key=lambda near: (-near.worth, near.stem)))


def _least() -> float:
    """The worth from which a learned word says the same thing."""
    return weight("ranking", "neighbour") * weight("matching", "near_from")


@lru_cache(maxsize=1)
def _learned_stems() -> tuple[str, ...]:
    return tuple(learned_words().numbers)


def standings(
    need: str, rows: Sequence[int], *, said: Said | None = None, told: Iterable[str] = (), wanted: Iterable[str] = ()
) -> list[Standing]:
    """Where each of these rows of the index stands for a need.

    `told`: the stems whose stand-ins are looked for; `wanted`: those whose places are.
    """
    if not rows:
        return []
    held = engine.reader()
    selection = Selection(held.table, held.statistics, rows)
    found = scored(need, selection, said=said)
    spread = float(found.totals.std()) or 1.0
    parts = {part: (points / spread).tolist() for part, points in found.parts.items()}
    instead, places = _stand_ins(found, len(rows), told), selection.places(wanted)
    return [
        Standing(points=dict(zip(parts, points, strict=True)), stand_ins=instead[at], places=places[at])
        for at, points in enumerate(zip(*parts.values(), strict=True))
    ]


def places_of(rows: Sequence[int], stems: Iterable[str]) -> list[dict[str, int]]:
    """By row of the index: which of these stems it holds, and where, as `Selection.places` says."""
    held = engine.reader()
    return Selection(held.table, held.statistics, rows).places(stems) if rows else []


def order(need: str, rows: Sequence[int]) -> list[int]:
    """The places of these rows, the best answer first; equal ones as they came."""
    if not rows:
        return []
    held = engine.reader()
    totals = scored(need, Selection(held.table, held.statistics, rows)).totals
    return [int(place) for place in np.argsort(-evened(totals), kind="stable")]


def _stand_ins(found: Scored, count: int, told: Iterable[str]) -> list[dict[str, str]]:
    """By document: the words of the need that a learned word says in their place, and how that one is written."""
    spelling, stems, learned = engine.reader().spelling, _learned_stems(), learned_words()
    instead: list[dict[str, str]] = [{} for _ in range(count)]
    for stem in (stem for stem in told if stem in found.met and stem in learned):
        by = found.met[stem].by
        places = np.flatnonzero(by >= 0)
        near = learned.vectors[by[places]] @ learned.vectors[learned.numbers[stem]] >= weight("matching", "near_from")
        for place in places[near].tolist():
            instead[place][stem] = spelling.get(stems[by[place]], stems[by[place]])
    return instead
