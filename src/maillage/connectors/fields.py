"""The fields a mapping may fill, and how each reads a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from maillage.core.vocabulary import (
    AidType,
    Audience,
    Echelon,
    GrantStatus,
    Nature,
    OrganisationKind,
    Price,
    Recurrence,
    Restriction,
    Stage,
    Status,
    categories,
    competences,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field a mapping may fill.

    `kind`: line, text, lines, code, codes, zones, day, address, uid, names (organisations), links, numbers,
    flag, refuse; for facts also year, money, siren, siret, phone, slug.
    `limit`: characters kept. `vocabulary`: the only codes it takes with their labels, empty when any word will do.
    `record`: the field of the record it fills, when its name is another.
    """

    kind: str
    limit: int = 0
    vocabulary: Mapping[str, str] = field(default_factory=dict)
    record: str = ""


def _closed(kind: str, words: Iterable[tuple[str, str]]) -> Field:
    return Field(kind=kind, vocabulary=dict(words))


FIELDS: dict[str, Field] = {
    "title": Field(kind="line", limit=300),
    "uid": Field(kind="uid"),
    "origin_id": Field(kind="line", limit=200),
    "promise": Field(kind="line", limit=180),
    "description": Field(kind="text", limit=5000),
    "eligibility": Field(kind="text", limit=10_000),
    "how_to": Field(kind="text", limit=10_000),
    "operator": Field(kind="names", record="operators"),
    "funder": Field(kind="names", record="operators"),
    "relay": Field(kind="names", record="operators"),
    "delivered_by": Field(kind="line", limit=60),
    "programmes": Field(kind="lines", limit=300),
    "natures": _closed("codes", Nature.choices()),
    "echelon": _closed("code", Echelon.choices()),
    "stages": _closed("codes", Stage.choices()),
    "aid_types": _closed("codes", AidType.choices()),
    "audiences": _closed("codes", Audience.choices()),
    "categories": _closed("codes", ((code, found.label) for code, found in categories().items())),
    "generalist": Field(kind="flag"),
    "zones": Field(kind="zones"),
    "excluded_zones": Field(kind="zones"),
    "price": _closed("code", Price.choices()),
    "price_note": Field(kind="line", limit=300),
    "conditions": Field(kind="lines", limit=1000),
    "restricted_to": _closed("code", Restriction.choices()),
    "contact_desk": Field(kind="line", limit=300),
    "contact_url": Field(kind="address"),
    "recurrence": _closed("code", Recurrence.choices()),
    "opens_on": Field(kind="day"),
    "closes_on": Field(kind="day"),
    "cumul": Field(kind="text", limit=500),
    "cumul_reference": Field(kind="line", limit=500),
    "competences": _closed("codes", competences().items()),
    "sdgs": Field(kind="numbers"),
    "keywords": Field(kind="lines", limit=120),
    "legal_bases": Field(kind="links", limit=500),
    "source_url": Field(kind="address"),
    "source_name": Field(kind="line", limit=300),
    "licence": Field(kind="line", limit=80),
    "source_updated_on": Field(kind="day"),
    "verified_on": Field(kind="day"),
    "status": _closed("code", [choice for choice in Status.choices() if choice[0] != Status.MERGED]),
    "refuse": Field(kind="refuse"),
}
"""By name. `operator`, `funder` and `relay` fill `operators`; `refuse` sets the record aside, with its reason."""

OF_FACTS: dict[str, Field] = {
    "project": Field(kind="line", limit=1000),
    "beneficiary": Field(kind="line", limit=300),
    "legal_form": Field(kind="line", limit=200),
    "siren": Field(kind="siren"),
    "siret": Field(kind="siret"),
    "scheme": Field(kind="line", limit=120),
    "measure": Field(kind="line", limit=300),
    "programme": Field(kind="line", limit=200),
    "topic": Field(kind="line", limit=200),
    "year": Field(kind="year"),
    "cost_eur": Field(kind="money"),
    "amount_eur": Field(kind="money"),
    "project_status": _closed("code", GrantStatus.choices()),
    "zone": Field(kind="line", limit=64),
    "name": Field(kind="line", limit=300),
    "slug": Field(kind="slug", limit=160),
    "network": Field(kind="line", limit=60),
    "organisation_kind": _closed("code", OrganisationKind.choices()),
    "seat": Field(kind="zones"),
    "phone": Field(kind="phone"),
    "website": Field(kind="address"),
    "address": Field(kind="line", limit=300),
    "opening": Field(kind="text", limit=1000),
}
"""Fields that only lists of facts fill: funded projects, local bodies, places where a programme is at work."""

_SHARED = ("origin_id", "zones", "source_url", "source_updated_on", "refuse")
_GRANT = "project beneficiary legal_form siren siret scheme measure programme topic categories year cost_eur amount_eur"
_BODY = "name slug network organisation_kind natures echelon siren siret seat description phone website address opening"
FIELDS_OF: dict[str, frozenset[str]] = {
    "programme": frozenset(FIELDS),
    "grant": frozenset((*_SHARED, *_GRANT.split(), "project_status")),
    "organisation": frozenset((*_SHARED, *_BODY.split())),
    "presence": frozenset(("zone", "zones", "name", "refuse")),
}
"""What a mapping may fill, by what its source gives."""


def field_of(name: str) -> Field:
    """The field of this name; `professional.x` is a line of the professional extension."""
    return FIELDS.get(name) or OF_FACTS.get(name) or Field(kind="line", limit=2000, record="professional")
