"""Overlaps: offers with near-identical object, audience and zone, that nobody declared linked.

Two offers of one operator never overlap: it knows. Weights: `[coverage]`. Method: docs/method/couverture.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maillage.core.coverage.line import Floats, Ints
from maillage.core.sheets import Sheet
from maillage.core.vocabulary import MONEY, Stage, categories
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

TRACE = 1e-3
"""What a commune weighs beside its inhabitants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Two offers that overlap: `likeness` of their objects, `shared`: of the people of both zones, those in both."""

    left: int
    right: int
    likeness: float
    shared: float

    @property
    def strength(self) -> float:
        """From 0 to 1: both must be high."""
        return self.likeness * self.shared


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapGroup:
    """Offers that all overlap each other, by slug. `people`: inhabitants of all their zones together."""

    slugs: tuple[str, ...]
    categories: tuple[str, ...]
    stages: tuple[str, ...]
    natures: tuple[str, ...]
    strength: float
    people: int
    reasons: tuple[Reason, ...]

    @property
    def key(self) -> str:
        """The same group, whatever the order."""
        return " ".join(sorted(self.slugs))


def overlap_groups(
    sheets: Sequence[Sheet],
    communes: Sequence[Ints],
    *,
    population: Floats,
    linked: Collection[frozenset[str]],
) -> list[OverlapGroup]:
    """The groups among these sheets, the strongest first. `communes`: places on the line where each can be asked for.

    `linked`: pairs of slugs that someone declared linked, or said not to overlap. `population`: by commune of the line.
    """
    twins = [twin for twin in _alike(sheets) if frozenset((sheets[twin[0]].slug, sheets[twin[1]].slug)) not in linked]
    reach = {rank: _people(communes[rank], population) for rank in {end for twin in twins for end in twin[:2]}}
    kept = [_twin(pair, communes, population, reach) for pair in twins]
    least = weight("coverage", "overlap_zone")
    groups = _gathered([twin for twin in kept if twin.shared >= least])
    found = [_group(group, sheets, communes, population) for group in groups]
    return sorted(found, key=lambda group: (-group.strength * math.log1p(group.people), group.key))


def _alike(sheets: Sequence[Sheet]) -> Iterator[tuple[int, int, float]]:
    """Pairs whose objects are near-identical and that share a category, a cell, an audience and no operator."""
    rarity = _rarity(sheets)
    seen: set[tuple[int, int]] = set()
    for code in categories():
        members = [rank for rank, sheet in enumerate(sheets) if code in sheet.categories and not sheet.generalist]
        if len(members) < 2:
            continue
        likeness = _cosines([sheets[rank] for rank in members], rarity)
        for one, two in zip(*np.nonzero(np.triu(likeness, 1) >= weight("coverage", "overlap_from")), strict=True):
            pair = (members[int(one)], members[int(two)])
            if pair not in seen and _may_overlap(sheets[pair[0]], sheets[pair[1]]):
                seen.add(pair)
                yield (*pair, float(likeness[one, two]))


def _may_overlap(one: Sheet, two: Sheet) -> bool:
    money = [set(sheet.aid_types) & MONEY for sheet in (one, two)]
    return bool(
        set(one.audiences) & set(two.audiences)
        and set(one.columns()) & set(two.columns())
        and set(one.natures) & set(two.natures)
        and bool(money[0]) == bool(money[1])
        and not set(one.operator_slugs) & set(two.operator_slugs)
        and set(one.operators) != set(two.operators)
        and {one.parent, one.variant_of, two.parent, two.variant_of}.isdisjoint({one.slug, two.slug})
    )


def _object(sheet: Sheet) -> set[str]:
    return set(sheet.title_stems) | set(sheet.keyword_stems)


def _rarity(sheets: Sequence[Sheet]) -> dict[str, float]:
    held = Counter(stem for sheet in sheets for stem in _object(sheet))
    return {stem: 1 + math.log(len(sheets) / count) for stem, count in held.items()}


def _cosines(sheets: Sequence[Sheet], rarity: dict[str, float]) -> npt.NDArray[np.float32]:
    stems = sorted({stem for sheet in sheets for stem in _object(sheet)})
    ranks = {stem: rank for rank, stem in enumerate(stems)}
    table = np.zeros((len(sheets), max(1, len(stems))), dtype=np.float32)
    for row, sheet in enumerate(sheets):
        for stem in _object(sheet):
            table[row, ranks[stem]] = rarity[stem]
    lengths = np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    table /= lengths
    cosines: npt.NDArray[np.float32] = table @ table.T
    return cosines


def _people(communes: Ints, population: Floats) -> float:
    """Inhabitants, and a trace of each commune: where nobody was counted, communes are."""
    return float(population[communes].sum() + TRACE * len(communes))


def _twin(pair: tuple[int, int, float], communes: Sequence[Ints], population: Floats, reach: dict[int, float]) -> Twin:
    left, right, likeness = pair
    both = _people(np.intersect1d(communes[left], communes[right], assume_unique=True), population)
    either = reach[left] + reach[right] - both
    return Twin(left=left, right=right, likeness=likeness, shared=both / either if either else 0.0)


def _gathered(twins: Sequence[Twin]) -> list[list[Twin]]:
    """Groups where every two overlap: the surest pairs first; a sheet joins a group only if it overlaps all of it."""
    strength = {frozenset((twin.left, twin.right)): twin for twin in twins}
    home: dict[int, set[int]] = {}
    for twin in sorted(twins, key=lambda item: (-item.strength, item.left, item.right)):
        one, two = home.setdefault(twin.left, {twin.left}), home.setdefault(twin.right, {twin.right})
        if one is not two and all(frozenset((a, b)) in strength for a in one for b in two):
            one |= two
            for member in two:
                home[member] = one
    groups = {id(group): sorted(group) for group in home.values() if len(group) > 1}
    return [
        [strength[frozenset((a, b))] for at, a in enumerate(group) for b in group[at + 1 :]]
        for group in groups.values()
    ]


def _group(
    twins: Sequence[Twin], sheets: Sequence[Sheet], communes: Sequence[Ints], population: Floats
) -> OverlapGroup:
    ranks = sorted({end for twin in twins for end in (twin.left, twin.right)}, key=lambda rank: sheets[rank].slug)
    members = [sheets[rank] for rank in ranks]
    people = np.unique(np.concatenate([communes[rank] for rank in ranks]))
    shared = [code for code in members[0].categories if all(code in sheet.categories for sheet in members)]
    stages = [stage for stage in Stage.codes() if all(stage in sheet.columns() for sheet in members)]
    likeness, zone = (sum(getattr(twin, name) for twin in twins) / len(twins) for name in ("likeness", "shared"))
    return OverlapGroup(
        slugs=tuple(sheet.slug for sheet in members),
        categories=tuple(shared) or members[0].categories[:1],
        stages=tuple(stages),
        natures=tuple(code for code in members[0].natures if all(code in sheet.natures for sheet in members)),
        strength=likeness * zone,
        people=round(_people(people, population)),
        reasons=(
            because("overlap_object", share=round(100 * likeness)),
            because("overlap_zone", share=round(100 * zone)),
            because("overlap_unlinked"),
        ),
    )
