"""Gathers what the inventory knew at the end of a day, from the log: sheets, links, missing links, needs, networks.

Zones are those of the geography loaded today; everything else is as it was written then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from maillage.accounts.queries import states_on
from maillage.actors.models import Network
from maillage.actors.queries import ORGANISATION
from maillage.articulation.queries import refused_on
from maillage.articulation.reading import evidence
from maillage.core.coverage import Asking, Ground, Reach
from maillage.core.coverage.line import Bools
from maillage.core.network.missing import MissingLink, missing_links
from maillage.core.records import (
    LinkRecord,
    OrganisationRecord,
    ProgrammeRecord,
    link_from_plain,
    organisation_from_plain,
    programme_from_plain,
)
from maillage.core.sheets import columns_of
from maillage.core.territory import FRANCE
from maillage.core.vocabulary import Status
from maillage.core.weighing import weight
from maillage.coverage.geography import Reference, reference
from maillage.inventory.models import LinkLevel, Need
from maillage.inventory.queries import ARTICULATION, PROGRAMME
from maillage.report.facts import EVERYWHERE, Facts

LEVELS = ("DEP", "EPCI", "REG")


def facts_on(day: dt.date, *, asking: Asking) -> Facts:
    """Everything a report tells, as the log knew it at the end of `day`; some seconds, most of them for the links.

    `asking`: what was asked for in each commune that day.
    """
    where = reference()
    places = _Places(where.ground)
    kept = [(programme_from_plain(plain), since) for plain, since in states_on(target_type=PROGRAMME, day=day)]
    offers = sorted(
        ((record, since) for record, since in kept if record.status == Status.PUBLISHED), key=lambda item: item[0].slug
    )
    bodies = sorted(
        (organisation_from_plain(plain) for plain, _ in states_on(target_type=ORGANISATION, day=day)),
        key=lambda record: record.slug,
    )
    bodies = [record for record in bodies if record.status == Status.PUBLISHED]
    links = [link_from_plain(plain) for plain, _ in states_on(target_type=ARTICULATION, day=day)]
    links = sorted(
        (link for link in links if link.level != LinkLevel.REFUSED),
        key=lambda link: (link.between, link.origin, link.target, link.kind),
    )
    records = [record for record, _ in offers]
    return Facts(
        day=day.isoformat(),
        offers=tuple(_offer(record, since) for record, since in offers),
        bodies=tuple(_body(record, places) for record in bodies),
        links=tuple(_link(link) for link in links),
        missing=tuple(_missing(found) for found in _suggested(records, links, day=day, asking=asking)),
        needs=tuple(_needs(where, day=day)),
        networks=_networks(bodies, where.ground),
    )


def _offer(record: ProgrammeRecord, since: dt.date) -> dict[str, Any]:
    said = [day for day in (since, record.verified_on, record.source_updated_on) if day]
    return {
        "uid": record.uid,
        "slug": record.slug,
        "title": record.title,
        "natures": list(record.natures),
        "stages": list(columns_of(record.aid_types, record.stages)),
        "echelon": record.echelon,
        "categories": list(record.categories),
        "generalist": record.generalist,
        "bearers": [ref.slug for ref in record.operators if ref.slug],
        "network": record.delivered_by,
        "competences": list(record.competences),
        "source": record.source_name,
        "licence": record.licence,
        "heard_on": max(said).isoformat(),
        "verified_on": record.verified_on.isoformat() if record.verified_on else "",
        "closes_on": record.closes_on.isoformat() if record.closes_on else "",
    }


def _body(record: OrganisationRecord, places: _Places) -> dict[str, Any]:
    return {
        "slug": record.slug,
        "name": record.name,
        "natures": list(record.natures),
        "echelon": record.echelon,
        "network": record.network,
        "competences": list(record.competences),
        "places": places.of(record.zones),
        "source": record.source_name,
        "licence": record.licence,
    }


def _link(link: LinkRecord) -> dict[str, str]:
    return {name: getattr(link, name) for name in ("between", "origin", "target", "kind", "level")}


def _suggested(
    records: Sequence[ProgrammeRecord], links: Iterable[LinkRecord], *, day: dt.date, asking: Asking
) -> list[MissingLink]:
    """The missing links of that day, computed as they are each hour, on what was known then."""
    declared = [(link.origin, link.target) for link in links if link.between == "programme"]
    proof = evidence(records, until=day, asking=asking)
    found = missing_links(proof, declared=declared, refused=refused_on(day))
    return list(found[: int(weight("network", "kept"))])


def _missing(found: MissingLink) -> dict[str, Any]:
    one, gain = found.candidate, found.gain
    return {
        "origin": one.origin,
        "target": one.target,
        "kind": one.kind.value,
        "strength": round(one.strength, 4),
        "cells": gain.cells,
        "communes": gain.communes,
        "mended": gain.total,
        "demand": round(gain.demand, 4),
        "gain": round(gain.score, 4),
        "reasons": [[clue.reason.code, dict(clue.reason.facts)] for clue in one.clues],
    }


def _needs(where: Reference, *, day: dt.date) -> Iterator[dict[str, Any]]:
    """The needs published now that were written by then: what a person withdrew since is no longer told."""
    rows = Need.objects.filter(status=Status.PUBLISHED, created_at__date__lte=day)
    for need in rows.select_related("territory", "study__territory").prefetch_related("categories").order_by("uid"):
        place = need.territory or (need.study.territory if need.study else None)
        yield {
            "uid": str(need.uid),
            "categories": sorted(category.code for category in need.categories.all()),
            "places": sorted(code for _, code in where.places_of(place.code)) if place else [],
        }


def _networks(bodies: Sequence[OrganisationRecord], ground: Ground) -> dict[str, Any]:
    """What the published members of each network serve, together."""
    line = ground.line
    found = {}
    for slug, name in Network.objects.order_by("slug").values_list("slug", "name"):
        members = [record for record in bodies if record.network == slug]
        held = np.zeros(len(line.communes), dtype=np.bool_)
        zones = frozenset(zone for record in members for zone in record.zones if zone in ground.closure)
        if zones:
            held[ground.usable(Reach(zones))] = True
        shares = line.share_of_people("DEP", held).round(4).tolist()
        found[slug] = {
            "name": name,
            "members": len(members),
            "people": round(_share(line.population, held), 4),
            "communes": round(float(held.mean()), 4) if len(held) else 0.0,
            "departments": {code: share for code, share in zip(line.levels["DEP"].codes, shares, strict=True) if share},
        }
    return found


def _share(population: np.ndarray[Any, np.dtype[np.float64]], held: Bools) -> float:
    total = float(population.sum())
    return float(population[held].sum()) / total if total else 0.0


@dataclass
class _Places:
    """The régions, départements and EPCI that zones meet; the same zones are looked up once."""

    ground: Ground
    known: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    def of(self, zones: tuple[str, ...]) -> list[str]:
        """Typed codes, sorted; EVERYWHERE alone for the whole country."""
        if zones not in self.known:
            self.known[zones] = self._met(zones)
        return self.known[zones]

    def _met(self, zones: tuple[str, ...]) -> list[str]:
        if FRANCE in zones:
            return [EVERYWHERE]
        held = self.ground.usable(Reach(frozenset(zone for zone in zones if zone in self.ground.closure)))
        levels: Mapping[str, Any] = self.ground.line.levels
        return sorted(levels[name].codes[rank] for name in LEVELS for rank in levels[name].met(held).tolist())
