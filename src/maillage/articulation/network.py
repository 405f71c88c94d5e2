"""The network as its pages show it: who is linked by declared links, by theme or place, and who holds it together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import Any

from maillage.accounts.memory import kept_until
from maillage.actors.models import Organisation
from maillage.actors.queries import ORGANISATION, published_organisations
from maillage.core.network.graph import Fragility, Graph, components, fragility, graph_of
from maillage.core.network.measures import constraints, liaisons, mixing, nature_bits, passages
from maillage.core.vocabulary import categories
from maillage.inventory.models import Articulation, LinkLevel, Programme, ProgrammeOrganisation, ProgrammeZone
from maillage.inventory.queries import ARTICULATION, PROGRAMME, published_programmes

MOST_ENDS = 4
"""Organisations of one offer that its links bind: beyond, an offer of a whole coalition would link everyone."""
KEPT_VIEWS = 64
SHARED = "shares"
"""The kind of a tie between two organisations of one same offer."""


class Of(StrEnum):
    """What the nodes are."""

    BODIES = "acteurs"
    OFFERS = "offres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A node: an organisation or an offer. `themes`: labels. `places`: typed codes where it serves.

    `carriers`: for an offer, the slugs of its organisations, those that carry it first.
    """

    slug: str
    name: str
    natures: tuple[str, ...]
    echelon: str
    themes: frozenset[str]
    places: frozenset[str]
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A declared link between two nodes (slugs). `uid`: its articulation, "" for an offer both carry.

    `kind`: a `LinkKind`, or SHARED. `through`: slugs of the offers it goes through, for two organisations.
    """

    left: str
    right: str
    kind: str
    confirmed: bool
    uid: str = ""
    through: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class View:
    """A network and its measures; lists follow the ranks of `graph`."""

    members: Mapping[str, Member]
    ties: Mapping[tuple[str, str], tuple[Tie, ...]]
    graph: Graph
    groups: tuple[tuple[int, ...], ...]
    fragile: Fragility
    passages: tuple[float, ...]
    constraints: tuple[float | None, ...]
    liaisons: tuple[int, ...]
    mixing: Mapping[tuple[str, str], float]

    @cached_property
    def apart(self) -> tuple[int, ...]:
        """Nodes that no link joins to the largest group."""
        return (
            tuple(sorted(node for group in self.groups[1:] for node in group))
            if self.graph.edges()
            else tuple(range(len(self.graph)))
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class World:
    """Everything published, and the links declared; views of it are kept as they are asked."""

    offers: Mapping[str, Member]
    bodies: Mapping[str, Member]
    offer_ties: tuple[Tie, ...]
    body_ties: tuple[Tie, ...]
    views: dict[object, View] = field(default_factory=dict)


def view_of(of: Of, *, theme: str = "", place: frozenset[str] = frozenset()) -> View:
    """The network of organisations or offers. `theme`: a label; `place`: the codes of the zones that contain a place.

    Links only count between what treats the theme and serves the place; who has none there stands apart.
    """
    world = declared()
    key = (of, theme, place)
    found = world.views.get(key)
    if found is None:
        if len(world.views) >= KEPT_VIEWS:
            world.views.pop(next(iter(world.views)), None)
        found = world.views[key] = _view(world, of, theme=theme, place=place)
    return found


def _view(world: World, of: Of, *, theme: str, place: frozenset[str]) -> View:
    offers = {slug: one for slug, one in world.offers.items() if _is_in(one, theme, place)}
    if of is Of.OFFERS:
        return measured(offers, (tie for tie in world.offer_ties if {tie.left, tie.right} <= offers.keys()))
    acting = {slug for one in offers.values() for slug in one.carriers}
    bodies = {
        slug: one
        for slug, one in world.bodies.items()
        if slug in acting or (not theme and place & one.places) or not (theme or place)
    }
    ties = (tie for tie in world.body_ties if not tie.through or set(tie.through) <= offers.keys())
    return measured(bodies, (tie for tie in ties if {tie.left, tie.right} <= bodies.keys()))


def _is_in(member: Member, theme: str, place: frozenset[str]) -> bool:
    return (not theme or theme in member.themes) and (not place or bool(place & member.places))


def measured(members: Mapping[str, Member], ties: Iterable[Tie]) -> View:
    """These nodes and links with every measure."""
    by_pair: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        by_pair[min(tie.left, tie.right), max(tie.left, tie.right)].append(tie)
    graph = graph_of(members, by_pair)
    natures = [members[name].natures for name in graph.names]
    return View(
        members=members,
        ties={pair: tuple(found) for pair, found in sorted(by_pair.items())},
        graph=graph,
        groups=tuple(components(graph)),
        fragile=fragility(graph),
        passages=tuple(passages(graph)),
        constraints=tuple(constraints(graph)),
        liaisons=tuple(liaisons(graph, [nature_bits(one) for one in natures])),
        mixing=mixing(graph, natures),
    )


@kept_until(PROGRAMME, ARTICULATION, ORGANISATION)
def declared() -> World:
    """What is published now, in eight queries, kept until something of it changes."""
    bodies = {row[0]: row for row in _bodies()}
    offers = _offers(bodies.keys())
    ties, body_ties = _ties(offers)
    acting: dict[str, set[str]] = defaultdict(set)
    for one in offers.values():
        for slug in one.carriers:
            acting[slug] |= one.themes
    linked = {end for tie in body_ties for end in (tie.left, tie.right)}
    zones = _body_zones()
    return World(
        offers=offers,
        bodies={
            slug: Member(
                slug=slug,
                name=name,
                natures=tuple(natures),
                echelon=echelon,
                themes=frozenset(acting.get(slug, ())),
                places=frozenset(zones.get(slug, ())),
            )
            for slug, name, natures, echelon, network in bodies.values()
            # Thousands of local members do what their network says: alone they say nothing of who works with whom
            if not network or slug in acting or slug in linked
        },
        offer_ties=ties,
        body_ties=body_ties,
    )


def _bodies() -> list[tuple[Any, ...]]:
    """Slug, name, natures, échelon, key of the network."""
    rows = published_organisations().order_by("slug")
    return list(rows.values_list("slug", "name", "natures", "echelon", "network_id"))


def _body_zones() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = Organisation.zones.through.objects.filter(organisation__network=None)
    for slug, code in rows.values_list("organisation__slug", "territory__code"):
        found[slug].append(code)
    return found


def _offers(bodies: Iterable[str]) -> dict[str, Member]:
    known = frozenset(bodies)
    published = published_programmes()
    carried: dict[int, list[str]] = defaultdict(list)
    parts = ProgrammeOrganisation.objects.filter(programme__status="published").order_by("position", "id")
    for key, slug in parts.values_list("programme_id", "organisation__slug"):
        if slug in known and slug not in carried[key]:
            carried[key].append(slug)
    places: dict[int, list[str]] = defaultdict(list)
    zones = ProgrammeZone.objects.filter(programme__status="published", excluded=False)
    for key, code in zones.values_list("programme_id", "territory__code"):
        places[key].append(code)
    themes: dict[int, set[str]] = defaultdict(set)
    treats = Programme.categories.through.objects.filter(programme__status="published")
    for key, code in treats.values_list("programme_id", "category__code"):
        themes[key].add(categories()[code].theme)
    rows = published.order_by("slug").values_list("pk", "slug", "title", "natures", "echelon")
    return {
        slug: Member(
            slug=slug,
            name=title,
            natures=tuple(natures),
            echelon=echelon,
            themes=frozenset(themes.get(key, ())),
            places=frozenset(places.get(key, ())),
            carriers=tuple(carried.get(key, ())),
        )
        for key, slug, title, natures, echelon in rows
    }


def _ties(offers: Mapping[str, Member]) -> tuple[tuple[Tie, ...], tuple[Tie, ...]]:
    """The links between offers; those between organisations: their own, those of their offers, offers they share."""
    standing = Articulation.objects.exclude(level=LinkLevel.REFUSED).order_by("kind", "id")
    between: list[Tie] = []
    own: list[Tie] = []
    ends = ("from_programme__slug", "to_programme__slug", "from_organisation__slug", "to_organisation__slug")
    for uid, kind, level, one, two, body, other in standing.values_list("uid", "kind", "level", *ends):
        is_confirmed = level == LinkLevel.CONFIRMED
        left, right = (one, two) if one else (body, other)
        tie = Tie(left=left, right=right, kind=kind, confirmed=is_confirmed, uid=str(uid))
        (between if one else own).append(tie)
    between = [tie for tie in between if tie.left in offers and tie.right in offers]
    through = [
        Tie(left=left, right=right, kind=tie.kind, confirmed=tie.confirmed, uid=tie.uid, through=(tie.left, tie.right))
        for tie in between
        for left, right in product(offers[tie.left].carriers[:MOST_ENDS], offers[tie.right].carriers[:MOST_ENDS])
        if left != right
    ]
    shared = [
        Tie(left=one, right=two, kind=SHARED, confirmed=False, through=(offer.slug,))
        for offer in offers.values()
        for place, one in enumerate(offer.carriers[:MOST_ENDS])
        for two in offer.carriers[place + 1 : MOST_ENDS]
    ]
    return tuple(between), (*own, *through, *shared)
