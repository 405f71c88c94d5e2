"""Many rows at once: what Django's bulk writing costs per field matters at 50 000 records.

Measured on 4 000 imported sheets (22 November 2026): 8.5 s of 20 went to `bulk_create`, in building statements of
hundreds of rows; one statement executed many times needs none of it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from django.db import connection, models

from maillage.storage.fields import CodesField, join_codes

Row = TypeVar("Row", bound=models.Model)
AS_IT_IS = frozenset({"CharField", "TextField", "SlugField", "EmailField", "URLField", "BooleanField"})
"""Fields whose Python value is the value stored, on both databases; whole numbers and keys are too."""


def insert_rows(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert these new rows, all of one table. Their primary keys are not read back, no signal is sent.

    `ignore_conflicts` leaves out those that a unique constraint refuses. Raises IntegrityError otherwise.
    """
    if not rows:
        return
    model = type(rows[0])
    fields: list[Any] = [field for field in model._meta.concrete_fields if not field.primary_key]
    for field in fields:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            moment = field.pre_save(rows[0], add=True)
            for row in rows:
                setattr(row, field.attname, moment)
    columns = [[getattr(row, field.attname) for row in rows] for field in fields]
    _insert(model, fields, _prepared(fields, columns), ignore_conflicts=ignore_conflicts)


def insert_links(model: type[models.Model], columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    """Insert rows of keys, numbers, codes and yes or no, told by column: no object is made of any."""
    if values:
        _insert(model, [model._meta.get_field(name) for name in columns], values)


def insert_values(model: type[models.Model], columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """Insert rows told by column, each value as Python holds it; `columns` must be all those without a default.

    No object is made of any. Keys are not read back, no signal is sent, no moment is stamped. Raises IntegrityError.
    """
    fields = [model._meta.get_field(name) for name in columns]
    if rows := _prepared(fields, zip(*values, strict=True)):
        _insert(model, fields, rows)


def _prepared(fields: Iterable[Any], columns: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows of these columns, each value as the database is given it."""
    told = [
        column if write is None else [value if value is None else write(value) for value in column]
        for write, column in zip(map(_value_writer, fields), columns, strict=False)
    ]
    return list(zip(*told, strict=True))


def _insert(
    model: type[models.Model],
    fields: Sequence[Any],
    values: Iterable[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
) -> None:
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(map(_mark, fields))
    table = connection.ops.quote_name(model._meta.db_table)
    last = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    _execute(f"INSERT INTO {table} ({names}) VALUES ({marks}){last}", values)  # noqa: S608  # names of our own models


def update_rows(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write these fields of rows that exist, all of one table, by their primary keys. No signal is sent."""
    if not rows:
        return
    meta: Any = type(rows[0])._meta
    fields = [meta.get_field(name) for name in names]
    writers = _writers([*fields, meta.pk])
    for row in rows:
        for field in fields:
            if getattr(field, "auto_now", False):
                field.pre_save(row, add=False)
    sets = ", ".join(f"{connection.ops.quote_name(field.column)} = {_mark(field)}" for field in fields)
    key = connection.ops.quote_name(meta.pk.column)
    sql = f"UPDATE {connection.ops.quote_name(meta.db_table)} SET {sets} WHERE {key} = %s"  # noqa: S608  # same
    _execute(sql, ([write(row) for write in writers] for row in rows))


def _execute(sql: str, values: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(values))


def _writers(fields: Iterable[Any]) -> list[Callable[[models.Model], Any]]:
    return [_writer(field) for field in fields]


@lru_cache(maxsize=500)
def _writer(field: Any) -> Callable[[models.Model], Any]:
    """What the database is given for this field of a row."""
    name: str = field.attname
    write = _value_writer(field)
    if write is None:
        return attrgetter(name)

    def written(row: models.Model) -> Any:
        value = getattr(row, name)
        return value if value is None else write(value)

    return written


@lru_cache(maxsize=500)
def _value_writer(field: Any) -> Callable[[Any], Any] | None:
    """What makes of a value of this field, not None, what the database is given; None where it is the same."""
    target = field.target_field if field.is_relation else field
    plain = target.get_internal_type() in AS_IT_IS or isinstance(target, models.IntegerField)
    if plain and type(target).get_prep_value in PLAIN_PREPARATIONS:
        return None
    if _is_written_here(target):
        return ON_SQLITE[type(target)]
    return lambda value: field.get_db_prep_save(value, connection)


def _is_written_here(field: Any) -> bool:
    return connection.vendor == "sqlite" and type(field) in ON_SQLITE and not getattr(field, "encoder", None)


def _mark(field: Any) -> str:
    """Where the statement takes a value of this field: JSON comes as octets, which SQLite would keep as such."""
    return "CAST(%s AS TEXT)" if type(field) is models.JSONField and _is_written_here(field) else "%s"


def _json(value: Any) -> bytes:
    """What Django's JSONField says, in UTF-8, in a fifth of its time; what is empty, most of them, costs nothing."""
    if not value and type(value) in EMPTY:
        return EMPTY[type(value)]
    try:
        return msgspec.json.encode(value)
    except (TypeError, UnicodeEncodeError):
        return json.dumps(value).encode()  # a text of another class, half a character


def _day(value: dt.date | str) -> str:
    return value.isoformat() if type(value) is dt.date else str(models.DateField().get_prep_value(value))


MOMENT: Any = models.DateTimeField()


@lru_cache(maxsize=64)
def _moment(value: dt.datetime) -> Any:
    """Thousands of rows bear one moment."""
    return MOMENT.get_db_prep_save(value, connection)


def _codes(value: str | Iterable[str]) -> str:
    return value if isinstance(value, str) else join_codes(value)


def _key(value: uuid.UUID | str) -> str:
    if isinstance(value, uuid.UUID):
        return value.hex
    return value.replace("-", "") if SPELT.fullmatch(value) else uuid.UUID(value).hex


SPELT = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID as `str` writes it."""
EMPTY: dict[type, bytes] = {list: b"[]", dict: b"{}", tuple: b"[]"}
ON_SQLITE: dict[type, Callable[[Any], Any]] = {
    models.JSONField: _json,
    models.DateField: _day,
    models.DateTimeField: _moment,
    models.UUIDField: _key,
    CodesField: _codes,
    models.BinaryField: bytes,
}
"""What Django's preparation gives on SQLite for these fields, without its five calls per value (a fifth of the time of
an accepted sheet, 22 November 2026); other fields and PostgreSQL go through it."""

PLAIN_PREPARATIONS = {
    kind.get_prep_value
    for kind in (models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.BigAutoField)
}
"""Preparations that leave a value of the right type as it is; a field with another one goes through it."""
