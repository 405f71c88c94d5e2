"""Some documents of an index, ready to be ranked as a `Collection` is, by what was read of them and of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.letters import COLUMNS, groups_of
from maillage.core.ranking.readings import TIMES_FROM, Table
from maillage.core.ranking.statistics import Statistics
from maillage.core.vocabulary import categories
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Selection:
    """The documents at these rows of a table; rarities and lengths are those of the whole index.

    Offers what `scores` asks of a `Collection`: the same method, whatever keeps the texts.
    """

    def __init__(self, table: Table, statistics: Statistics, rows: Sequence[int]) -> None:
        self._table, self._statistics = table, statistics
        self._heads = table.heads[np.asarray(rows, dtype=np.int64)]
        self.count = len(self._heads)
        self.rarity = statistics.rarity
        self.common_sense = statistics.common_sense
        self.known = statistics.known
        self.known_vectors = statistics.known_vectors

    def column(self, stem: str) -> int:
        """The column of a stem, -1 when no document of the index holds it."""
        return self._statistics.column(stem)

    @cached_property
    def saturated(self) -> _Saturated:
        """By column and document: BM25F's term frequency."""
        at, many = self._heads["words_at"].astype(np.int64), self._heads["words"].astype(np.int64)
        return _Saturated(self._table.words[_spans(at, many)], many, self._heads["lengths"], self._statistics)

    @cached_property
    def letters(self) -> _Letters:
        """Groups of letters, which forgive endings, compounds and typing mistakes."""
        at, many = self._heads["letters_at"].astype(np.int64), self._heads["letters"].astype(np.int64)
        return _Letters(self._table.letters[_spans(at, many)], many, self._statistics.letters_rarity)

    @cached_property
    def senses(self) -> npt.NDArray[np.float32]:
        """By document: its sense in learned words, less what all have in common, of length 1."""
        said = self._heads["sense"].astype(np.float32) - self.common_sense
        lengths = np.linalg.norm(said, axis=1, keepdims=True)
        senses: npt.NDArray[np.float32] = np.divide(said, lengths, out=said, where=lengths > 0)
        return senses

    @cached_property
    def themes(self) -> list[Mapping[str, float]]:
        """By document: its themes and their points."""
        codes = list(categories())
        found: list[dict[str, float]] = [{} for _ in range(self.count)]
        rows, places = np.nonzero(self._heads["themes"])
        points = self._heads["themes"][rows, places]
        for row, place, value in zip(rows.tolist(), places.tolist(), points.tolist(), strict=True):
            found[row][codes[place]] = value
        return list(found)

    @cached_property
    def stated(self) -> npt.NDArray[np.bool_]:
        """By document: whether its sheet states its themes; else its words say them."""
        return self._heads["stated"].astype(bool)

    @cached_property
    def steps(self) -> Floats:
        """By document: what its title offers, +1 a study, -1 works, 0 neither."""
        return self._heads["step"].astype(np.float64)


class _Saturated:
    """BM25F's term frequencies of some documents, read by columns of the index."""

    def __init__(self, words: npt.NDArray[np.void], many: Ints, lengths: Floats, statistics: Statistics) -> None:
        self._count, self._statistics = len(many), statistics
        k1, b = weight("ranking", "saturation"), weight("ranking", "length")
        shares = np.array([weight("ranking", name) for name in ("title", "keywords", "body")])
        mean = statistics.lengths / max(1, statistics.count)
        evened = shares / ((1 - b) + b * lengths / mean)
        found = (words["times"] * np.repeat(evened, many, axis=0)).sum(axis=1)
        order = np.argsort(words["code"])
        self._codes = words["code"][order]
        self._owners = np.repeat(np.arange(self._count), many)[order]
        self._values = (found * (k1 + 1) / (found + k1))[order].astype(np.float32)

    def __getitem__(self, columns: int | Ints) -> npt.NDArray[np.float32]:
        """A row per column, a cell per document; one column gives one row."""
        asked = self._statistics.words[np.atleast_1d(columns)]
        first, after = (np.searchsorted(self._codes, asked, side=side) for side in ("left", "right"))
        entries = _spans(first.astype(np.int64), (after - first).astype(np.int64))
        found = np.zeros((len(asked), self._count), dtype=np.float32)
        found[np.repeat(np.arange(len(asked)), after - first), self._owners[entries]] = self._values[entries]
        return found[0] if np.isscalar(columns) else found


class _Letters:
    """Groups of letters of some documents, as unit vectors."""

    def __init__(self, letters: npt.NDArray[np.uint32], many: Ints, rarity: Floats) -> None:
        self._columns, self._rarity, self._count = letters & (COLUMNS - 1), rarity, len(many)
        self._owners = np.repeat(np.arange(self._count), many)
        values = _LOGARITHMS[letters >> TIMES_FROM] * rarity[self._columns]
        lengths = np.sqrt(np.bincount(self._owners, weights=values**2, minlength=self._count))
        self._values = values / np.where(lengths > 0, lengths, 1)[self._owners]

    def likeness(self, text: str) -> Floats:
        """The cosine of a text with each document, from 0 to 1."""
        groups, times = groups_of(text)
        values = (1 + np.log(times)) * self._rarity[groups]
        length = float(np.sqrt((values**2).sum()))
        said = np.zeros(COLUMNS)
        said[groups] = values / length if length else 0.0
        products = said[self._columns] * self._values
        return np.bincount(self._owners, weights=products, minlength=self._count).astype(np.float64)


_LOGARITHMS = 1 + np.log(np.maximum(1, np.arange(1 << (32 - TIMES_FROM))))
"""How much a document says a group it says so often."""


def _spans(at: Ints, many: Ints) -> Ints:
    """All the numbers of the spans that begin there and are that long, end to end."""
    ends = np.cumsum(many)
    total = int(ends[-1]) if len(ends) else 0
    spans: Ints = np.arange(total) + np.repeat(at - (ends - many), many)
    return spans
