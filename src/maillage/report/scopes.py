"""What a report is about: the nation, a région, a département, an EPCI, or the members of a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from maillage.core.coverage.line import Bools
from maillage.core.errors import Unknown
from maillage.core.territory import FRANCE
from maillage.coverage.atlas import LEVELS, Atlas
from maillage.report.facts import EVERYWHERE, Facts, Plain

BELOW = {"": "DEP", "REG": "DEP", "DEP": "EPCI", "EPCI": "EPCI"}
"""Level of a scope → the level of the places its report lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`code`: of the place, FRANCE for the country; `level`: its level, "" for the country; `network`: its slug."""

    code: str = FRANCE
    level: str = ""
    network: str = ""

    @property
    def key(self) -> str:
        """What names it in files."""
        return f"reseau-{self.network}" if self.network else self.code

    @property
    def below(self) -> str:
        """The level of the places its report lists."""
        return "DEP" if self.network else BELOW[self.level]


def scope_of(atlas: Atlas, facts: Facts, *, place: str = "", network: str = "") -> Scope:
    """The scope of a place or a network. Raises Unknown("territory_unknown" | "report_network_unknown")."""
    if network:
        if network not in facts.networks:
            raise Unknown("report_network_unknown", value=network[:80], known=sorted(facts.networks))
        return Scope(network=network)
    if place in ("", FRANCE):
        return Scope()
    for level in LEVELS:
        if place in atlas.line.levels[level].codes:
            return Scope(code=place, level=level)
    raise Unknown("report_place_unknown", value=place[:40])


def offers_in(atlas: Atlas, facts: Facts, scope: Scope) -> Bools:
    """[offer of the catalogue]: whether it can be asked for somewhere in the scope, or its members carry it."""
    catalogue = atlas.catalogue
    if scope.network:
        mine = network_offers(facts, scope.network)
        return np.array([any(uid in mine for uid in names) for names in catalogue.names], dtype=np.bool_)
    if not scope.level:
        return np.ones(len(catalogue), dtype=np.bool_)
    rank = atlas.place_rank(scope.level, scope.code)
    return np.asarray((catalogue.meets[scope.level][:, rank] > 0)[catalogue.reach], dtype=np.bool_)


def network_offers(facts: Facts, network: str) -> frozenset[str]:
    """The uids of the offers a network delivers, or one of its members carries."""
    members = {body["slug"] for body in facts.bodies if body["network"] == network}
    return frozenset(
        offer["uid"] for offer in facts.offers if offer["network"] == network or members & set(offer["bearers"])
    )


def bodies_in(facts: Facts, scope: Scope) -> list[Plain]:
    """The organisations that serve the scope, in part at least; the members of the network."""
    if scope.network:
        return [body for body in facts.bodies if body["network"] == scope.network]
    return [body for body in facts.bodies if _is_there(body["places"], scope)]


def needs_in(facts: Facts, scope: Scope) -> list[Plain]:
    """The published needs of the scope; those of the whole country for the country or a network."""
    if scope.network or not scope.level:
        return list(facts.needs)
    return [need for need in facts.needs if scope.code in need["places"]]


def _is_there(places: list[str], scope: Scope) -> bool:
    return not scope.level or EVERYWHERE in places or scope.code in places
