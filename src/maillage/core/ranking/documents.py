"""What is ranked: texts in three fields, and what is said of them once for all needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.embeddings import Model
from maillage.core.ranking.glued import unglued
from maillage.core.ranking.learned import learned_words, unit
from maillage.core.ranking.letters import Letters
from maillage.core.ranking.steps import step_said, themes_said
from maillage.core.text import stems
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text that may answer: an offer, a measure, a page. `keywords`: a promise, words that name it."""

    key: str
    title: str
    keywords: str = ""
    body: str = ""

    def text(self) -> str:
        """All of it, sentence by sentence."""
        return ". ".join(filter(None, (self.title, self.keywords, self.body)))


def stems_read(document: Document) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """The stems of its title, keywords and body; words glued by a bad reading of a page are cut first."""
    return stems(unglued(document.title)), stems(unglued(document.keywords)), stems(unglued(document.body))


class Collection:
    """Documents ready to be ranked. Each reading is made on first use, once.

    Memory: about 10 kB per document of a page. Meant for what a need is compared with one by one (up to some
    thousands); the search index finds those first among more.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        self.fields = [stems_read(document) for document in self.documents]
        self.columns: dict[str, int] = {}
        for fields in self.fields:
            for stem in (stem for field in fields for stem in field):
                self.columns.setdefault(stem, len(self.columns))

    @property
    def count(self) -> int:
        """How many documents."""
        return len(self.documents)

    def column(self, stem: str) -> int:
        """The column of a stem, -1 when no document holds it."""
        return self.columns.get(stem, -1)

    @cached_property
    def rarity(self) -> Floats:
        """By column: how rare the stem is among these documents (BM25's idf, natural logarithm, above 0)."""
        holding = np.zeros(len(self.columns))
        for fields in self.fields:
            holding[[self.columns[stem] for stem in {stem for field in fields for stem in field}]] += 1
        rarity: Floats = np.log(1 + (self.count - holding + 0.5) / (holding + 0.5))
        return rarity

    @cached_property
    def saturated(self) -> npt.NDArray[np.float32]:
        """By column and document: BM25F's term frequency, fields weighed, lengths evened, from 0 to k1 + 1."""
        k1, b = weight("ranking", "saturation"), weight("ranking", "length")
        shares = (weight("ranking", "title"), weight("ranking", "keywords"), weight("ranking", "body"))
        found = np.zeros((len(self.columns), self.count), dtype=np.float32)
        for place, share in enumerate(shares):
            lengths = np.array([max(1, len(fields[place])) for fields in self.fields], dtype=np.float64)
            evened = share / ((1 - b) + b * lengths / lengths.mean())
            for row, fields in enumerate(self.fields):
                for stem, times in Counter(fields[place]).items():
                    found[self.columns[stem], row] += times * evened[row]
        return found * (k1 + 1) / (found + k1)

    @cached_property
    def letters(self) -> Letters:
        """Groups of letters, which forgive endings, compounds and typing mistakes."""
        return Letters([unglued(document.text()) for document in self.documents])

    @cached_property
    def senses(self) -> npt.NDArray[np.float32]:
        """By document: its sense in learned words, less what all have in common, of length 1."""
        said = np.array([learned_words().sense(self._said(fields)) for fields in self.fields])
        return np.array([unit(row) for row in said - self.common_sense])

    @cached_property
    def title_senses(self) -> npt.NDArray[np.float32]:
        """By document: the sense of its title, less what all titles have in common, of length 1; 0 without title."""
        said = np.array([learned_words().sense(fields[0]) for fields in self.fields])
        return np.array([unit(row - self.common_title_sense) if row.any() else row for row in said])

    @cached_property
    def common_title_sense(self) -> npt.NDArray[np.float32]:
        """The mean sense of the titles."""
        mean: npt.NDArray[np.float32] = np.mean([learned_words().sense(fields[0]) for fields in self.fields], axis=0)
        return mean

    @cached_property
    def common_sense(self) -> npt.NDArray[np.float32]:
        """The mean sense of the documents."""
        mean: npt.NDArray[np.float32] = np.mean(
            [learned_words().sense(self._said(fields)) for fields in self.fields], axis=0
        )
        return mean

    @cached_property
    def themes(self) -> list[Mapping[str, float]]:
        """By document: its themes and their points."""
        return [themes_said(document.text()) for document in self.documents]

    def shared_themes(self, themes: Mapping[str, float]) -> Floats:
        """By document: the cosine of its themes with these, from 0 to 1."""
        return np.array([_cosine(themes, theirs) for theirs in self.themes])

    def modelled(self, need: str, model: Model) -> Floats:
        """By document: the cosine of its text with the need, as a language model reads them, from -1 to 1."""
        texts = np.array([model.encode(document.text()) for document in self.documents], dtype=np.float64)
        found: Floats = texts @ model.encode(need)
        return found

    @cached_property
    def stated(self) -> npt.NDArray[np.bool_]:
        """By document: whether its sheet states its themes; here its words always say them."""
        return np.zeros(self.count, dtype=bool)

    @cached_property
    def steps(self) -> Floats:
        """By document: what its title offers, +1 a study, -1 works, 0 neither."""
        return np.array([step_said(document.title) for document in self.documents], dtype=np.float64)

    @cached_property
    def known(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The learned words these documents hold: (numbers among the learned, columns here)."""
        numbers = learned_words().numbers
        pairs = [(numbers[stem], column) for stem, column in self.columns.items() if stem in numbers]
        both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    @cached_property
    def near_kept(self) -> dict[str, Any]:
        """The neighbours of the words asked so far, kept by `core.ranking.words`."""
        return {}

    @cached_property
    def known_vectors(self) -> npt.NDArray[np.float32]:
        """The vectors of the learned words these documents hold, a column per word in the order of `known`."""
        vectors: npt.NDArray[np.float32] = np.ascontiguousarray(learned_words().vectors[self.known[0]].T)
        return vectors

    @staticmethod
    def _said(fields: tuple[Sequence[str], ...]) -> list[str]:
        title, keywords, body = fields
        return [*title, *title, *keywords, *body]


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    lengths = np.sqrt(sum(value**2 for value in one.values()) * sum(value**2 for value in other.values()))
    shared = sum(value * other.get(code, 0.0) for code, value in one.items())
    return float(shared / lengths) if lengths else 0.0
