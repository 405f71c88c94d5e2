"""Gaps ranked: demand that nothing near meets, then that nothing at all meets, with what makes each score.

    score = demand × (far × share without anything near + none × share without anything usable) × cells where it lacks

Weights: `[coverage]`. Method: docs/method/couverture.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np

from maillage.core.coverage.catalogue import Choice
from maillage.core.coverage.ground import Ground, Reach
from maillage.core.coverage.line import Bools, Floats
from maillage.core.coverage.states import Shares, Standing, expected_columns
from maillage.core.coverage.where import NATURES, STAGES, columns
from maillage.core.vocabulary import GapKind, categories
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

GRAVEST = (GapKind.NOTHING, GapKind.CONDITIONAL, GapKind.DISTANT)
"""The three gaps, the gravest first."""
WHOLE = 1 - 1e-5
"""A mean above it is 1: what the arithmetic of shares rounds is not a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a score: what it adds, and why."""

    points: float
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceGap:
    """What lacks in a place on a category. Shares of people, from 0 to 1, averaged over the cells where it is expected.

    `demand`: weighed pieces of evidence. `kind`: the gap that most people without anything near are in.
    """

    place: str
    category: str
    demand: float
    near: float
    usable: float
    kind: GapKind
    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        """The sum of its parts."""
        return sum(part.points for part in self.parts)


@lru_cache(maxsize=1)
def local_themes() -> Mapping[str, frozenset[str]]:
    """Category → zones outside which nothing is expected of it (mountains, the sea): elsewhere.toml."""
    text = files("maillage.core.coverage").joinpath("elsewhere.toml").read_text(encoding="utf-8")
    return {row["category"]: frozenset(row["zones"]) for row in tomllib.loads(text)["only_in"]}


def outside_of(ground: Ground, *, level: str) -> Bools:
    """[category, place]: whether nothing is expected of a category in a place, none of its communes being concerned.

    A zone that this geography does not have is left out.
    """
    size = len(ground.line.levels[level].codes)
    found = np.zeros((len(categories()), size), dtype=np.bool_)
    for rank, code in enumerate(categories()):
        if code in local_themes():
            zones = frozenset(zone for zone in local_themes()[code] if zone in ground.closure)
            found[rank] = True
            found[rank, ground.line.levels[level].met(ground.usable(Reach(zones)))] = False
    return found


@dataclass(frozen=True, eq=False, repr=False)
class Field:
    """Every category in every place: demand, and the shares of people averaged over the cells of a choice.

    All are [category, place]; `asked`: whether something is expected there.
    """

    places: tuple[str, ...]
    demand: Floats
    near: Floats
    usable: Floats
    known: Floats
    asked: Bools

    @cached_property
    def far_points(self) -> Floats:
        """What the absence of anything near adds to each score."""
        return self.demand * (1 - self.near) * weight("coverage", "far") * self.asked

    @cached_property
    def none_points(self) -> Floats:
        """What the absence of anything usable adds."""
        return self.demand * (1 - self.usable) * weight("coverage", "none") * self.asked

    def ranked(self, *, only: Bools | None = None, first: int = 0, count: int | None = None) -> list[tuple[int, int]]:
        """(category, place) with a score, the highest first, then in their order; `only`: these cells.

        `first`, `count`: from this rank on, as many; all of them by default.
        """
        score = (self.far_points + self.none_points).ravel()
        flat = np.flatnonzero(score > 0 if only is None else (score > 0) & only.ravel())
        order = flat[np.argsort(-score[flat], kind="stable")]
        kept = order[first:] if count is None else order[first : first + count]
        return [(int(cell) // len(self.places), int(cell) % len(self.places)) for cell in kept]

    def total(self, *, only: Bools | None = None) -> int:
        """How many cells have a score."""
        held = (self.far_points + self.none_points) > 0
        return int(np.count_nonzero(held if only is None else held & only))

    def kind_at(self, category: int, place: int) -> GapKind:
        """The gap that most people without anything near are in; equal, the gravest."""
        near, usable, known = (float(table[category, place]) for table in (self.near, self.usable, self.known))
        shares = {GapKind.NOTHING: 1 - known, GapKind.CONDITIONAL: known - usable, GapKind.DISTANT: usable - near}
        return max(shares, key=lambda kind: round(shares[kind], 6))

    def of_kind(self, kind: GapKind) -> Bools:
        """Whether each cell is of this kind."""
        shares = np.stack([1 - self.known, self.known - self.usable, self.usable - self.near]).round(6)
        return np.asarray(shares.argmax(axis=0) == GRAVEST.index(kind), dtype=np.bool_)

    def told(self, category: int, place: int) -> PlaceGap:
        """One gap with its reasons."""
        demand, near, usable = (float(table[category, place]) for table in (self.demand, self.near, self.usable))
        parts = [
            Part(
                points=float(self.far_points[category, place]),
                reason=because("demand_without_near", demand=_round(demand), share=_percent(1 - near)),
            ),
            Part(
                points=float(self.none_points[category, place]),
                reason=because("demand_without_any", demand=_round(demand), share=_percent(1 - usable)),
            ),
        ]
        return PlaceGap(
            place=self.places[place],
            category=tuple(categories())[category],
            demand=demand,
            near=near,
            usable=usable,
            kind=self.kind_at(category, place),
            parts=tuple(part for part in parts if part.points > 0),
        )


def field_of(
    places: Sequence[str], standing: Standing, demand: Floats, *, choice: Choice, outside: Bools | None = None
) -> Field:
    """The field of a choice, from the standing of every column. `outside`: [category, place] where none is expected."""
    cells = _cells(choice)
    near, usable, known = (_averaged(table, cells) for table in (standing.near, standing.usable, standing.known))
    asked = np.ones(near.shape, dtype=np.bool_) if outside is None else ~outside
    chosen = np.array([not choice.categories or code in choice.categories for code in categories()])
    return Field(
        places=tuple(places),
        demand=demand,
        near=near,
        usable=usable,
        known=known,
        asked=asked & chosen[:, None] & bool(cells.any()),
    )


def served(standing: Standing, *, choice: Choice, outside: Bools | None = None) -> Standing:
    """[place]: how much of the trame of a choice people have near, usable, known, averaged over its cells.

    One offer fills a cell, never the whole: a single departmental desk does not cover a theme. `outside`: [category,
    place] where nothing is expected; a place where nothing of the choice is expected lacks nothing.
    """
    cells = _cells(choice)
    chosen = np.array([not choice.categories or code in choice.categories for code in categories()])
    asked = np.ones((len(chosen), standing.near.shape[1])) if outside is None else (~outside).astype(np.float64)
    asked = asked * chosen[:, None]
    total = asked.sum(axis=0)
    near, usable, known = (
        np.where(total > 0, (_averaged(table, cells) * asked).sum(axis=0) / np.maximum(total, 1), 1.0).astype(
            np.float32
        )
        for table in (standing.near, standing.usable, standing.known)
    )
    return Standing(near=near, usable=usable, known=known)


def _cells(choice: Choice) -> Bools:
    """Which of the fifteen cells of any category the choice keeps, where an offer is expected."""
    first = columns([next(iter(categories()))], STAGES, NATURES)
    kept = np.isin(first, columns([next(iter(categories()))], choice.stages or STAGES, choice.natures or NATURES))
    return np.asarray(kept & expected_columns()[first], dtype=np.bool_)


def _averaged(table: Shares, cells: Bools) -> Floats:
    """[column, place] → [category, place]: the mean over these cells; 1 when there is none."""
    if not cells.any():
        return np.ones((len(categories()), table.shape[1]))
    weights = (cells / cells.sum()).astype(np.float32)
    found = np.einsum("ijk,j->ik", table.reshape(-1, len(cells), table.shape[1]), weights).astype(np.float64)
    return np.where(found > WHOLE, 1.0, found)


def _percent(share: float) -> int:
    return round(100 * share)


def _round(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
