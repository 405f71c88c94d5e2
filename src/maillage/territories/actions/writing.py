"""Bulk writes that loading a vintage and loading zones share.

Plain SQL, because building 300 000 model objects takes six times as long; PostgreSQL, where each row is a round trip,
takes whole columns in one statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.utils import timezone

from maillage.territories.models import GeographyState, Territory

BATCH = 2000
COMPOSE = "INSERT INTO territories_composition (zone_id, commune_id)"
UPSERT = """
    INSERT INTO territories_territory (
        code, kind, name, population, siren, postcodes, parent_id, also_in,
        department, region, epci, source, licence, as_of
    )
"""
OVERWRITE = """
    ON CONFLICT (code) DO UPDATE SET
        kind = excluded.kind, name = excluded.name, population = excluded.population, siren = excluded.siren,
        postcodes = excluded.postcodes, parent_id = excluded.parent_id, also_in = excluded.also_in,
        department = excluded.department, region = excluded.region, epci = excluded.epci,
        source = excluded.source, licence = excluded.licence, as_of = excluded.as_of
"""
LEAVE = "ON CONFLICT DO NOTHING"

Ids = dict[str, int]
Cell = str | int | dt.date | None


class TerritoryRow(NamedTuple):
    """One line of the table of territories, in the order of `UPSERT`."""

    code: str
    kind: str
    name: str
    population: int | None
    siren: str
    postcodes: str
    parent_id: int | None
    also_in: str
    department: str
    region: str
    epci: str
    source: str
    licence: str
    as_of: dt.date | None


def upsert(rows: Iterable[TerritoryRow]) -> None:
    """Write these places, over the ones that already have their codes."""
    text = "text"
    types = (text, text, text, "integer", text, text, "bigint", text, text, text, text, text, text, "date")
    _insert(UPSERT, list(rows), types=types, conflict=OVERWRITE)


def ids_by_code() -> Ids:
    """Primary key of every place by its code."""
    return dict(Territory.objects.values_list("code", "id"))


def compose(pairs: Iterable[tuple[int, int]]) -> int:
    """Write pairs (zone id, commune id), leaving alone those already there; returns how many were given."""
    rows = list(pairs)
    _insert(COMPOSE, rows, types=("bigint", "bigint"), conflict=LEAVE)
    return len(rows)


def _insert(into: str, rows: Sequence[tuple[Cell, ...]], *, types: Sequence[str], conflict: str) -> None:
    """Insert all these rows: in one statement of columns on PostgreSQL, row by row in one call on SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = ", ".join(f"%s::{each}[]" for each in types)
            values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in types]
            source = f"SELECT * FROM unnest({columns})"  # noqa: S608 - only the types above, never a value
            cursor.execute(" ".join((into, source, conflict)), values)
        else:
            source = f"VALUES ({', '.join(['%s'] * len(types))})"
            cursor.executemany(" ".join((into, source, conflict)), rows)


def named_elsewhere(pks: Sequence[int]) -> set[int]:
    """Those of these places that another room refers to."""
    named: set[int] = set()
    for relation in Territory._meta.related_objects:
        if relation.related_model._meta.app_label != Territory._meta.app_label:
            column = relation.field.name
            rows = relation.related_model._default_manager.filter(**{f"{column}__in": pks})
            named |= set(rows.values_list(f"{column}__pk", flat=True))
    return named


def bump(vintage: str = "") -> None:
    """Tell every process that the geography changed, and which vintage it now is when told."""
    state, _ = GeographyState.objects.get_or_create(pk=1)
    GeographyState.objects.filter(pk=1).update(
        revision=F("revision") + 1, loaded_at=timezone.now(), vintage=vintage or state.vintage
    )
