"""BM25F where a word of the need is met by itself or by its nearest learned neighbour, whichever serves best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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


NOBODY = Neighbours(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Met:
    """One word of the need: what it brings to each document, and the learned word that stands for it there, else -1."""

    points: Floats
    by: Ints


def neighbours(stems: Sequence[str], collection: Ranking) -> Mapping[str, Neighbours]:
    """For each stem, the learned words of these documents nearest to it, best first, itself left out."""
    learned = learned_words()
    asked = [stem for stem in dict.fromkeys(stems) if stem in learned]
    numbers, columns = collection.known
    if not asked or not len(columns):
        return {}
    likeness = learned.vectors[[learned.numbers[stem] for stem in asked]] @ collection.known_vectors
    most = min(int(weight("ranking", "neighbours")) + 1, len(numbers))
    found: dict[str, Neighbours] = {}
    for stem, row in zip(asked, likeness, strict=True):
        best = np.argpartition(-row, most - 1)[:most]
        near = best[(row[best] >= weight("ranking", "neighbour_from")) & (columns[best] != collection.column(stem))]
        worth = weight("ranking", "neighbour") * row[near].astype(np.float64)
        found[stem] = Neighbours(columns[near], worth, numbers[near])
    return found


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
    found = {stem: _met(collection.column(stem), near.get(stem, NOBODY), collection) for stem in dict.fromkeys(stems)}
    for other in expand(stems) if thesaurus else ():
        found[other.source] = _or_otherwise(found[other.source], other, collection)
    times = Counter(stems) + Counter(stems[: int(weight("ranking", "short"))])
    return {stem: Met(times[stem] * met.points, met.by) for stem, met in found.items()}


def _or_otherwise(met: Met, other: Expansion, collection: Ranking) -> Met:
    """The same word, met by another way to say it where that brings more: a document must hold all its words."""
    columns = np.array([collection.column(stem) for stem in other.stems], dtype=np.int64)
    if not collection.count or min(columns) < 0:
        return met
    own = collection.column(other.source)
    rarest = int(collection.rarity[columns].argmax())
    rarity = float(collection.rarity[columns[rarest]])
    worth = weight("ranking", "synonym") * (rarity if own < 0 else min(rarity, float(collection.rarity[own])))
    offered = worth * collection.saturated[columns].min(axis=0)
    number = learned_words().numbers.get(other.stems[rarest], -1)
    return Met(np.maximum(met.points, offered), np.where(offered > met.points, number, met.by))


def _met(own: int, near: Neighbours, collection: Ranking) -> Met:
    """The best of the word itself and its neighbours, in each document; `own` is -1 where no document holds it."""
    rarity = collection.rarity
    best = (collection.saturated[own] * rarity[own]).astype(np.float64) if own >= 0 else np.zeros(collection.count)
    by = np.full(collection.count, -1)
    if len(near.columns) and collection.count:
        theirs = rarity[near.columns] if own < 0 else np.minimum(rarity[near.columns], rarity[own])
        offered = (near.worth * theirs)[:, None] * collection.saturated[near.columns]
        first = offered.argmax(axis=0)
        most = offered[first, np.arange(collection.count)]
        by = np.where(most > best, near.numbers[first], by)
        best = np.maximum(best, most)
    return Met(best, by)
