"""Some documents of an index, ready to be ranked as a `Collection` is, by what was read of them and of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.embeddings import Model
from maillage.core.ranking.letters import COLUMNS, groups_asked
from maillage.core.ranking.readings import BODY, KEYWORDS, TIMES_FROM, TITLE, Codes, Table, code_of, theme_places
from maillage.core.ranking.statistics import Statistics
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Selection:
    """The documents at these rows of a table; rarities and lengths are those of the whole index.

    Offers what `scores` asks of a `Collection`: the same method, whatever keeps the texts.
    """

    def __init__(self, table: Table, statistics: Statistics, rows: Sequence[int]) -> None:
        self._table, self._statistics = table, statistics
        self._rows = np.asarray(rows, dtype=np.int64)
        self._heads = table.heads[self._rows]
        self.count = len(self._heads)
        self.rarity = statistics.rarity
        self.common_sense = statistics.common_sense
        self.common_title_sense = statistics.common_title_sense
        self.known = statistics.known
        self.known_vectors = statistics.known_vectors
        self.near_kept = statistics.near_kept

    def column(self, stem: str) -> int:
        """The column of a stem, -1 when no document of the index holds it."""
        return self._statistics.column(stem)

    @cached_property
    def _words(self) -> npt.NDArray[np.void]:
        """The words of all, document after document."""
        return self._table.words[_spans(self._heads["words_at"].astype(np.int64), self._many)]

    @cached_property
    def _many(self) -> Ints:
        """How many different words each document holds."""
        return self._heads["words"].astype(np.int64)

    @cached_property
    def saturated(self) -> _Saturated:
        """By column and document: BM25F's term frequency."""
        return _Saturated(self._words, self._many, self._heads["lengths"], self._statistics)

    def places(self, stems: Iterable[str]) -> list[dict[str, int]]:
        """By document: which of these stems it holds, and where, as bits."""
        named = {code_of(stem): stem for stem in stems}
        codes = self._words["code"]
        entries = _among(codes, np.array(sorted(named), dtype=np.uint32))
        owners = np.searchsorted(np.cumsum(self._many), entries, side="right")
        where = (self._words["times"][entries] > 0) @ (TITLE, KEYWORDS, BODY)
        found: list[dict[str, int]] = [{} for _ in range(self.count)]
        for owner, code, held in zip(owners.tolist(), codes[entries].tolist(), where.tolist(), strict=True):
            found[owner][named[code]] = held
        return found

    @cached_property
    def letters(self) -> _Letters:
        """Groups of letters, which forgive endings, compounds and typing mistakes."""
        return _Letters(self._table, self._heads, self._statistics.letters_rarity)

    @cached_property
    def senses(self) -> npt.NDArray[np.float32]:
        """By document: its sense in learned words, less what all have in common, of length 1."""
        return _of_length_one(self._heads["sense"].astype(np.float32) - self.common_sense)

    @cached_property
    def title_senses(self) -> npt.NDArray[np.float32]:
        """By document: the sense of its title, less what all titles have in common, of length 1; 0 without title."""
        said = self._heads["title_sense"].astype(np.float32)
        return _of_length_one(np.where(said.any(axis=1, keepdims=True), said - self.common_title_sense, said))

    def shared_themes(self, themes: Mapping[str, float]) -> Floats:
        """By document: the cosine of its themes with these, from 0 to 1."""
        asked = np.zeros(len(theme_places()))
        asked[[theme_places()[code] for code in themes]] = list(themes.values())
        held = self._heads["themes"].astype(np.float64)
        lengths = np.sqrt((held**2).sum(axis=1) * (asked**2).sum())
        shared: Floats = np.divide(held @ asked, lengths, out=np.zeros(self.count), where=lengths > 0)
        return shared

    def modelled(self, need: str, model: Model) -> Floats | None:
        """By document: the cosine of its text with the need, from -1 to 1; None when the index has another model."""
        if self._table.vectors is None or self._table.mark != model.mark:
            return None
        found: Floats = self._table.vectors[self._rows].astype(np.float64) @ model.encode(need)
        return found

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
        self._words, self._count, self._statistics = words, len(many), statistics
        self._ends = np.cumsum(many)
        b = weight("ranking", "length")
        shares = np.array([weight("ranking", name) for name in ("title", "keywords", "body")])
        mean = statistics.lengths / max(1, statistics.count)
        self._evened = shares / ((1 - b) + b * lengths / mean)

    def __getitem__(self, columns: Ints) -> npt.NDArray[np.float32]:
        """A row per column, a cell per document; the columns grow."""
        asked, codes = self._statistics.words[columns], self._words["code"]
        entries = _among(codes, asked)
        rows = np.searchsorted(asked, codes[entries])
        owners = np.searchsorted(self._ends, entries, side="right")
        k1 = weight("ranking", "saturation")
        times = (self._words["times"][entries] * self._evened[owners]).sum(axis=1)
        found = np.zeros((len(asked), self._count), dtype=np.float32)
        found[rows, owners] = times * (k1 + 1) / (times + k1)
        return found


_LOW = 1 << 16
"""Codes are told apart by their low bits first: a table this small stays in the processor's own memory."""


def _among(codes: Codes, asked: Codes) -> Ints:
    """Where these codes are some of those asked, which grow."""
    marked = np.zeros(_LOW, dtype=np.bool_)
    marked[asked & np.uint32(_LOW - 1)] = True
    likely = np.flatnonzero(marked.take(codes & np.uint32(_LOW - 1)))
    places = np.searchsorted(asked, codes[likely])
    return likely[asked.take(places, mode="clip") == codes[likely]] if len(asked) else likely


class _Letters:
    """Groups of letters of some documents, as unit vectors whose lengths are kept with their readings."""

    def __init__(self, table: Table, heads: npt.NDArray[np.void], rarity: Floats) -> None:
        self._rarity, self._count, self._lengths = rarity, len(heads), heads["letters_length"]
        ends = zip(heads["letters_at"].tolist(), heads["letters"].tolist(), strict=True)
        parts = [table.letters[at : at + many] for at, many in ends]
        self._letters = np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint32)
        self._starts = np.concatenate(([0], np.cumsum(heads["letters"], dtype=np.int64)))

    def likeness(self, text: str, *, spelt_out: str = "") -> Floats:
        """The cosine of a text with each document, from 0 to 1. `spelt_out`: the meanings of its acronyms."""
        groups, times = groups_asked(text, spelt_out)
        values = times * self._rarity[groups]
        length = float(np.sqrt((values**2).sum()))
        said = np.zeros(COLUMNS, dtype=np.bool_)
        said[groups] = length > 0
        columns = self._letters & np.uint32(COLUMNS - 1)
        met = np.flatnonzero(said.take(columns))
        shared = (values * self._rarity[groups] / (length or 1.0))[np.searchsorted(groups, columns[met])]
        products = shared * _LOGARITHMS[self._letters[met] >> TIMES_FROM]
        owners = np.searchsorted(self._starts, met, side="right") - 1
        found = np.bincount(owners, weights=products, minlength=self._count)
        likeness: Floats = np.divide(found, self._lengths, out=np.zeros(self._count), where=self._lengths > 0)
        return likeness


def letters_lengths(table: Table, rarity: Floats) -> npt.NDArray[np.float32]:
    """By reading: the length of its groups of letters as a vector, each group weighed by its rarity."""
    values = _LOGARITHMS[table.letters >> TIMES_FROM] * rarity[table.letters & np.uint32(COLUMNS - 1)]
    owners = np.repeat(np.arange(len(table.heads)), table.heads["letters"])
    return np.sqrt(np.bincount(owners, weights=values**2, minlength=len(table.heads))).astype(np.float32)


def _of_length_one(said: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(said, axis=1, keepdims=True)
    senses: npt.NDArray[np.float32] = np.divide(said, lengths, out=said, where=lengths > 0)
    return senses


_LOGARITHMS = 1 + np.log(np.maximum(1, np.arange(1 << (32 - TIMES_FROM))))
"""How much a document says a group it says so often."""


def _spans(at: Ints, many: Ints) -> Ints:
    """All the numbers of the spans that begin there and are that long, end to end."""
    ends = np.cumsum(many)
    total = int(ends[-1]) if len(ends) else 0
    spans: Ints = np.arange(total) + np.repeat(at - (ends - many), many)
    return spans
