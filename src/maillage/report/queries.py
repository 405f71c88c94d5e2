"""The report on the inventory for a place or a network, as known on a day: one value, told by every door.

It only reads what was kept that day (the coverage and the facts): the same day gives the same report, for ever.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from maillage.answer.places import zone_names
from maillage.core.coverage import Choice, OverlapGroup, PlaceGap
from maillage.core.coverage.line import Bools
from maillage.core.errors import Unknown
from maillage.core.territory import FRANCE
from maillage.core.vocabulary import categories
from maillage.core.wording import Reason
from maillage.coverage.atlas import Atlas
from maillage.coverage.models import CoverageSnapshot
from maillage.coverage.queries import PlaceRow, atlas_of, gaps_ranked, place_rows
from maillage.report import facts as kept
from maillage.report import figures
from maillage.report.facts import Facts, Plain
from maillage.report.scopes import Scope, bodies_in, needs_in, network_offers, offers_in, scope_of
from maillage.report.ties import network_of

MOST_TOLD = 30
"""Gaps, overlaps and missing links told one by one; the others are counted."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Report:
    """`told`: all of it, as plain values; `rows`: the places of its map; `digest`: the fingerprint of `told`."""

    scope: Scope
    day: dt.date
    told: Mapping[str, Any]
    rows: tuple[PlaceRow, ...]
    digest: str

    @property
    def name(self) -> str:
        """What it is about, in words."""
        return str(self.told["rapport"]["nom"])


def day_of(day: dt.date | None = None) -> dt.date:
    """The last day kept until that day, or the last one whose facts are kept.

    Raises Unknown("snapshot_unknown") when none was kept so early, FactsUnavailable("report_missing") when none is yet.
    """
    rows = CoverageSnapshot.objects.order_by("-day").values_list("day", flat=True)
    days = list(rows.filter(day__lte=day) if day else rows)
    if not days and day:
        raise Unknown("snapshot_unknown", value=day.isoformat())
    found = next((each for each in days if kept.has(each)), None) if day is None else days[0]
    if found is None:
        raise kept.FactsUnavailable("report_missing")
    return found


def days_told() -> list[dt.date]:
    """The days a report can be told of, the latest first."""
    return [day for day in CoverageSnapshot.objects.values_list("day", flat=True) if kept.has(day)]


def networks_told(day: dt.date) -> list[tuple[str, str]]:
    """Slug and name of the networks that had members that day, by name."""
    known = kept.read(day).networks
    return sorted(((slug, each["name"]) for slug, each in known.items() if each["members"]), key=lambda item: item[1])


def report_of(*, place: str = "", network: str = "", day: dt.date | None = None) -> Report:
    """The report. Raises as `day_of` and `scope_of`."""
    known = day_of(day)
    row = CoverageSnapshot.objects.get(day=known)
    return _report(known, row.made_at, kept.path_of(known).stat().st_mtime_ns if kept.has(known) else 0, place, network)


@lru_cache(maxsize=64)
def _report(day: dt.date, _made_at: dt.datetime, _written: int, place: str, network: str) -> Report:
    facts, atlas = kept.read(day), atlas_of(day)
    scope = scope_of(atlas, facts, place=place, network=network)
    rows = () if scope.network else tuple(place_rows(atlas, Choice(), level=scope.below, of=_inside(scope)))
    codes = [FRANCE if not scope.level else scope.code, *atlas.line.levels["DEP"].codes, *(row.code for row in rows)]
    names = zone_names(codes)
    held = offers_in(atlas, facts, scope)
    told = _told(atlas, facts, scope, held, rows, names)
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return Report(scope=scope, day=day, told=told, rows=rows, digest=hashlib.sha256(text.encode()).hexdigest())


def _inside(scope: Scope) -> str:
    return scope.code if scope.level else ""


def _told(
    atlas: Atlas, facts: Facts, scope: Scope, held: Bools, rows: tuple[PlaceRow, ...], names: Mapping[str, str]
) -> dict[str, Any]:
    offers = figures.offers_named(facts, atlas, held)
    bodies = bodies_in(facts, scope)
    overlaps = _overlaps(atlas, facts, scope, held)
    missing = _missing(facts, {offer["slug"] for offer in offers})
    head = {
        "nom": facts.networks[scope.network]["name"] if scope.network else names.get(scope.code, "France"),
        "code": "" if scope.network else scope.code,
        "reseau": scope.network,
        "connu_le": facts.day,
        "geographie": atlas.state["vintage"],
    }
    told: dict[str, Any] = {
        "rapport": head,
        "chiffres": _figures(atlas, facts, scope, held) | {"acteurs": len(bodies)},
        "themes": figures.by_theme(atlas, scope, held),
        "trame": figures.by_cell(atlas, scope, held),
        "territoires": _places(atlas, facts, scope, rows, names),
        **_gaps(atlas, facts, scope, held, names),
        "recouvrements": [_overlap(group, facts) for group in overlaps[:MOST_TOLD]],
        "recouvrements_en_tout": len(overlaps),
        "reseau": network_of(offers, bodies, facts.links),
        "liens_manquants": [_missing_line(link, facts) for link in missing[:MOST_TOLD]],
        "liens_manquants_en_tout": len(missing),
        "competences": figures.skills(offers, bodies, needs_in(facts, scope)),
        "fraicheur": figures.freshness(offers, day=dt.date.fromisoformat(facts.day)),
        "sources": figures.sources(offers, bodies),
    }
    return told


def _figures(atlas: Atlas, facts: Facts, scope: Scope, held: Bools) -> dict[str, Any]:
    line = figures.supply(atlas, held)
    if scope.network:
        told = facts.networks[scope.network]
        mine = {
            "membres": told["members"],
            "part_habitants_servis": told["people"],
            "part_communes_servies": told["communes"],
        }
        return {**line, **mine}
    shares = {
        "habitants": figures.inhabitants(atlas, scope),
        "part_servie_de_pres": round(figures.served_in(atlas, scope, Choice()), 4),
        "offres_generalistes": atlas.generalists,
    }
    return {**line, **shares, **figures.demand(atlas, scope)}


def _places(
    atlas: Atlas, facts: Facts, scope: Scope, rows: tuple[PlaceRow, ...], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    if scope.network:
        return figures.network_places(facts.networks[scope.network], atlas, names)
    return [figures.place_line(row, names.get(row.code, row.code)) for row in rows]


def _gaps(atlas: Atlas, facts: Facts, scope: Scope, held: Bools, names: Mapping[str, str]) -> dict[str, Any]:
    """The gravest gaps; for a network, on what its offers treat, in the départements its members serve."""
    choice, among = Choice(), None
    if scope.network:
        choice, among = Choice(categories=figures.treated(atlas, held)), facts.networks[scope.network]["departments"]
        if not choice.categories:
            return {"manques": [], "manques_en_tout": 0}
    found = gaps_ranked(atlas, choice, level=scope.below, of=_inside(scope), among=among, count=MOST_TOLD)
    return {"manques": [_gap(gap, names) for gap in found.gaps], "manques_en_tout": found.total}


def _gap(gap: PlaceGap, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": gap.place,
        "territoire": names.get(gap.place, gap.place),
        "categorie": gap.category,
        "theme": categories()[gap.category].theme,
        "sorte": gap.kind.value,
        "score": round(gap.score, 4),
        "demande_pesee": round(gap.demand, 4),
        "part_proche": round(gap.near, 4),
        "part_utilisable": round(gap.usable, 4),
        "raisons": [_plain(part.reason) for part in gap.parts],
    }


def _overlaps(atlas: Atlas, facts: Facts, scope: Scope, held: Bools) -> list[OverlapGroup]:
    """The groups of that day: two of their offers can be asked for in the scope, or one is carried by the network."""
    here = {uid for rank in np.flatnonzero(held).tolist() for uid in atlas.catalogue.names[rank]}
    mine = network_offers(facts, scope.network) if scope.network else here
    least = 1 if scope.network else 2

    def met(group: OverlapGroup) -> int:
        return sum(1 for slug in group.slugs if slug in facts.by_slug and facts.by_slug[slug]["uid"] in mine)

    return [group for group in atlas.overlaps if met(group) >= least]


def _overlap(group: OverlapGroup, facts: Facts) -> dict[str, Any]:
    return {
        "offres": [{"offre": slug, "titre": facts.by_slug.get(slug, {}).get("title", slug)} for slug in group.slugs],
        "categories": list(group.categories),
        "etapes": list(group.stages),
        "natures": list(group.natures),
        "force": round(group.strength, 4),
        "habitants": group.people,
        "raisons": [_plain(reason) for reason in group.reasons],
    }


def _missing(facts: Facts, here: set[str]) -> list[Plain]:
    """The missing links of that day whose two offers can be asked for there, the most useful first."""
    return [link for link in facts.missing if {link["origin"], link["target"]} <= here]


def _missing_line(link: Plain, facts: Facts) -> dict[str, Any]:
    return {
        "de": link["origin"],
        "de_titre": facts.by_slug[link["origin"]]["title"],
        "lien": link["kind"],
        "vers": link["target"],
        "vers_titre": facts.by_slug[link["target"]]["title"],
        "force": link["strength"],
        "gain": link["gain"],
        "cases": link["mended"],
        "demande_pesee": link["demand"],
        "communes": link["communes"],
        "raisons": [{"code": code, "faits": said} for code, said in link["reasons"]],
    }


def _plain(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "faits": dict(reason.facts)}
