"""Frozen values the rooms share: what a sheet says, whoever says it.

A connector parses a source into a record, curation compares two records, inventory stores one,
an event keeps one as its snapshot, search indexes one. One shape, so that nothing is lost between rooms.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar, cast


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRef:
    """An organisation named by a programme: by slug when ours, else by name and SIREN (9 digits or "")."""

    name: str
    slug: str = ""
    siren: str = ""
    role: str = "operator"

    def __reduce__(self) -> tuple[Any, ...]:
        return _operator, (self.name, self.slug, self.siren, self.role)


def _operator(name: str, slug: str, siren: str, role: str) -> OperatorRef:
    return OperatorRef(name=name, slug=slug, siren=siren, role=role)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRecord:
    """All that one sheet says of a programme.

    Codes come from `core.vocabulary`; zones are typed territory codes (`COM-62041`); dates are days.
    `origin` and `origin_id` name the source and the record there; both are empty for a sheet born here.
    """

    title: str
    slug: str = ""
    uid: str = ""
    promise: str = ""
    description: str = ""
    eligibility: str = ""
    operators: tuple[OperatorRef, ...] = ()
    delivered_by: str = ""
    parent: str = ""
    variant_of: str = ""
    programmes: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    echelon: str = "NATIONAL"
    stages: tuple[str, ...] = ()
    aid_types: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    generalist: bool = False
    zones: tuple[str, ...] = ()
    excluded_zones: tuple[str, ...] = ()
    price: str = "UNKNOWN"
    price_note: str = ""
    conditions: tuple[str, ...] = ()
    restricted_to: str = ""
    how_to: str = ""
    contact_desk: str = ""
    contact_url: str = ""
    recurrence: str = "ongoing"
    opens_on: dt.date | None = None
    closes_on: dt.date | None = None
    cumul: str = ""
    cumul_reference: str = ""
    competences: tuple[str, ...] = ()
    sdgs: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    legal_bases: tuple[tuple[str, str], ...] = ()
    professional: Mapping[str, str] = field(default_factory=dict)
    source_url: str = ""
    source_name: str = ""
    licence: str = ""
    origin: str = ""
    origin_id: str = ""
    source_updated_on: dt.date | None = None
    verified_on: dt.date | None = None
    status: str = "draft"

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, _values(self)


def _unpickled(*values: Any) -> ProgrammeRecord:
    """A third of the time of what slots and frozen make pickle do: what a run read waits in a file of its own."""
    return _made(ProgrammeRecord, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecord:
    """All that one sheet says of an organisation. `zones`: the territories it serves, typed codes.

    `address`: of its desk, on one line; `opening`: when the desk is open, and whether one makes an appointment.
    """

    name: str
    slug: str = ""
    uid: str = ""
    acronym: str = ""
    kind: str = "association"
    natures: tuple[str, ...] = ()
    echelon: str = "NATIONAL"
    siren: str = ""
    siret: str = ""
    rna: str = ""
    description: str = ""
    website: str = ""
    phone: str = ""
    address: str = ""
    opening: str = ""
    network: str = ""
    seat: str = ""
    zones: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    funding_origins: tuple[str, ...] = ()
    source_url: str = ""
    source_name: str = ""
    licence: str = ""
    origin: str = ""
    origin_id: str = ""
    as_of: dt.date | None = None
    verified_on: dt.date | None = None
    status: str = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """A stated articulation between two programmes, or two organisations, named by slug."""

    origin: str
    target: str
    kind: str
    statement: str
    between: str = "programme"
    condition: str = ""
    evidence_url: str = ""
    evidence_name: str = ""
    level: str = "STATED"
    stated_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRecord:
    """One project of a published list of what was asked for and funded. A fact, never an offer.

    `scheme`: the envelope as the list calls it; `measure`: the part of it; `programme`: the slug of our sheet of it,
    when it is known. `topic`: the list's own category, `categories`: ours. `territory`: typed code, "" when the list
    names no place we know. `status`: a code of `vocabulary.GrantStatus`. Amounts in euros. Natural persons are masked
    before they get here (`connectors.persons`).
    """

    title: str
    origin: str
    origin_id: str
    beneficiary: str = ""
    siren: str = ""
    siret: str = ""
    territory: str = ""
    scheme: str = ""
    measure: str = ""
    programme: str = ""
    topic: str = ""
    categories: tuple[str, ...] = ()
    year: int | None = None
    cost_eur: Decimal | None = None
    amount_eur: Decimal | None = None
    status: str = "funded"
    source_name: str = ""
    source_url: str = ""
    licence: str = ""
    as_of: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceRecord:
    """A place where a territorial programme is at work, as its list of beneficiaries says.

    `zone`: the code of the zone the programme makes (`ZONE-pvd`); `territory`: the place, as a typed or a bare code;
    `name`: how the list calls it. `origin_id` is the pair of both: what is gone has nothing else left.
    """

    zone: str
    territory: str
    origin: str
    name: str = ""

    @property
    def origin_id(self) -> str:
        """What tells this record apart in its list."""
        return f"{self.zone} {self.territory}"[:200]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRecord:
    """A study of needs: who published it, how it was made, on how many answers, where. `territory`: code or ""."""

    title: str
    publisher: str = ""
    slug: str = ""
    uid: str = ""
    published_on: dt.date | None = None
    method: str = ""
    sample_size: int | None = None
    territory: str = ""
    url: str = ""
    summary: str = ""
    source_name: str = ""
    licence: str = ""
    status: str = "draft"


Record = ProgrammeRecord | OrganisationRecord | LinkRecord | GrantRecord | StudyRecord


Sheet = TypeVar("Sheet", ProgrammeRecord, OrganisationRecord)
NAMES: dict[type, tuple[str, ...]] = {}
GETTERS: dict[type, Callable[[Any], Any]] = {}
TWINS: dict[type, type] = {}
SHAPED: dict[type, tuple[str, ...]] = {}
"""Of each kind of record, found once: fields, what reads them all, its twin, those JSON says otherwise."""
NOTHING_CHANGED: Mapping[str, Any] = {}
AS_THEY_ARE = frozenset({"str", "int", "bool", "int | None"})
"""What is said of fields whose values JSON holds as they are."""
DAYS = frozenset({"opens_on", "closes_on", "source_updated_on", "verified_on", "as_of", "stated_on"})


def as_plain(record: Record) -> dict[str, Any]:
    """The record as JSON-ready values: days in ISO form, tuples as lists."""
    shape = type(record)
    if shape not in SHAPED:
        SHAPED[shape] = tuple(item.name for item in fields(shape) if item.type not in AS_THEY_ARE)
    plain = dict(zip(_names(shape), _values(record), strict=True))
    for name in SHAPED[shape]:
        if (value := plain[name]) is not None:
            plain[name] = _plain(value) if value else _nothing(value)
    return plain


def with_values(record: Sheet, **values: Any) -> Sheet:
    """The record with these fields instead of its own; itself when they are what it says already.

    What dataclasses.replace does, in a fifth of its time: an import copies each sheet eight times (2026-11-22).
    Raises AttributeError for a name that is not a field.
    """
    if all(getattr(record, name) == value for name, value in values.items()):
        return record
    return _made(type(record), _values(record), values)


def _values(record: Any) -> tuple[Any, ...]:
    """What its fields hold, in order."""
    shape = type(record)
    if shape not in GETTERS:
        GETTERS[shape] = attrgetter(*_names(shape))
    held: tuple[Any, ...] = GETTERS[shape](record)
    return held


def _made(shape: type[Sheet], values: Iterable[Any], changed: Mapping[str, Any] = NOTHING_CHANGED) -> Sheet:
    """A record of these values, all of them, in the order of its fields, but for those `changed`.

    It is filled as a twin of its class that is not frozen yet: a fifth of the time of filling its slots one by one.
    """
    if shape not in TWINS:
        TWINS[shape] = make_dataclass(f"Unfrozen{shape.__name__}", _names(shape), slots=True)
    made: Any = TWINS[shape](*values)
    for name, value in changed.items():
        setattr(made, name, value)
    made.__class__ = shape
    return cast(Sheet, made)


def _names(shape: type) -> tuple[str, ...]:
    """The fields of a record, in order, asked of the dataclass once."""
    if shape not in NAMES:
        NAMES[shape] = tuple(item.name for item in fields(shape))
    return NAMES[shape]


def version_of(record: Record) -> str:
    """A digest of all the record says: two records of one version are equal."""
    text = json.dumps(as_plain(record), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _nothing(value: Any) -> Any:
    """What is empty, most values of a sheet, in its JSON shape."""
    return [] if type(value) is tuple else _plain(value)


def _plain(value: Any) -> Any:
    # Not dataclasses.asdict: its deep copy took a third of the time of an import of 50 000 sheets (2026-11-21).
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [item if type(item) is str else _plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, OperatorRef):
        return {"name": value.name, "slug": value.slug, "siren": value.siren, "role": value.role}
    return dict(value) if isinstance(value, Mapping) else value


def programme_from_plain(plain: Mapping[str, Any]) -> ProgrammeRecord:
    """The record kept by `as_plain`; names it does not know are ignored, so old snapshots still read."""
    known = _known(ProgrammeRecord, plain)
    known["operators"] = tuple(OperatorRef(**ref) for ref in plain.get("operators", ()))
    known["legal_bases"] = tuple((label, url) for label, url in plain.get("legal_bases", ()))
    return ProgrammeRecord(**known)


def organisation_from_plain(plain: Mapping[str, Any]) -> OrganisationRecord:
    """The record kept by `as_plain`."""
    return OrganisationRecord(**_known(OrganisationRecord, plain))


def link_from_plain(plain: Mapping[str, Any]) -> LinkRecord:
    """The record kept by `as_plain`."""
    return LinkRecord(**_known(LinkRecord, plain))


def _known(shape: type, plain: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name in _names(shape):
        if name not in plain:
            continue
        value = plain[name]
        if name in DAYS:
            value = dt.date.fromisoformat(value) if value else None
        kept[name] = tuple(value) if isinstance(value, list) else value
    return kept
