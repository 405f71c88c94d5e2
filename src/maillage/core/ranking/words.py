"""BM25F where a word of the need is met by itself or by its nearest learned neighbour, whichever serves best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    likeness = learned.likeness(asked, numbers)
    most = min(int(weight("ranking", "neighbours")) + 1, len(numbers))
    found: dict[str, Neighbours] = {}
    for stem, row in zip(asked, likeness, strict=True):
        best = np.argpartition(-row, most - 1)[:most]
        near = best[(row[best] >= weight("ranking", "neighbour_from")) & (columns[best] != collection.column(stem))]
        worth = weight("ranking", "neighbour") * row[near].astype(np.float64)
        found[stem] = Neighbours(columns[near], worth, numbers[near])
    return found


def by_word(stems: Sequence[str], collection: Ranking, *, learned: bool = True) -> Mapping[str, Floats]:
    """For each different word of the need: what it brings to each document, as often as the need says it."""
    return {stem: met.points for stem, met in words_met(stems, collection, learned=learned).items()}


def words_met(stems: Sequence[str], collection: Ranking, *, learned: bool = True) -> Mapping[str, Met]:
    """The same, with the learned word that stands for each where it is absent.

    A neighbour is never worth more than the word it stands for: its rarity is at most that of the word.
    """
    near = neighbours(stems, collection) if learned else {}
    return {
        stem: _met(times, collection.column(stem), near.get(stem, NOBODY), collection)
        for stem, times in Counter(stems).items()
    }


def _met(times: int, own: int, near: Neighbours, collection: Ranking) -> Met:
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
    return Met(times * best, by)
