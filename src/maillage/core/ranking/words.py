"""BM25F where a word of the need is met by itself or by its nearest learned neighbour, whichever serves best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maillage.core.lexicon.expansion import Expansion, expand
from maillage.core.ranking.documents import Collection
from maillage.core.ranking.learned import learned_words
from maillage.core.ranking.selection import Selection
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ranking = Collection | Selection
"""Documents ready to be ranked: their texts at hand, or what an index read of them."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Learned words that may stand for a word of the need: columns, worth from 0 to 1, numbers among the learned."""

    columns: Ints
    worth: Floats
    numbers: Ints


KEPT = 20_000
"""Words whose neighbours are kept, some 10 MB; beyond, all are forgotten and looked for again."""

NOBODY = Neighbours(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Met:
    """One word of the need: what it brings to each document, and the learned word that stands for it there, else -1."""

    points: Floats
    by: Ints


def neighbours(stems: Sequence[str], collection: Ranking) -> Mapping[str, Neighbours]:
    """For each stem, the learned words of these documents nearest to it, best first, itself left out."""
    learned, kept = learned_words(), collection.near_kept
    asked = [stem for stem in dict.fromkeys(stems) if stem in learned]
    numbers, columns = collection.known
    if not asked or not len(columns):
        return {}
    if len(kept) > KEPT:
        kept.clear()
    fresh = [stem for stem in asked if stem not in kept]
    likeness = learned.vectors[[learned.numbers[stem] for stem in fresh]] @ collection.known_vectors
    most = min(int(weight("ranking", "neighbours")) + 1, len(numbers))
    for stem, row in zip(fresh, likeness, strict=True):
        best = np.argpartition(-row, most - 1)[:most]
        near = best[(row[best] >= weight("ranking", "neighbour_from")) & (columns[best] != collection.column(stem))]
        worth = weight("ranking", "neighbour") * row[near].astype(np.float64)
        kept[stem] = Neighbours(columns[near], worth, numbers[near])
    return {stem: kept.get(stem, NOBODY) for stem in asked}


def by_word(
    stems: Sequence[str], collection: Ranking, *, learned: bool = True, thesaurus: bool = True
) -> Mapping[str, Floats]:
    """For each different word of the need: what it brings to each document, as often as the need says it."""
    met = words_met(stems, collection, learned=learned, thesaurus=thesaurus)
    return {stem: one.points for stem, one in met.items()}


def words_met(
    stems: Sequence[str], collection: Ranking, *, learned: bool = True, thesaurus: bool = True
) -> Mapping[str, Met]:
    """The same, with the learned word that stands for each where it is absent.

    What opens a need says its object: the first words count twice. A neighbour is never worth more than the word it
    stands for: its rarity is at most that of the word. `learned`: neighbours learned from texts; `thesaurus`: acronyms
    both ways and families of synonyms.
    """
    near = neighbours(stems, collection) if learned else {}
    others = expand(stems) if thesaurus else ()
    held = _Held(collection, [*stems, *(stem for other in others for stem in other.stems)], near.values())
    found = {stem: _met(held.column(stem), near.get(stem, NOBODY), held) for stem in dict.fromkeys(stems)}
    for other in others:
        found[other.source] = _or_otherwise(found[other.source], other, held)
    times = Counter(stems) + Counter(stems[: int(weight("ranking", "short"))])
    return {stem: Met(times[stem] * met.points, met.by) for stem, met in found.items()}


class _Held:
    """What some words weigh in each document, looked for at once."""

    def __init__(self, collection: Ranking, stems: Sequence[str], near: Iterable[Neighbours]) -> None:
        self.count, self.rarity = collection.count, collection.rarity
        self._places = {stem: collection.column(stem) for stem in dict.fromkeys(stems)}
        own = np.array([place for place in self._places.values() if place >= 0], dtype=np.int64)
        self._columns = np.unique(np.concatenate([own, *(one.columns for one in near)]))
        self._frequencies = collection.saturated[self._columns]

    def column(self, stem: str) -> int:
        """The column of one of these stems, -1 when no document holds it."""
        return self._places[stem]

    def saturated(self, columns: Ints) -> npt.NDArray[np.float32]:
        """BM25F's term frequency, a row per column, a cell per document."""
        rows: npt.NDArray[np.float32] = self._frequencies[np.searchsorted(self._columns, columns)]
        return rows


def _or_otherwise(met: Met, other: Expansion, held: _Held) -> Met:
    """The same word, met by another way to say it where that brings more: a document must hold all its words."""
    columns = np.array([held.column(stem) for stem in other.stems], dtype=np.int64)
    if not held.count or min(columns) < 0:
        return met
    own = held.column(other.source)
    rarest = int(held.rarity[columns].argmax())
    rarity = float(held.rarity[columns[rarest]])
    worth = weight("ranking", "synonym") * (rarity if own < 0 else min(rarity, float(held.rarity[own])))
    offered = worth * held.saturated(columns).min(axis=0)
    number = learned_words().numbers.get(other.stems[rarest], -1)
    return Met(np.maximum(met.points, offered), np.where(offered > met.points, number, met.by))


def _met(own: int, near: Neighbours, held: _Held) -> Met:
    """The best of the word itself and its neighbours, in each document; `own` is -1 where no document holds it."""
    rarity = held.rarity
    best = np.zeros(held.count)
    if own >= 0:
        best = (held.saturated(np.array([own]))[0] * rarity[own]).astype(np.float64)
    by = np.full(held.count, -1)
    if len(near.columns) and held.count:
        theirs = rarity[near.columns] if own < 0 else np.minimum(rarity[near.columns], rarity[own])
        offered = (near.worth * theirs)[:, None] * held.saturated(near.columns)
        first = offered.argmax(axis=0)
        most = offered[first, np.arange(held.count)]
        by = np.where(most > best, near.numbers[first], by)
        best = np.maximum(best, most)
    return Met(best, by)
