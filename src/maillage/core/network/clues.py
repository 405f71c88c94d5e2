"""Which pairs of offers should know each other, from what their sheets and real grants say.

Method: docs/method/articulation.md. The points of the clues of a pair add up to its strength, from 0 to 1.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maillage.core.matching import quoted
from maillage.core.network.cofunding import Cofunding
from maillage.core.network.nodes import AUDIENCES, FOLLOWS, NATURES, STAGES, Node, bits
from maillage.core.network.places import Footprints
from maillage.core.vocabulary import MONEY, Audience, LinkKind, Nature, Stage, categories
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

Floats = NDArray[np.float32]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Clue:
    """One reason why two offers should know each other, and what it adds to their strength."""

    reason: Reason
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Two offers that should know each other, read from `origin` to `target` (slugs)."""

    origin: str
    target: str
    kind: LinkKind
    clues: tuple[Clue, ...]

    @property
    def strength(self) -> float:
        """The sum of the points, from 0 to 1."""
        return sum(clue.points for clue in self.clues)

    @property
    def pair(self) -> Pair:
        """The two slugs, sorted."""
        return (min(self.origin, self.target), max(self.origin, self.target))


@dataclass(frozen=True, eq=False, repr=False)
class Evidence:
    """What candidates are judged on. `rarity`: stem → log of the share of offers without it, at least 0.1."""

    nodes: Mapping[str, Node]
    footprints: Footprints
    cofunded: Mapping[Pair, Cofunding]
    rarity: Mapping[str, float]
    asked: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    """Category → what is asked for in each block of communes, weighed."""


def evidence_of(
    nodes: Iterable[Node],
    footprints: Footprints,
    *,
    cofunded: Mapping[Pair, Cofunding],
    asked: Mapping[str, NDArray[np.float64]] | None = None,
) -> Evidence:
    """The evidence these offers, the places they serve, real grants and what is asked for bring."""
    by_slug = {node.slug: node for node in sorted(nodes, key=lambda node: node.slug)}
    said = Counter(stem for node in by_slug.values() for stem in set(node.stems))
    rarity = {stem: max(0.1, math.log(1 + len(by_slug) / (1 + count))) for stem, count in said.items()}
    return Evidence(nodes=by_slug, footprints=footprints, cofunded=cofunded, rarity=rarity, asked=asked or {})


def candidates(evidence: Evidence, *, known: Collection[Pair]) -> tuple[Candidate, ...]:
    """The pairs that should know each other, the strongest first, `known` ones (sorted slugs) left out.

    A pair stays when it is among the `network.per_offer` strongest of both its offers.
    """
    found = {
        pair: judged for pair in _worth_judging(evidence) if pair not in known if (judged := judge(evidence, pair))
    }
    ranked = sorted(found.values(), key=lambda item: (-round(item.strength, 9), item.pair))
    most = int(weight("network", "per_offer"))
    taken: Counter[str] = Counter()
    kept = []
    for item in ranked:
        if taken[item.origin] < most and taken[item.target] < most:
            kept.append(item)
        taken.update(item.pair)
    return tuple(kept)


def judge(evidence: Evidence, pair: Pair) -> Candidate | None:
    """What says that these two offers should know each other; None when it is not enough, or when they already do."""
    left, right = (evidence.nodes[slug] for slug in pair)
    if not _may_meet(left, right):
        return None
    common = _common(evidence, left, right)
    if common <= 0:
        return None
    paid = evidence.cofunded.get(pair)
    alike = likeness(left, right, evidence.rarity)
    shares_theme = bool(set(left.categories) & set(right.categories))
    if not paid and (alike < weight("network", "alike_from") or not shares_theme):
        return None
    clues = _clues(evidence, left, right, alike=alike, paid=paid)
    if sum(clue.points for clue in clues) < weight("network", "proposed_from"):
        return None
    origin, target, kind = _reading(left, right, alike=alike, paid=paid)
    return Candidate(origin=origin.slug, target=target.slug, kind=kind, clues=clues)


def likeness(left: Node, right: Node, rarity: Mapping[str, float]) -> float:
    """Cosine of the two objects (title and keywords), each word weighed by the square of its rarity; from 0 to 1."""
    first, second = set(left.stems), set(right.stems)
    lengths = [sum(rarity[stem] ** 2 for stem in stems) for stems in (first, second)]
    shared = sum(rarity[stem] ** 2 for stem in first & second)
    return shared / math.sqrt(lengths[0] * lengths[1]) if all(lengths) else 0.0


def _may_meet(left: Node, right: Node) -> bool:
    """Two offers of one body, or of one family, know each other; one that treats of everything meets everybody."""
    if left.generalist or right.generalist or set(left.operators) & set(right.operators):
        return False
    related = {left.slug, *left.kin} & {right.slug, *right.kin}
    return not related


def _common(evidence: Evidence, left: Node, right: Node) -> float:
    return float(evidence.footprints.contained[left.footprint, right.footprint])


def _clues(evidence: Evidence, left: Node, right: Node, *, alike: float, paid: Cofunding | None) -> tuple[Clue, ...]:
    found = [(because("same_object", themes=_themes(left, right)), weight("network", "text") * alike)]
    if order := _order(left, right):
        before, after = (stage.label.lower() for stage in order[2:])
        found.append((because("stages_follow", before=before, after=after), weight("network", "stages")))
    if paid:
        full = math.log(1 + weight("network", "cofunding_full"))
        points = weight("network", "cofunding") * min(1.0, math.log(1 + paid.projects) / full)
        found.append((because("cofunded", count=paid.projects, first=paid.first, last=paid.last), points))
    if both := [code for code in AUDIENCES if code in left.audiences and code in right.audiences]:
        share = len(both) / len({*left.audiences, *right.audiences})
        labels = ", ".join(Audience(code).label.lower() for code in both[:3])
        found.append((because("same_audiences", audiences=labels), weight("network", "audiences") * share))
    shared = int(evidence.footprints.shared[left.footprint, right.footprint])
    common = _common(evidence, left, right)
    found.append((because("shared_zone", count=shared), weight("network", "zone") * common))
    if left.natures and right.natures and not set(left.natures) & set(right.natures):
        one, two = (Nature(node.natures[0]).label.lower() for node in (left, right))
        found.append((because("natures_meet", left=one, right=two), weight("network", "natures")))
    return tuple(Clue(reason, points) for reason, points in found if points > 0)


def _themes(left: Node, right: Node) -> str:
    both = [code for code in left.categories if code in right.categories] or list(left.categories)
    return quoted([categories()[code].label for code in both[:2]])


def _order(left: Node, right: Node) -> tuple[Node, Node, Stage, Stage] | None:
    """The one that comes first, the next one, and the two stages that follow each other; None when none do."""
    for one, two in ((left, right), (right, left)):
        for before, after in pairwise(STAGES):
            if before in one.stages and after in two.stages and after not in one.stages and before not in two.stages:
                return one, two, Stage(before), Stage(after)
    return None


def _reading(left: Node, right: Node, *, alike: float, paid: Cofunding | None) -> tuple[Node, Node, LinkKind]:
    """The kind of the link and from which end it is read; the nearer offer first where neither stage says."""
    near, far = sorted((left, right), key=lambda node: (node.nearness, node.slug))
    gives = [set(node.aid_types) for node in (left, right)]
    if paid and all(given & MONEY for given in gives):
        return near, far, LinkKind.CO_FUNDS
    if order := _order(left, right):
        return order[0], order[1], LinkKind.PRECEDES
    same = set(left.natures) & set(right.natures) and set(left.stages) & set(right.stages) and gives[0] & gives[1]
    if same and alike >= weight("articulation", "overlap_from"):
        return near, far, LinkKind.OVERLAPS
    return near, far, LinkKind.COMPLEMENTS


def _worth_judging(evidence: Evidence) -> list[Pair]:
    """Every pair that may pass, and few others: theme by theme, compared all at once; those that paid together."""
    by_category: dict[str, list[Node]] = defaultdict(list)
    for node in evidence.nodes.values():
        if not node.generalist and node.stems:
            for code in node.categories:
                by_category[code].append(node)
    found = {pair for pair in evidence.cofunded if set(pair) <= evidence.nodes.keys()}
    for nodes in by_category.values():
        found |= _of_one_theme(nodes, evidence)
    return sorted(found)


def _of_one_theme(nodes: Sequence[Node], evidence: Evidence) -> set[Pair]:
    """The pairs of a theme that pass without a shared payment: those that have one are judged anyway."""
    alike = _cosines(nodes, evidence.rarity)
    where = np.array([node.footprint for node in nodes])
    common = evidence.footprints.contained[np.ix_(where, where)]
    stages = np.array([bits(node.stages, STAGES) for node in nodes])
    worth = {
        "text": alike,
        "zone": common,
        "stages": FOLLOWS[np.ix_(stages, stages)],
        "natures": _apart(_flags([node.natures for node in nodes], NATURES)),
        "audiences": _overlap(_flags([node.audiences for node in nodes], AUDIENCES)),
    }
    strength = sum(weight("network", name) * values for name, values in worth.items())
    hair = 1e-4  # these are rounded, `judge` is not
    passing = (common > 0) & (alike >= weight("network", "alike_from") - hair)
    passing &= strength >= weight("network", "proposed_from") - hair
    pairs = np.argwhere(np.triu(passing, k=1)).tolist()
    return {(nodes[left].slug, nodes[right].slug) for left, right in pairs}


def _flags(sets: Sequence[Sequence[str]], every: Sequence[str]) -> Floats:
    return np.array([[code in one for code in every] for one in sets], dtype=np.float32)


def _apart(flags: Floats) -> Floats:
    """1 for each two sets that share nothing, though none is empty."""
    filled = flags.sum(axis=1) > 0
    apart = np.equal(flags @ flags.T, 0) & np.logical_and.outer(filled, filled)
    found: Floats = apart.astype(np.float32)
    return found


def _overlap(flags: Floats) -> Floats:
    """What each two sets share, over all they hold; 0 when both are empty."""
    both, sizes = flags @ flags.T, flags.sum(axis=1)
    found: Floats = both / np.maximum(sizes[:, None] + sizes[None, :] - both, 1)
    return found


def _cosines(nodes: Sequence[Node], rarity: Mapping[str, float]) -> Floats:
    """The cosine of each two objects of a theme: only words that two of them say need comparing."""
    said = Counter(stem for node in nodes for stem in set(node.stems))
    column = {stem: place for place, stem in enumerate(stem for stem, count in said.items() if count > 1)}
    words = np.zeros((len(nodes), len(column)), dtype=np.float32)
    for row, node in enumerate(nodes):
        stems = set(node.stems)
        length = math.sqrt(sum(rarity[stem] ** 2 for stem in stems))
        for stem in stems & column.keys():
            words[row, column[stem]] = rarity[stem] / length
    found: Floats = words @ words.T
    return found
