"""Reads the starter inventory written for the project: TOML sheets in `content/`, tables of facts beside them.

Everything here comes back as records; `inventory.actions` and `actors.actions` write them.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from maillage.actors.actions import organisation_uid
from maillage.core.records import LinkRecord, OperatorRef, OrganisationRecord, ProgrammeRecord
from maillage.core.vocabulary import Status
from maillage.inventory.actions.programmes import programme_uid

CONTENT = Path(__file__).parent / "content"
ACTOR_FACTS = Path(__file__).parents[1] / "actors" / "facts"
MARK = "inventory.sha256"
ORIGIN = "maillage"
LICENCE = "Licence Ouverte 2.0"


def starter_organisations() -> list[OrganisationRecord]:
    """The organisations that carry the offers of the starter inventory."""
    return [_organisation(entry) for entry in _entries("organisation")]


def starter_programmes() -> list[ProgrammeRecord]:
    """The offers of the starter inventory; nobody verified them yet, so `verified_on` is null."""
    return [_programme(entry) for entry in _entries("programme")]


def starter_links() -> list[LinkRecord]:
    """The articulations stated by a public page."""
    return [_link(entry) for entry in _entries("articulation")]


def networks() -> list[dict[str, Any]]:
    """The networks of local bodies, with the names of the columns they fill."""
    rows = tomllib.loads((ACTOR_FACTS / "networks.toml").read_text(encoding="utf-8"))["network"]
    return [
        {**row, "label": row["singular"], "description": row["what"], "zone_rule": row["derivation"]} for row in rows
    ]


def local_bodies() -> list[OrganisationRecord]:
    """One record per local body of the tables of facts."""
    known = {row["slug"]: row for row in networks()}
    with (ACTOR_FACTS / "members.csv").open(encoding="utf-8", newline="") as handle:
        return [_member(row, known[row["network"]]) for row in csv.DictReader(handle)]


def digest() -> str:
    """A fingerprint of every file of the starter inventory: it changes when an upgrade brings new sheets."""
    found = hashlib.sha256()
    for path in (*sorted(CONTENT.rglob("*.toml")), *sorted(ACTOR_FACTS.glob("*.*"))):
        found.update(path.read_bytes())
    return found.hexdigest()


def loaded_digest() -> str:
    """The fingerprint of the starter inventory last loaded whole, "" when none was."""
    path = Path(settings.VAR) / MARK
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def remember_loaded() -> None:
    """Remember that the starter inventory is loaded whole."""
    (Path(settings.VAR) / MARK).write_text(digest(), encoding="ascii")


def _entries(kind: str) -> Iterator[dict[str, Any]]:
    for read in _files():
        yield from read.get(kind, [])


@lru_cache(maxsize=1)
def _files() -> tuple[dict[str, Any], ...]:
    """Every file, read once: half a second each time otherwise."""
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(CONTENT.rglob("*.toml")))


def _organisation(entry: dict[str, Any]) -> OrganisationRecord:
    return OrganisationRecord(
        slug=entry["slug"],
        uid=organisation_uid(entry["slug"]),
        name=entry["name"],
        acronym=entry.get("acronym", ""),
        kind=entry["kind"],
        natures=tuple(entry["natures"]),
        echelon=entry["echelon"],
        siren=entry.get("siren", ""),
        description=entry["description"],
        website=entry.get("website", ""),
        zones=tuple(entry["zone"]),
        competences=tuple(entry.get("competences", ())),
        levers=tuple(entry.get("levers", ())),
        funding_origins=tuple(entry.get("funding_origins", ())),
        source_url=entry["source_url"],
        source_name=entry.get("source_name", ""),
        licence=LICENCE,
        origin=ORIGIN,
        origin_id=entry["slug"],
        status=Status.PUBLISHED.value,
    )


PLAIN = (
    "slug title promise parent variant_of delivered_by echelon price price_note restricted_to how_to contact_desk "
    "contact_url recurrence cumul cumul_reference source_url source_name"
).split()
LISTS = ("natures", "stages", "aid_types", "audiences", "categories", "conditions", "competences", "keywords")


def _programme(entry: dict[str, Any]) -> ProgrammeRecord:
    operators = [OperatorRef(name="", slug=slug) for slug in entry["operators"]]
    operators += [OperatorRef(name="", slug=slug, role="funder") for slug in entry.get("funders", [])]
    values: dict[str, Any] = {name: entry.get(name, "") for name in PLAIN}
    values |= {name: tuple(entry.get(name, ())) for name in LISTS}
    return ProgrammeRecord(
        **values,
        uid=programme_uid(origin=ORIGIN, origin_id=entry["slug"]),
        description=entry["description"].strip(),
        operators=tuple(operators),
        generalist=entry.get("generalist", False),
        zones=tuple(entry["zone"]),
        excluded_zones=tuple(entry.get("excluded", ())),
        opens_on=_day(entry.get("opens_on", "")),
        closes_on=_day(entry.get("closes_on", "")),
        sdgs=tuple(entry.get("sdg", ())),
        licence=LICENCE,
        origin=ORIGIN,
        origin_id=entry["slug"],
        status=entry.get("status", Status.PUBLISHED.value),
    )


def _link(entry: dict[str, Any]) -> LinkRecord:
    between = "organisation" if entry["from"].startswith("org:") else "programme"
    return LinkRecord(
        origin=entry["from"].removeprefix("org:"),
        target=entry["to"].removeprefix("org:"),
        kind=entry["kind"],
        statement=entry["statement"],
        between=between,
        condition=entry.get("condition", ""),
        evidence_url=entry["evidence_url"],
        evidence_name=entry["evidence_name"],
    )


def _member(row: dict[str, str], network: dict[str, Any]) -> OrganisationRecord:
    return OrganisationRecord(
        slug=row["slug"],
        uid=organisation_uid(row["slug"]),
        name=row["name"],
        kind=network.get("member_kind", "public_establishment"),
        natures=(network["nature"],),
        echelon=network["member_echelon"],
        siren=row["siren"],
        website=row["website"],
        phone=row["phone"],
        network=network["slug"],
        seat=f"COM-{row['seat']}" if row["seat"] else "",
        zones=(row["zone"],),
        source_name=network["source"],
        licence=network["licence"],
        origin="faits",
        origin_id=row["slug"],
        as_of=_day(row["as_of"]),
        status=Status.PUBLISHED.value,
    )


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
