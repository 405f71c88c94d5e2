"""One record of a list of facts, read through a mapping: a funded project, a local body, a place of a programme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from maillage.connectors.cells import Row, texts
from maillage.connectors.mapping import Mapping
from maillage.connectors.parsed import (
    Change,
    Parsed,
    ParsedGrant,
    ParsedOrganisation,
    ParsedPresence,
    Refusal,
    shown,
)
from maillage.connectors.persons import MASKED, is_person
from maillage.connectors.reading import RecordRefused, Sheet, Told
from maillage.connectors.zones import echelon_of
from maillage.core.records import GrantRecord, OrganisationRecord, PresenceRecord

GRANT_FIELDS = "origin_id scheme measure programme topic year cost_eur amount_eur source_url".split()
BODY_FIELDS = "name slug network origin_id echelon siren siret phone website address source_url".split()
RECORDED_AS = {"organisation_kind": "kind"}
EXPECTED = {"project": "project", "name": "organisation_name", "zones": "territory"}
"""What is expected where a field is missing, when it is not an identifier."""


def read_grant(row: Row, *, mapping: Mapping, told: Told, line: int) -> Parsed:
    """The funded project a record tells, or why it tells none. A beneficiary who is a person is masked.

    The first zone is its place, the others what to fall back on.
    """
    sheet = _filled(row, mapping, line)
    if isinstance(sheet, Refusal):
        return sheet
    if missing := _missing(sheet, mapping, ("project", "origin_id")):
        return missing
    values = _first(sheet)
    record = GrantRecord(
        title=values["project"],
        origin=told.origin,
        beneficiary=values.get("beneficiary", ""),
        siren=values.get("siren") or str(values.get("siret", ""))[:9],
        siret=values.get("siret", ""),
        territory=values.get("zones", ""),
        categories=tuple(dict.fromkeys(sheet.values.get("categories", ()))),
        status=values.get("project_status", "funded"),
        source_name=told.source_name,
        licence=told.licence,
        as_of=values.get("source_updated_on", told.as_of),
        **{name: values[name] for name in GRANT_FIELDS if name in values},
    )
    if is_person(record.beneficiary, siren=record.siren, legal_form=values.get("legal_form", "")):
        record = replace(record, beneficiary=MASKED, siren="", siret="")
        sheet.changes.append(Change(line=line, expected="no_person", column="beneficiary", became=MASKED))
    wider = tuple(dict.fromkeys(sheet.values.get("zones", ())))[1:]
    return ParsedGrant(line=line, record=record, wider=wider, changes=tuple(sheet.changes))


def read_organisation(row: Row, *, mapping: Mapping, told: Told, line: int) -> Parsed:
    """The local body a record tells, or why it tells none. Apostrophes of its name become typographic, as ours are."""
    sheet = _filled(row, mapping, line)
    if isinstance(sheet, Refusal):
        return sheet
    if missing := _missing(sheet, mapping, ("name", "origin_id")):
        return missing
    values = _first(sheet)
    zones = tuple(dict.fromkeys(sheet.values.get("zones", ())))
    known: dict[str, Any] = {name: values[name] for name in BODY_FIELDS if name in values}
    known |= {name: sheet.joined(name) for name in ("description", "opening") if name in values}
    known["name"] = known["name"].replace("'", "’")
    record = OrganisationRecord(
        **{"echelon": echelon_of(zones), **known},
        kind=values.get("organisation_kind", "association"),
        natures=tuple(dict.fromkeys(sheet.values.get("natures", ()))),
        seat=values.get("seat", ""),
        zones=zones,
        status=told.status,
        source_name=told.source_name,
        licence=told.licence,
        origin=told.origin,
        as_of=values.get("source_updated_on", told.as_of),
    )
    spoken = {group.field for group in mapping.groups if not group.column or group.column in row}
    covers = {RECORDED_AS.get(name, name) for name in spoken} | {"source_name", "licence", "as_of"}
    covers -= {"refuse", "source_updated_on"}
    return ParsedOrganisation(line=line, record=record, covers=frozenset(covers), changes=tuple(sheet.changes))


def read_presence(row: Row, *, mapping: Mapping, told: Told, line: int) -> Parsed:
    """The place of a programme that a record tells, or why it tells none."""
    sheet = _filled(row, mapping, line)
    if isinstance(sheet, Refusal):
        return sheet
    if missing := _missing(sheet, mapping, ("zone", "zones")):
        return missing
    values = _first(sheet)
    place = values["zones"].replace("~", " ")  # the sign that numbers the parts of a line that comes back
    record = PresenceRecord(zone=values["zone"], territory=place, origin=told.origin, name=values.get("name", ""))
    return ParsedPresence(line=line, record=record, changes=tuple(sheet.changes))


def _filled(row: Row, mapping: Mapping, line: int) -> Sheet | Refusal:
    sheet = Sheet(row, line)
    try:
        for group in mapping.groups:
            sheet.remember(group, mapping.remembered)
    except RecordRefused as refused:
        return Refusal(
            line=line, expected=refused.expected, column=refused.column, value=refused.value, facts=refused.facts
        )
    return sheet


def _missing(sheet: Sheet, mapping: Mapping, names: tuple[str, ...]) -> Refusal | None:
    """The refusal of a record that lacks one of these fields, naming the column that should fill it."""
    for name in names:
        if not sheet.values.get(name):
            column = next((group.column for group in mapping.groups if group.field == name and group.column), name)
            value = " ".join(texts(sheet.row.get(column)))
            expected = EXPECTED.get(name, "identifier")
            return Refusal(line=sheet.line, expected=expected, column=column, value=shown(value))
    return None


def _first(sheet: Sheet) -> dict[str, Any]:
    return {name: found[0] for name, found in sheet.values.items()}


Read = Callable[..., Parsed]
READ_AS: dict[str, Read] = {"grant": read_grant, "organisation": read_organisation, "presence": read_presence}
"""By what a source gives; sheets of programmes are read in `reading`."""
