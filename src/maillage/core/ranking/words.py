"""BM25F where a word of the need is met by itself or by its nearest learned neighbour, whichever serves best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
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
    """One word of the need: what it brings to each document, and by which of the ways it is met.

    `offered`: a row per way, a cell per document; `numbers`: the learned word of each way, -1 for the word itself.
    """

    points: Floats
    offered: Floats
    numbers: Ints

    @property
    def by(self) -> Ints:
        """The learned word that stands for it in each document, -1 where it stands for itself or is not met."""
        return np.where(self.points > 0, self.numbers[self.offered.argmax(axis=0)], -1)


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
    most, least = int(weight("ranking", "neighbours")) + 1, weight("ranking", "neighbour_from")
    for stem, row in zip(fresh, likeness, strict=True):
        close = np.flatnonzero(row >= least)  # a hundred of some thousands: only these are sorted
        best = close[np.argsort(-row[close], kind="stable")[:most]]
        near = best[columns[best] != collection.column(stem)]
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
    stems: Sequence[str],
    collection: Ranking,
    *,
    light: Set[str] = frozenset(),
    learned: bool = True,
    thesaurus: bool = True,
) -> Mapping[str, Met]:
    """The same, with the learned word that stands for each where it is absent.

    What opens a need says its object: the first words count twice. A neighbour is never worth more than the word it
    stands for: its rarity is at most that of the word. `light`: those that do not say the object of the need;
    `learned`: neighbours learned from texts; `thesaurus`: acronyms both ways and families of synonyms.
    """
    near = neighbours(stems, collection) if learned else {}
    others = expand(stems) if thesaurus else ()
    held = _Held(collection, [*stems, *(stem for other in others for stem in other.stems)], near.values())
    words = list(dict.fromkeys(stems))
    if not words:
        return {}
    ways = _all_ways(words, near, others, held)
    offered: Floats = ways.worth[:, None] * held.rows(ways.columns, ways.together).astype(np.float64)
    starts = np.searchsorted(ways.word, np.arange(len(words)))
    ends = [*starts[1:], len(ways.word)]
    best = np.maximum.reduceat(offered, starts, axis=0)
    times = Counter(stems) + Counter(stems[: int(weight("ranking", "short"))])
    counted = {stem: times[stem] * (weight("ranking", "light") if stem in light else 1.0) for stem in words}
    return {
        stem: Met(counted[stem] * best[at], offered[starts[at] : ends[at]], ways.numbers[starts[at] : ends[at]])
        for at, stem in enumerate(words)
    }


@dataclass(frozen=True, slots=True)
class _Ways:
    """Every way the words may be met, word after word, each first by itself.

    `word`: its place among the words; `columns`: where it is read, -1 for what no document holds; `worth`, `numbers`:
    what it is worth, and its learned word or -1. `together`: the columns that a document must hold together, by way.
    """

    word: Ints
    columns: Ints
    worth: Floats
    numbers: Ints
    together: Mapping[int, list[int]]


def _all_ways(words: Sequence[str], near: Mapping[str, Neighbours], others: Sequence[Expansion], held: _Held) -> _Ways:
    """A neighbour or another writing is never worth more than the word it stands for, where a document holds it.

    Neighbours that none of these documents holds are left out: most of them, when the documents are few.
    """
    own = np.array([held.column(word) for word in words], dtype=np.int64)
    rarity = np.where(own >= 0, held.rarity[own], 0.0)
    most = np.where(own >= 0, rarity, np.inf)
    close = [near.get(word, NOBODY) for word in words]
    columns = np.concatenate([one.columns for one in close])
    there = held.holds(columns)
    columns, of = columns[there], np.repeat(np.arange(len(words)), [len(one.columns) for one in close])[there]
    apart = np.concatenate([one.worth for one in close])[there] * np.minimum(held.rarity[columns], most[of])
    numbers = np.concatenate([one.numbers for one in close])[there]
    written = _written(words, most, others, held)
    word = np.concatenate([np.arange(len(words)), of, np.array([one.word for one in written], dtype=np.int64)])
    order = np.argsort(word, kind="stable")
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    first = len(word) - len(written)
    return _Ways(
        word[order],
        np.concatenate([own, columns, np.array([one.columns[0] for one in written], dtype=np.int64)])[order],
        np.concatenate([rarity, apart, [one.worth for one in written]])[order],
        np.concatenate([np.full(len(words), -1), numbers, [one.number for one in written]])[order].astype(np.int64),
        {int(ranks[first + at]): one.columns for at, one in enumerate(written) if len(one.columns) > 1},
    )


@dataclass(frozen=True, slots=True)
class _Writing:
    """Another writing of a word: the columns a document must hold together, what it is worth, its learned word."""

    word: int
    columns: list[int]
    worth: float
    number: int


def _written(words: Sequence[str], most: Floats, others: Sequence[Expansion], held: _Held) -> list[_Writing]:
    """The other writings that these documents hold; worth their rarest word, at most the word they stand for."""
    places = {word: at for at, word in enumerate(words)}
    found: list[_Writing] = []
    for other in others:
        columns = [held.column(each) for each in other.stems]
        if min(columns) < 0:
            continue
        rarest = int(held.rarity[columns].argmax())
        at = places[other.source]
        worth = weight("ranking", "synonym") * min(float(held.rarity[columns[rarest]]), float(most[at]))
        found.append(_Writing(at, columns, worth, learned_words().numbers.get(other.stems[rarest], -1)))
    return found


class _Held:
    """What some words weigh in each document, looked for at once."""

    def __init__(self, collection: Ranking, stems: Sequence[str], near: Iterable[Neighbours]) -> None:
        self.rarity = collection.rarity
        self._places = {stem: collection.column(stem) for stem in dict.fromkeys(stems)}
        own = np.array([place for place in self._places.values() if place >= 0], dtype=np.int64)
        self._columns = np.unique(np.concatenate([own, *(one.columns for one in near)]))
        nothing = np.zeros((1, collection.count), dtype=np.float32)
        self._frequencies = np.concatenate([nothing, collection.saturated[self._columns]])
        self._held: npt.NDArray[np.bool_] = np.any(self._frequencies, axis=1)

    def column(self, stem: str) -> int:
        """The column of one of these stems, -1 when no document holds it."""
        return self._places[stem]

    def holds(self, columns: Ints) -> npt.NDArray[np.bool_]:
        """By column: whether one of the documents holds it."""
        found: npt.NDArray[np.bool_] = self._held[np.searchsorted(self._columns, columns) + 1]
        return found

    def rows(self, columns: Ints, together: Mapping[int, list[int]]) -> npt.NDArray[np.float32]:
        """BM25F's term frequency, a line per column, a cell per document; where several, the least of them."""
        places = np.where(columns < 0, 0, np.searchsorted(self._columns, columns) + 1)
        found: npt.NDArray[np.float32] = self._frequencies[places]
        for at, several in together.items():
            found[at] = self._frequencies[np.searchsorted(self._columns, several) + 1].min(axis=0)
        return found
