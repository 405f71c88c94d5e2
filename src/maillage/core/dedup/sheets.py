"""Records of ours as the duplicate engine reads them."""

from __future__ import annotations

from maillage.core.dedup.shapes import ActorSheet, Sheet
from maillage.core.records import OrganisationRecord, ProgrammeRecord
from maillage.core.territory import FRANCE


def programme_sheet(record: ProgrammeRecord, *, key: str) -> Sheet:
    """A programme: its title, what it says, who runs it, where, when, and the names by which others know it."""
    known = (f"uid:{record.uid}" if record.uid else "", f"{record.origin}:{record.origin_id}" if _named(record) else "")
    return Sheet(
        key=key,
        title=record.title,
        text=" ".join(text for text in (record.promise, record.description) if text),
        source=record.origin,
        operator=", ".join(sorted(ref.name for ref in record.operators)),
        zones=tuple(zone for zone in record.zones if zone != FRANCE),
        opens_on=record.opens_on,
        closes_on=record.closes_on,
        address=record.source_url,
        identifiers=tuple(name for name in known if name),
    )


def _named(record: ProgrammeRecord) -> bool:
    return bool(record.origin and record.origin_id)


def actor_sheet(record: OrganisationRecord, *, key: str) -> ActorSheet:
    """An organisation: its name, how to reach it, where it is, and its official numbers."""
    numbers = {"siren": record.siren, "siret": record.siret, "rna": record.rna}
    return ActorSheet(
        key=key,
        name=record.name,
        acronym=record.acronym,
        kind=record.kind,
        source=record.origin,
        address=record.address or record.seat,
        telephone=record.phone,
        website=record.website,
        zones=record.zones,
        identifiers=tuple(f"{kind}:{value}" for kind, value in numbers.items() if value),
    )
