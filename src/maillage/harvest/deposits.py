"""Files people bring by a page: what their columns hold, what they may mean, what a mapping would make of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from maillage.accounts.models import User
from maillage.connectors.cells import plain_line, texts
from maillage.connectors.fields import FIELDS, field_of
from maillage.connectors.files.opened import OpenedFile
from maillage.connectors.guessing import RuleRow, guess_code, guess_fields, mapping_text
from maillage.connectors.mapping import Mapping, read_mapping
from maillage.connectors.parsed import Parsed, RawItem, Refusal
from maillage.connectors.table.connector import CONNECTOR as TABLE
from maillage.connectors.table.connector import table_connector
from maillage.connectors.values import DEFAULT_SEPARATORS
from maillage.harvest.models import Deposit, Source
from maillage.harvest.queries import open_usual_file

__all__ = [
    "FIELDS",
    "ColumnSeen",
    "Mapping",
    "RuleRow",
    "columns_of",
    "deposits_of",
    "fits",
    "guess_code",
    "guess_fields",
    "mapping_text",
    "open_deposit",
    "preview",
    "read_mapping",
    "tables_like",
    "vocabulary_of",
    "words_in",
]

SCANNED = 2_000
"""Records looked at to know the words of a column."""
WORDS = 40
"""Words of a closed column shown to be translated; the others take our codes and labels as they are."""
SAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSeen:
    """A column of the file with some of its cells, and all its distinct cells with how often each comes."""

    name: str
    samples: tuple[str, ...]
    cells: tuple[tuple[str, int], ...]


def deposit_path(sha256: str) -> Path:
    """Where the bytes of a deposit are."""
    return Path(settings.VAR) / "depots" / sha256


def open_deposit(deposit: Deposit) -> OpenedFile:
    """The file, within the usual bounds, its header found with the mapping when there is one. Raises UnreadableFile."""
    wanted = read_mapping(deposit.mapping, name=deposit.name).columns if deposit.mapping else frozenset[str]()
    return open_usual_file(deposit_path(deposit.sha256), wanted=wanted)


def columns_of(opened: OpenedFile) -> list[ColumnSeen]:
    """The columns in the order of the file, from its first records."""
    cells: dict[str, Counter[str]] = {name: Counter() for name in opened.columns}
    for item in islice(opened.items(), SCANNED):
        for name, value in _row(item).items():
            if name in cells and len(cells[name]) < 50 * WORDS:
                cells[name].update(plain_line(text)[:200] for text in texts(value))
    return [
        ColumnSeen(name=name, samples=tuple(islice(found, SAMPLES)), cells=tuple(found.most_common()))
        for name, found in cells.items()
    ]


def _row(item: RawItem | Refusal) -> dict[str, object]:
    if isinstance(item, Refusal):
        return {}
    try:
        found = json.loads(item.raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def words_in(column: ColumnSeen, *, field: str, separator: str = "") -> list[tuple[str, int]]:
    """The words of a closed column, cut as the mapping would, the most frequent first, at most 40."""
    cuts = separator.split(" ") if separator else list(DEFAULT_SEPARATORS.get(field_of(field).kind, ()))
    found: Counter[str] = Counter()
    for cell, count in column.cells:
        pieces = [cell]
        for cut in cuts:
            pieces = [part for piece in pieces for part in piece.split(cut)]
        found.update({piece.strip(): count for piece in pieces if piece.strip()})
    return found.most_common(WORDS)


def vocabulary_of(field: str) -> dict[str, str]:
    """Our codes and their labels for a field, empty when any word will do."""
    return dict(field_of(field).vocabulary)


def fits(mapping: Mapping, opened: OpenedFile) -> bool:
    """True when the file has at least one of the columns the mapping names."""
    columns = {*opened.columns}
    return any(name in columns or name.split("/")[0] in columns for name in mapping.columns)


def preview(deposit: Deposit, opened: OpenedFile, *, mapping: str, limit: int = 20) -> Iterator[Parsed]:
    """What the first records would give with this mapping. Raises UnreadableFile when the mapping is malformed."""
    connector = table_connector(slug="apercu", name=deposit.source_name or deposit.name, mapping=mapping)
    for item in islice(opened.items(), limit):
        if isinstance(item, Refusal):
            yield item
        else:
            yield from connector.parse(item.raw, line=item.line)


def deposits_of(user: User) -> QuerySet[Deposit]:
    """The files a person brought, the latest first; animateurs see everyone's."""
    rows = Deposit.objects.select_related("source", "run", "by").order_by("-id")
    return rows if user.is_animator else rows.filter(by=user)


def tables_like(opened: OpenedFile, user: User) -> list[Source]:
    """The tables someone already mapped whose columns this file has, the most demanding first.

    A contributor finds those they brought themselves; an animateur, all of them.
    """
    rows = Source.objects.filter(connector=TABLE.slug).exclude(mapping="")
    if not user.is_animator:
        rows = rows.filter(deposits__by=user).distinct()
    columns = {*opened.columns}
    found = [(source, read_mapping(source.mapping, name=source.slug).columns) for source in rows.order_by("-id")[:200]]
    fitting = [(source, named) for source, named in found if named and named <= columns]
    return [source for source, named in sorted(fitting, key=lambda pair: -len(pair[1]))]
