"""The rules a sheet must keep before it is written; the database holds the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Set

from maillage.core.errors import Invalid
from maillage.core.records import ProgrammeRecord
from maillage.core.vocabulary import (
    AidType,
    Audience,
    Echelon,
    Nature,
    Price,
    Recurrence,
    Restriction,
    Stage,
    Status,
    categories,
    competences,
)

LENGTHS = {
    "slug": 200,
    "title": 300,
    "promise": 180,
    "description": 5000,
    "price_note": 300,
    "contact_desk": 300,
    "cumul": 500,
    "cumul_reference": 500,
    "source_url": 500,
    "source_name": 300,
    "contact_url": 500,
    "licence": 80,
    "origin": 80,
    "origin_id": 200,
}
"""Characters each text may have; promise and description follow the national schema v0.2.0."""

LISTS: dict[str, frozenset[str]] = {
    "natures": frozenset(Nature.codes()),
    "stages": frozenset(Stage.codes()),
    "aid_types": frozenset(AidType.codes()),
    "audiences": frozenset(Audience.codes()),
}

CODES: dict[str, frozenset[str]] = {
    "echelon": frozenset(Echelon.codes()),
    "price": frozenset(Price.codes()),
    "recurrence": frozenset(Recurrence.codes()),
    "status": frozenset(Status.codes()) - {Status.MERGED.value},
    "restricted_to": frozenset(("", *Restriction.codes())),
}


def check_programme(record: ProgrammeRecord, *, seen: Set[str] = frozenset()) -> None:
    """Raise Invalid with the field, the value and what is expected, for the first rule the record breaks."""
    if record.uid in seen:
        raise Invalid("record_twice", field="uid", value=record.uid)
    if not record.title.strip():
        raise Invalid("field_required", field="title", value="")
    for name, limit in LENGTHS.items():
        if len(getattr(record, name)) > limit:
            raise Invalid("field_too_long", field=name, length=len(getattr(record, name)), limit=limit)
    _check_codes(record)
    _check_dates(record)
    for name in ("source_url", "contact_url"):
        value = getattr(record, name)
        if value and not value.startswith(("http://", "https://")):
            raise Invalid("not_a_web_address", field=name, value=value)
    if record.status == Status.PUBLISHED and not (record.source_url or record.source_name):
        raise Invalid("missing_source", field="source_url", value="")


def _check_codes(record: ProgrammeRecord) -> None:
    for name, known in LISTS.items():
        _all_known(name, getattr(record, name), known)
    for name, known in CODES.items():
        _all_known(name, [getattr(record, name)], known)
    _all_known("categories", record.categories, categories().keys())
    _all_known("competences", record.competences, competences().keys())
    _all_known("sdgs", record.sdgs, range(1, 18))


def _check_dates(record: ProgrammeRecord) -> None:
    if record.opens_on and record.closes_on and record.opens_on > record.closes_on:
        raise Invalid("closes_before_it_opens", field="closes_on", value=record.closes_on.isoformat())


def _all_known(name: str, values: Iterable[object], known: Iterable[object]) -> None:
    expected = known if isinstance(known, Set | range) else frozenset(known)
    for value in values:
        if value not in expected:
            raise Invalid(
                "code_unknown", field=name, value=str(value), expected=", ".join(map(str, sorted(expected, key=str)))
            )
