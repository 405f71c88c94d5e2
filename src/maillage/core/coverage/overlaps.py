"""Overlaps: offers with near-identical object or text, audience and zone, that nobody declared linked.

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
from maillage.core.records import ProgrammeRecord
from maillage.core.sheets import Sheet
from maillage.core.text import stems_of
from maillage.core.vocabulary import MONEY, Stage, categories
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

TRACE = 1e-3
"""What a commune weighs beside its inhabitants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Two offers that overlap: `likeness` of their objects or texts (`why` says which), `shared`: of the people of both
    zones, those in both."""

    left: int
    right: int
    likeness: float
    shared: float
    why: str

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
    texts: Sequence[frozenset[str]],
    population: Floats,
    linked: Collection[frozenset[str]],
) -> list[OverlapGroup]:
    """The groups among these sheets, the strongest first. `communes`: places on the line where each can be asked for.
    `texts`: the stems of each one’s text, as `text_of` reads it.

    `linked`: pairs of slugs that someone declared linked, or said not to overlap. `population`: by commune of the line.
    """
    twins = [
        twin for twin in _alike(sheets, texts) if frozenset((sheets[twin[0]].slug, sheets[twin[1]].slug)) not in linked
    ]
    shares = _Shares(communes, population)
    kept = [
        Twin(left=left, right=right, likeness=alike, shared=shares(left, right), why=why)
        for left, right, alike, why in twins
    ]
    least = weight("coverage", "overlap_zone")
    groups = _gathered([twin for twin in kept if twin.shared >= least])
    found = [_group(group, sheets, communes, population) for group in groups]
    return sorted(found, key=lambda group: (-group.strength * math.log1p(group.people), group.key))


Alike = tuple[int, int, float, str]
"""Two ranks, how alike they are, and what is alike: a reason’s code."""


def _alike(sheets: Sequence[Sheet], texts: Sequence[frozenset[str]]) -> Iterator[Alike]:
    """Pairs whose objects or texts are near-identical, that share a category, a cell and an audience, no operator."""
    readings = (
        ("overlap_object", weight("coverage", "overlap_from"), _vectors([_object(sheet) for sheet in sheets])),
        ("overlap_text", weight("coverage", "overlap_text"), _vectors(texts)),
    )
    found: dict[tuple[int, int], Alike] = {}
    for code in categories():
        members = [rank for rank, sheet in enumerate(sheets) if code in sheet.categories and not sheet.generalist]
        for reason, least, vectors in readings if len(members) > 1 else ():
            likeness = _cosines([vectors[rank] for rank in members])
            for one, two in zip(*np.nonzero(np.triu(likeness, 1) >= least), strict=True):
                pair, alike = (members[int(one)], members[int(two)]), float(likeness[one, two])
                if alike > found.get(pair, (0, 0, 0.0, ""))[2] and _may_overlap(*(sheets[rank] for rank in pair)):
                    found[pair] = (*pair, alike, reason)
    yield from found.values()


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


def _object(sheet: Sheet) -> frozenset[str]:
    return frozenset((*sheet.title_stems, *sheet.keyword_stems))


def text_of(record: ProgrammeRecord) -> frozenset[str]:
    """The stems of what a sheet says of its offer: description, who it is for, conditions. Labels of themes are not."""
    return frozenset(stems_of((record.description, record.eligibility, *record.conditions)))


Vector = tuple[Ints, npt.NDArray[np.float32]]
"""The numbers of the stems that another sheet says too, and what each weighs; the whole length is 1."""


def _vectors(said: Sequence[frozenset[str]]) -> list[Vector]:
    """Each stem weighs by its rarity among these sheets."""
    held = Counter(stem for stems in said for stem in stems)
    rarity = {stem: 1 + math.log(len(said) / count) for stem, count in held.items()}
    numbers = {stem: number for number, stem in enumerate(stem for stem, count in held.items() if count > 1)}
    found = []
    for stems in said:
        length = math.sqrt(sum(rarity[stem] ** 2 for stem in stems)) or 1.0
        kept = sorted(stems & numbers.keys(), key=numbers.__getitem__)
        weights = np.array([rarity[stem] / length for stem in kept], dtype=np.float32)
        found.append((np.array([numbers[stem] for stem in kept], dtype=np.int64), weights))
    return found


def _cosines(vectors: Sequence[Vector]) -> npt.NDArray[np.float32]:
    stems, columns = np.unique(np.concatenate([numbers for numbers, _ in vectors]), return_inverse=True)
    rows = np.repeat(np.arange(len(vectors)), [len(numbers) for numbers, _ in vectors])
    table = np.zeros((len(vectors), max(1, len(stems))), dtype=np.float32)
    table[rows, columns.reshape(-1)] = np.concatenate([weights for _, weights in vectors])
    cosines: npt.NDArray[np.float32] = table @ table.T
    return cosines


def _people(communes: Ints, population: Floats) -> float:
    """Inhabitants, and a trace of each commune: where nobody was counted, communes are."""
    return float(population[communes].sum() + TRACE * len(communes))


class _Shares:
    """The part of the people of two zones that is in both, worked out once for two zones whoever has them."""

    def __init__(self, communes: Sequence[Ints], population: Floats) -> None:
        self._communes, self._population = communes, population
        self._known: dict[tuple[int, int], float] = {}

    def __call__(self, left: int, right: int) -> float:
        """For these two ranks. Zones are the same when they are the same array."""
        one, two = self._communes[left], self._communes[right]
        key = (id(one), id(two))
        if key not in self._known:
            here, there = (_people(each, self._population) for each in (one, two))
            both = here if one is two else _people(np.intersect1d(one, two, assume_unique=True), self._population)
            either = here + there - both
            self._known[key] = both / either if either else 0.0
        return self._known[key]


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
            *_likenesses(twins),
            because("overlap_zone", share=round(100 * zone)),
            because("overlap_unlinked"),
        ),
    )


def _likenesses(twins: Sequence[Twin]) -> Iterator[Reason]:
    """What is alike in a group: objects, texts, or one for some of its pairs and the other for the rest."""
    for code in ("overlap_object", "overlap_text"):
        found = [twin.likeness for twin in twins if twin.why == code]
        if found:
            yield because(code, share=round(100 * sum(found) / len(found)))
