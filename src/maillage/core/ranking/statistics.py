"""What is true of all the documents together: how many hold each word, how long they are, what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.learned import learned_words
from maillage.core.ranking.letters import COLUMNS
from maillage.core.ranking.readings import SENSE, TIMES_FROM, Codes, Table, code_of, learned_codes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COLUMNS_KEPT = 50_000
"""Stems whose column is kept, some 6 MB; beyond, all are forgotten and looked for again."""


@dataclass(frozen=True)
class Statistics:
    """`words`: codes of all stems, growing; `holding`: documents that hold each; `letters`: that hold each group.

    `lengths`: stems of each field, all documents together; `sense`: the sum of their senses; `title_sense`: that of the
    senses of their titles.
    """

    count: int
    words: Codes
    holding: Ints
    lengths: Floats
    letters: Ints
    sense: Floats
    title_sense: Floats

    def plus(self, table: Table) -> Statistics:
        """The same, with these documents more."""
        heads = table.heads
        codes, times = np.unique(table.words["code"], return_counts=True)
        words = np.union1d(self.words, codes)
        holding = np.zeros(len(words), dtype=np.int64)
        holding[np.searchsorted(words, self.words)] += self.holding
        holding[np.searchsorted(words, codes)] += times
        return Statistics(
            count=self.count + len(heads),
            words=words.astype(np.uint32),
            holding=holding,
            lengths=self.lengths + heads["lengths"].sum(axis=0, dtype=np.float64),
            letters=self.letters + np.bincount(table.letters & (COLUMNS - 1), minlength=COLUMNS),
            sense=self.sense + heads["sense"].sum(axis=0, dtype=np.float64),
            title_sense=self.title_sense + heads["title_sense"].sum(axis=0, dtype=np.float64),
        )

    def column(self, stem: str) -> int:
        """The place of a stem in `words`, -1 when no document holds it."""
        found = self._columns_kept.get(stem)
        if found is None:
            code = code_of(stem)
            place = int(np.searchsorted(self.words, np.uint32(code)))
            found = place if place < len(self.words) and self.words[place] == code else -1
            if len(self._columns_kept) >= COLUMNS_KEPT:
                self._columns_kept.clear()
            self._columns_kept[stem] = found
        return found

    @cached_property
    def _columns_kept(self) -> dict[str, int]:
        """The columns asked so far: 8 µs each to look for."""
        return {}

    @cached_property
    def rarity(self) -> Floats:
        """By word: how rare it is (BM25's idf, natural logarithm, above 0)."""
        rarity: Floats = np.log(1 + (self.count - self.holding + 0.5) / (self.holding + 0.5))
        return rarity

    @cached_property
    def letters_rarity(self) -> Floats:
        """By column of letters: how rare the group is, 0 when nobody holds it."""
        return np.where(self.letters > 0, np.log(1 + self.count / (self.letters + 0.5)), 0.0)

    @cached_property
    def common_sense(self) -> npt.NDArray[np.float32]:
        """The mean sense of the documents."""
        mean: npt.NDArray[np.float32] = (self.sense / max(1, self.count)).astype(np.float32)
        return mean

    @cached_property
    def common_title_sense(self) -> npt.NDArray[np.float32]:
        """The mean sense of the titles."""
        mean: npt.NDArray[np.float32] = (self.title_sense / max(1, self.count)).astype(np.float32)
        return mean

    @cached_property
    def near_kept(self) -> dict[str, Any]:
        """The neighbours of the words asked so far, kept by `core.ranking.words`."""
        return {}

    @cached_property
    def known(self) -> tuple[Ints, Ints]:
        """The learned words these documents hold: (numbers among the learned, places in `words`)."""
        codes = learned_codes()
        places = np.minimum(np.searchsorted(self.words, codes), max(0, len(self.words) - 1))
        held = self.words[places] == codes if len(self.words) else np.zeros(len(codes), dtype=bool)
        return np.flatnonzero(held), places[held].astype(np.int64)

    @cached_property
    def known_vectors(self) -> npt.NDArray[np.float32]:
        """The vectors of the learned words these documents hold, a column per word in the order of `known`."""
        vectors: npt.NDArray[np.float32] = np.ascontiguousarray(learned_words().vectors[self.known[0]].T)
        return vectors


def nothing() -> Statistics:
    """What is true of no document."""
    return Statistics(
        count=0,
        words=np.zeros(0, dtype=np.uint32),
        holding=np.zeros(0, dtype=np.int64),
        lengths=np.zeros(3),
        letters=np.zeros(COLUMNS, dtype=np.int64),
        sense=np.zeros(SENSE),
        title_sense=np.zeros(SENSE),
    )


def letters_of(table: Table) -> tuple[Ints, Floats]:
    """The column of each group of letters of a table, and 1 + the logarithm of how often its document says it."""
    return (table.letters & (COLUMNS - 1)).astype(np.int64), 1 + np.log(table.letters >> TIMES_FROM)
