"""What each source says of a sheet that several tell: the value shown, and the others beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from maillage.core.records import OrganisationRecord, ProgrammeRecord, as_plain
from maillage.curation.models import FieldOrigin
from maillage.web.fieldwords import field_label, value_told

LONGEST = 300
"""Characters of a value shown beside the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One value, the source that gives it, whether the sheet shows it."""

    value: str
    source: str
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One field of which sources say different things."""

    label: str
    said: tuple[Said, ...]


def origins_told(record: ProgrammeRecord | OrganisationRecord, rows: Iterable[FieldOrigin]) -> list[Told]:
    """The fields of which two sources say different things, in the order of the record."""
    plain = as_plain(record)
    order = {name: place for place, name in enumerate(plain)}
    known = sorted((row for row in rows if row.field in order), key=lambda row: (order[row.field], row.pk))
    found = []
    for name, group in groupby(known, key=lambda row: row.field):
        said = tuple(_said(row, plain) for row in group)
        if len({one.value for one in said}) > 1:
            found.append(Told(label=field_label(name), said=said))
    return found


def _said(row: FieldOrigin, plain: Mapping[str, Any]) -> Said:
    text, shown = value_told(row.field, row.value), plain[row.field]
    within = isinstance(row.value, list) and isinstance(shown, list) and all(one in shown for one in row.value)
    return Said(
        value=text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…",
        source=row.name or row.origin or "Maillage",
        is_shown=row.value == shown or within,
    )
