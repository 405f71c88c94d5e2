"""Demand: what people said they need, and what was asked for and funded, piece by piece, each counted once.

A piece of evidence has a strength (who says it) and an age (when); it fades, it never disappears at once.
Weights: `[coverage]`. Method: docs/method/couverture.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from maillage.core.coverage.catalogue import Choice
from maillage.core.coverage.line import NOWHERE, Bools, Floats, Ints, Line
from maillage.core.coverage.where import NATURES, STAGES
from maillage.core.vocabulary import categories
from maillage.core.weighing import weight

UNSAID = -1
"""The stage or nature of a piece that does not say it: it counts for each of them, once for all."""
DAYS_A_YEAR = 365.25


class EvidenceKind(StrEnum):
    """Who says that something is needed, the strongest first."""

    STUDY = "study"
    DIRECT = "direct"
    SEARCH = "search"
    FUNDED = "funded"


KINDS = tuple(EvidenceKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece. `key`: what makes it the same piece, however many lists tell it. `name`: its object, for lists.

    `places`: level → code of the place it is in; what is wider than a level is not in it. `stage`, `nature`: "" unsaid.
    """

    key: str
    kind: EvidenceKind
    places: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    stage: str = ""
    nature: str = ""
    day: dt.date | None = None
    name: str = ""


def once_each(pieces: Iterable[Evidence]) -> list[Evidence]:
    """Each key once: the strongest kind, the latest day, all that is said of it."""
    found: dict[str, Evidence] = {}
    for piece in pieces:
        known = found.get(piece.key)
        found[piece.key] = _together(known, piece) if known else piece
    return list(found.values())


def _together(one: Evidence, other: Evidence) -> Evidence:
    first, second = sorted((one, other), key=lambda piece: (KINDS.index(piece.kind), piece.name))
    days = [piece.day for piece in (one, other) if piece.day]
    return replace(
        first,
        categories=tuple(dict.fromkeys((*first.categories, *second.categories))),
        stage=first.stage or second.stage,
        nature=first.nature or second.nature,
        day=max(days) if days else None,
    )


def worth_of(piece: Evidence, *, today: dt.date) -> float:
    """What a piece weighs today: its strength, halved every `coverage.half_life_years`; undated, as if two half-lives.

    A day to come counts as today.
    """
    half = weight("coverage", "half_life_years")
    years = max(0.0, (today - piece.day).days / DAYS_A_YEAR) if piece.day else 2 * half
    faded: float = 0.5 ** (years / half)
    return weight("coverage", f"strength_{piece.kind.value}") * faded


@dataclass(frozen=True, eq=False, repr=False)
class Demand:
    """Pieces of evidence laid out in columns. `place`: level → the place of each piece, or NOWHERE.

    `themes`: [piece, category]. `stage`, `nature`: rank or UNSAID. `kind`: rank. `worth`: what it weighs that day.
    """

    names: tuple[str, ...]
    place: dict[str, Ints]
    themes: Bools
    stage: npt.NDArray[np.int8]
    nature: npt.NDArray[np.int8]
    kind: npt.NDArray[np.int8]
    worth: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.names)

    def chosen(self, choice: Choice) -> Bools:
        """Whether each piece speaks of the choice: one that does not say its stage or nature speaks of all."""
        codes = tuple(categories())
        kept: Bools = np.ones(len(self), dtype=np.bool_)
        if choice.categories:
            kept &= self.themes[:, [codes.index(code) for code in choice.categories]].any(axis=1)
        for held, known, asked in ((self.stage, STAGES, choice.stages), (self.nature, NATURES, choice.natures)):
            if asked:
                kept &= np.isin(held, [UNSAID, *(known.index(code) for code in asked)])
        return kept

    def counted(self, chosen: Bools, *, level: str, size: int) -> Ints:
        """How many of these pieces each place of a level has."""
        return np.bincount(self.place[level][chosen] + 1, minlength=size + 1)[1:]

    def weighed(self, chosen: Bools, *, level: str, size: int) -> Floats:
        """What these pieces weigh in each place of a level."""
        weights = np.bincount(self.place[level][chosen] + 1, weights=self.worth[chosen], minlength=size + 1)
        return np.asarray(weights[1:], dtype=np.float64)

    def by_category(self, choice: Choice, *, level: str, size: int) -> Floats:
        """What weighs in each category and place: [category, place]. A piece of two categories weighs in each."""
        pieces, themes = self._told
        kept = self.chosen(replace(choice, categories=()))[pieces]
        pieces, themes = pieces[kept], themes[kept]
        cells = themes * (size + 1) + self.place[level][pieces] + 1
        sums = np.bincount(cells, weights=self.worth[pieces], minlength=self.themes.shape[1] * (size + 1))
        return np.asarray(sums.reshape(-1, size + 1)[:, 1:], dtype=np.float64)

    def in_groups(self, group_of: Ints) -> tuple[Ints, Ints]:
        """Every pair of a piece and a group it speaks of, each once. `group_of`: for each category, its group."""
        pieces, themes = self._told
        size = int(group_of.max()) + 1
        cells = np.unique(pieces * size + group_of[themes])
        return cells // size, cells % size

    @cached_property
    def _told(self) -> tuple[Ints, Ints]:
        """Every pair of a piece and a category it speaks of."""
        pieces, themes = np.nonzero(self.themes)
        return pieces, themes

    def by_commune(self, line: Line) -> Asking:
        """What weighs in each category and commune: a piece known at a wider place is shared among its people."""
        total = np.zeros((self.themes.shape[1], len(line.communes)), dtype=np.float32)
        left = np.ones(len(self), dtype=np.bool_)
        for name, level in reversed(tuple(line.levels.items())):  # the widest level comes first
            here = left & (self.place[name] >= 0)
            left &= ~here
            pieces, themes = (held[here[self._told[0]]] for held in self._told)
            size, of = len(level.codes), level.of_commune
            cells = themes * size + self.place[name][pieces]
            sums = np.bincount(cells, weights=self.worth[pieces], minlength=total.shape[0] * size).reshape(-1, size)
            inside = np.flatnonzero(of >= 0)
            total[:, inside] += sums[:, of[inside]] * _parts(line, name)[inside]
        return Asking(communes=line.communes, worth=total)

    def at(self, chosen: Bools, *, level: str, place: int) -> Ints:
        """The ranks of these pieces that are in a place, the heaviest first."""
        found = np.flatnonzero(chosen & (self.place[level] == place))
        return found[np.argsort(-self.worth[found], kind="stable")]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Asking:
    """What is asked for in each commune, weighed. `worth`: [category, commune], in the order of the vocabulary."""

    communes: tuple[str, ...]
    worth: npt.NDArray[np.float32]


def _parts(line: Line, name: str) -> Floats:
    """The part of each commune in its place of a level: of its people, of its communes where nobody lives."""
    of = line.levels[name].of_commune
    people, counts = line.inhabitants(name)[of], np.maximum(line.commune_counts(name)[of], 1)
    return np.where(people > 0, line.population / np.where(people > 0, people, 1), 1 / counts)


def demand_of(line: Line, pieces: Iterable[Evidence], *, today: dt.date) -> Demand:
    """The demand of these pieces as weighed on a day. Each key counts once, in each place it is in."""
    kept = once_each(pieces)
    ranks = {name: {code: rank for rank, code in enumerate(level.codes)} for name, level in line.levels.items()}
    held = [dict(piece.places) for piece in kept]
    return Demand(
        names=tuple(piece.name for piece in kept),
        place={
            name: np.array([known.get(places.get(name, ""), NOWHERE) for places in held], dtype=np.int64)
            for name, known in ranks.items()
        },
        themes=_marks(kept),
        stage=np.array([_rank(STAGES, piece.stage) for piece in kept], dtype=np.int8),
        nature=np.array([_rank(NATURES, piece.nature) for piece in kept], dtype=np.int8),
        kind=np.array([KINDS.index(piece.kind) for piece in kept], dtype=np.int8),
        worth=np.array([worth_of(piece, today=today) for piece in kept], dtype=np.float32),
    )


def _rank(codes: Sequence[str], code: str) -> int:
    return codes.index(code) if code else UNSAID


def _marks(pieces: Sequence[Evidence]) -> Bools:
    ranks = {code: rank for rank, code in enumerate(categories())}
    marks = np.zeros((len(pieces), len(ranks)), dtype=np.bool_)
    for number, piece in enumerate(pieces):
        marks[number, [ranks[code] for code in piece.categories]] = True
    return marks


def shown_in_public(cells: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Of these cells (place, category), one per search, those that reach `unmet.shown_from`: the others are hidden."""
    counts: dict[tuple[str, str], int] = {}
    for cell in cells:
        counts[cell] = counts.get(cell, 0) + 1
    return frozenset(cell for cell, count in counts.items() if count >= weight("unmet", "shown_from"))
