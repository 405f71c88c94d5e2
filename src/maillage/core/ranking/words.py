"""BM25F where a word of the need is met by itself or by its nearest learned neighbour, whichever serves best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.documents import Collection
from maillage.core.ranking.learned import learned_words
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]


Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The learned words that may stand for a word of the need: their columns, and their worth from 0 to 1."""

    columns: Ints
    worth: Floats


NOBODY = Neighbours(np.zeros(0, dtype=np.int64), np.zeros(0))


def neighbours(stems: Sequence[str], collection: Collection) -> Mapping[str, Neighbours]:
    """For each stem, the learned words of these documents nearest to it, best first, itself left out."""
    learned = learned_words()
    asked = [stem for stem in dict.fromkeys(stems) if stem in learned]
    if not asked or not collection.count:
        return {}
    numbers, columns = collection.known
    likeness = learned.likeness(asked, numbers)
    most = min(int(weight("ranking", "neighbours")) + 1, len(numbers))
    found: dict[str, Neighbours] = {}
    for stem, row in zip(asked, likeness, strict=True):
        best = np.argpartition(-row, most - 1)[:most]
        near = best[(row[best] >= weight("ranking", "neighbour_from")) & (columns[best] != collection.column(stem))]
        found[stem] = Neighbours(columns[near], weight("ranking", "neighbour") * row[near].astype(np.float64))
    return found


def by_word(stems: Sequence[str], collection: Collection, *, learned: bool = True) -> Mapping[str, Floats]:
    """For each different word of the need: what it brings to each document, as often as the need says it.

    A neighbour is never worth more than the word it stands for: its rarity is at most that of the word.
    """
    near = neighbours(stems, collection) if learned else {}
    return {
        stem: times * _brought(collection.column(stem), near.get(stem, NOBODY), collection)
        for stem, times in Counter(stems).items()
    }


def _brought(own: int, near: Neighbours, collection: Collection) -> Floats:
    """The best of the word itself and its neighbours, in each document; `own` is -1 where no document holds it."""
    rarity = collection.rarity
    best = collection.saturated[own] * rarity[own] if own >= 0 else np.zeros(collection.count)
    if len(near.columns):
        theirs = rarity[near.columns] if own < 0 else np.minimum(rarity[near.columns], rarity[own])
        best = np.maximum(best, ((near.worth * theirs)[:, None] * collection.saturated[near.columns]).max(axis=0))
    return best.astype(np.float64)
