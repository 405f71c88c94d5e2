"""Who works with whom in a report: declared links between the organisations of the scope, and their measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from maillage.articulation.network import MOST_ENDS, SHARED, Member, Tie, View, measured
from maillage.inventory.models import LinkLevel
from maillage.report.facts import Plain

MOST_NAMED = 10
"""Organisations named for each measure."""


def network_of(offers: Sequence[Plain], bodies: Iterable[Plain], links: Iterable[Plain]) -> dict[str, Any]:
    """How many links are declared there, and who holds them together; as the page « Réseau » counts them."""
    mine = {offer["slug"]: offer for offer in offers}
    kept = [
        link for link in links if link["between"] == "programme" and {link["origin"], link["target"]} <= mine.keys()
    ]
    known = {body["slug"]: body for body in bodies}
    ties = [tie for tie in _ties(mine, kept, links) if tie.left in known and tie.right in known]
    acting = {slug for offer in offers for slug in offer["bearers"]} | {
        end for tie in ties for end in (tie.left, tie.right)
    }
    view = measured({slug: _member(known[slug]) for slug in sorted(acting & known.keys())}, ties)
    confirmed = sum(1 for link in kept if link["level"] == LinkLevel.CONFIRMED)
    return {
        "liens_entre_offres": len(kept),
        "liens_confirmes": confirmed,
        "acteurs_agissants": len(view.graph),
        "acteurs_relies": sum(1 for near in view.graph.neighbours if near),
        "acteurs_a_l_ecart": len(view.apart),
        "ponts": _named(view, lambda node: view.passages[node]),
        "points_de_fragilite": _named(view, lambda node: view.fragile.points.get(node, 0)),
        "relient_les_trois_natures": _named(view, lambda node: view.liaisons[node]),
    }


def _named(view: View, measure: Any) -> list[dict[str, Any]]:
    ranked = sorted((node for node in range(len(view.graph)) if measure(node)), key=lambda node: (-measure(node), node))
    names = [(view.graph.names[node], measure(node)) for node in ranked[:MOST_NAMED]]
    return [{"acteur": slug, "nom": view.members[slug].name, "valeur": round(value, 4)} for slug, value in names]


def _member(body: Plain) -> Member:
    return Member(
        slug=body["slug"],
        name=body["name"],
        natures=tuple(body["natures"]),
        echelon=body["echelon"],
        themes=frozenset(),
        places=frozenset(),
    )


def _ties(offers: Mapping[str, Plain], kept: Iterable[Plain], links: Iterable[Plain]) -> Iterator[Tie]:
    """Their own links, those of their offers, and the offers they share."""
    for link in links:
        if link["between"] == "organisation":
            yield _tie(link["origin"], link["target"], link)
    for link in kept:
        ends = (offers[link[end]]["bearers"][:MOST_ENDS] for end in ("origin", "target"))
        yield from (_tie(left, right, link) for left, right in product(*ends) if left != right)
    for offer in offers.values():
        for one, two in combinations(dict.fromkeys(offer["bearers"][:MOST_ENDS]), 2):
            yield Tie(left=one, right=two, kind=SHARED, confirmed=False)


def _tie(left: str, right: str, link: Plain) -> Tie:
    return Tie(left=left, right=right, kind=link["kind"], confirmed=link["level"] == LinkLevel.CONFIRMED)
