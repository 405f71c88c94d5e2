"""Links that the data suggests and nobody declared: always marked as suggestions, always with reasons.

Three rules: offers of one cell with near-identical object overlap; offers of successive stages on the same object
follow each other; a local offer under a national one relays it.
Weights: `[articulation]`. Method: docs/method/trame.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import fsum

from maillage.core.matching import quoted
from maillage.core.sheets import Sheet
from maillage.core.trame import Cell, Offer
from maillage.core.vocabulary import LinkKind, Nature, Stage, categories
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

Pair = tuple[str, str, str]
"""Address of the first programme, of the second, kind of link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A suggested link between two programmes, named by slug, with its reasons and a strength from 0 to 1."""

    origin: str
    target: str
    origin_title: str
    target_title: str
    kind: LinkKind
    strength: float
    reasons: tuple[Reason, ...]


def propose(cells: Sequence[Cell], *, known: Collection[Pair], rarity: Mapping[str, float]) -> tuple[Proposal, ...]:
    """The strongest suggestions among the offers shown, without those already `known` (stated or refused).

    `rarity`: stem → inverse document frequency, for the cosine between objects; a missing stem counts 1.
    """
    linked = {frozenset(pair[:2]) for pair in known}
    found: dict[frozenset[str], Proposal] = {}
    for item in (*_overlaps(cells, rarity), *_relays(cells), *_successions(cells, rarity)):
        ends = frozenset((item.origin, item.target))
        if len(ends) == 2 and ends not in linked:
            found.setdefault(ends, item)
    ranked = sorted(found.values(), key=lambda item: (-item.strength, item.origin, item.target))
    return tuple(ranked[: int(weight("articulation", "shown"))])


def likeness(left: Sheet, right: Sheet, rarity: Mapping[str, float]) -> float:
    """Cosine of the two objects (title and keywords), each word weighted by its rarity; from 0 to 1."""
    first, second = (set(sheet.title_stems) | set(sheet.keyword_stems) for sheet in (left, right))
    both, *alone = (fsum(rarity.get(stem, 1.0) ** 2 for stem in stems) for stems in (first & second, first, second))
    return both / (alone[0] * alone[1]) ** 0.5 if both else 0.0


def _overlaps(cells: Sequence[Cell], rarity: Mapping[str, float]) -> Iterable[Proposal]:
    for cell in cells:
        for left, right in combinations(cell.offers, 2):
            one, two = left.match.sheet, right.match.sheet
            if one.generalist or two.generalist or set(one.operator_slugs) & set(two.operator_slugs):
                continue
            if not set(one.audiences) & set(two.audiences) or not set(one.aid_types) & set(two.aid_types):
                continue
            shared = _shared(one, two)
            if shared and (alike := likeness(one, two, rarity)) >= weight("articulation", "overlap_from"):
                reasons = (because("same_cell", stage=cell.stage.label.lower()), because("same_object", themes=shared))
                yield _proposal(left, right, LinkKind.OVERLAPS, alike, reasons)


def _successions(cells: Sequence[Cell], rarity: Mapping[str, float]) -> Iterable[Proposal]:
    by_place = {(cell.nature, cell.stage): cell for cell in cells}
    for before, after in pairwise(Stage):
        for nature in Nature:
            left_cell, right_cell = by_place[nature, before], by_place[nature, after]
            pairs = [
                (likeness(left.match.sheet, right.match.sheet, rarity), left, right)
                for left in left_cell.offers
                for right in right_cell.offers
                if left.slug != right.slug
                and after not in left.match.sheet.columns()
                and before not in right.match.sheet.columns()
                and not (left.match.sheet.generalist or right.match.sheet.generalist)
                and _shared(left.match.sheet, right.match.sheet)
            ]
            if not pairs:
                continue
            alike, left, right = max(pairs, key=lambda item: (item[0], item[1].slug, item[2].slug))
            if alike >= weight("articulation", "succession_from"):
                stages = because("stages_follow", before=before.label.lower(), after=after.label.lower())
                shared = because("same_object", themes=_shared(left.match.sheet, right.match.sheet))
                yield _proposal(left, right, LinkKind.PRECEDES, alike, (stages, shared))


def _relays(cells: Sequence[Cell]) -> Iterable[Proposal]:
    offers = {item.slug: item for cell in cells for item in cell.offers}
    for item in offers.values():
        national = offers.get(item.match.sheet.parent) or offers.get(item.match.sheet.variant_of)
        if national and item.nearness < national.nearness:
            reasons = (because("local_of_national", title=national.match.sheet.title),)
            yield _proposal(item, national, LinkKind.RELAYS, weight("articulation", "relay"), reasons)


def _shared(left: Sheet, right: Sheet) -> str:
    both = [code for code in left.categories if code in right.categories]
    return quoted([categories()[code].label for code in both[:2]]) if both else ""


def _proposal(left: Offer, right: Offer, kind: LinkKind, strength: float, reasons: tuple[Reason, ...]) -> Proposal:
    return Proposal(
        origin=left.slug,
        target=right.slug,
        origin_title=left.match.sheet.title,
        target_title=right.match.sheet.title,
        kind=kind,
        strength=strength,
        reasons=reasons,
    )
