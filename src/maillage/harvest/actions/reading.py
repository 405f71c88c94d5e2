"""Read a file of a source: keep every record, raw, with what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count, islice
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from maillage.accounts.models import User
from maillage.connectors.connector import Connector
from maillage.connectors.files.opened import OpenedFile
from maillage.connectors.parsed import Parsed, RawItem, Refusal
from maillage.core.errors import MaillageError, Refused
from maillage.harvest.actions.ending import fail, finish
from maillage.harvest.models import UNFINISHED, HarvestItem, HarvestRun, ItemState, RunState, Source
from maillage.harvest.queries import connector_of, previous_run
from maillage.harvest.spill import Spill
from maillage.storage.rows import insert_values

BATCH = 500
"""Records kept per transaction: a killed run loses at most the batch it was writing."""

PART = "~"
"""Between the identifier of a record and the rank of its part, for sources that list a record part by part."""
NO_ANSWER: Mapping[str, Any] = {}
OWN = ("position", "line", "raw", "sha256", "state", "origin_id", "error", "error_facts")
COLUMNS = ("run", "harvested_at", *OWN)
TOLD = attrgetter(*OWN)
Progress = Callable[[int], None]


def run(
    *,
    source: Source,
    file: OpenedFile,
    by: User | None,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> HarvestRun:
    """Read the file of someone who knows what they bring: `read`, then `finish`."""
    current = read(source=source, file=file, by=by, as_of=as_of, progress=progress)
    return finish(current) if current.state == RunState.RUNNING else current


def read(
    *,
    source: Source,
    file: OpenedFile,
    by: User | None,
    as_of: date | None = None,
    answer: Mapping[str, Any] = NO_ANSWER,
    progress: Progress | None = None,
) -> HarvestRun:
    """Keep every record of the file, raw, with what became of it, by transactions of 500.

    `answer`: the columns of a run that tell where the file was fetched. A run that was killed goes on where it
    stopped: no record lost, none twice. A malformed record is kept as failed and stops nothing. The run stays
    `running` until `finish`. Raises Refused("import_running") when another process reads the same file;
    UnreadableFile when the file turns out not to be what it says, what was read before being kept.
    """
    connector = connector_of(source)
    current = _open_run(source=source, file=file, by=by, as_of=as_of, recipe=connector.recipe, answer=answer)
    if current.state != RunState.RUNNING:
        return current
    reading = _Reading(current, connector)
    try:
        for batch in _batches(file.items(), after=reading.position):
            reading.keep(batch)
            if progress:
                progress(reading.position)
    except MaillageError as error:
        fail(current, error)
        raise
    current.spill = reading.spill
    return current


def _open_run(
    *,
    source: Source,
    file: OpenedFile,
    by: User | None,
    as_of: date | None,
    recipe: str,
    answer: Mapping[str, Any],
) -> HarvestRun:
    """The run that was reading this file the same way, or that waits for a person to say it is right; else a new."""
    same = HarvestRun.objects.filter(source=source, file_sha256=file.sha256, recipe=recipe, state__in=UNFINISHED)
    return same.first() or HarvestRun.objects.create(
        source=source,
        by=by,
        file_name=file.path.name[:255],
        file_sha256=file.sha256,
        file_size=file.size,
        recipe=recipe,
        as_of=as_of,
        found=[[reason.code, dict(reason.facts)] for reason in file.reasons],
        **answer,
    )


@dataclass(slots=True)
class _Row:
    """An item about to be written; thousands are, and no object of the database is made of any."""

    position: int
    line: int
    raw: bytes
    sha256: str
    state: ItemState = ItemState.DONE
    origin_id: str = ""
    error: str = ""
    error_facts: Mapping[str, Any] = field(default_factory=dict)

    def told(self) -> tuple[Any, ...]:
        """Its values, in the order of COLUMNS from the third."""
        values: tuple[Any, ...] = TOLD(self)
        return values


@dataclass
class _Reading:
    """What a run needs to know of what it has already read."""

    run: HarvestRun
    connector: Connector
    position: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    spill: Spill = field(default_factory=Spill)

    def __post_init__(self) -> None:
        self.told = replace(self.connector.told, as_of=self.run.as_of)
        rows = self.run.items.exclude(origin_id="").values_list("origin_id", "line")
        self.position = self.run.items.aggregate(last=Max("position"))["last"] or 0
        self.seen = dict(rows)
        if previous := previous_run(self.run):
            kept = previous.items.filter(state__in=[ItemState.DONE, ItemState.SKIPPED])
            self.before = dict(kept.values_list("sha256", "origin_id")) if previous.recipe == self.run.recipe else {}

    def keep(self, batch: Iterable[RawItem | Refusal]) -> None:
        """Write these records in one transaction."""
        now = timezone.now()
        rows = []
        parsed: dict[int, list[Parsed]] = {}
        for item in batch:
            self.position += 1
            rows.append(self._row(item, parsed))
        self.spill.keep(parsed)
        try:
            with transaction.atomic():
                insert_values(HarvestItem, COLUMNS, [(self.run.pk, now, *row.told()) for row in rows])
        except IntegrityError as error:
            raise Refused("import_running", source=self.run.source.slug) from error

    def _row(self, item: RawItem | Refusal, kept: dict[int, list[Parsed]]) -> _Row:
        row = _Row(self.position, item.line, item.raw, hashlib.sha256(item.raw).hexdigest())
        if isinstance(item, Refusal):
            return _failed(row, item)
        if row.sha256 in self.before:
            row.origin_id, row.state = self.before[row.sha256], ItemState.SKIPPED
        else:
            parsed = next(self.connector.parse(item.raw, line=item.line, told=self.told))
            if isinstance(parsed, Refusal):
                return _failed(row, parsed)
            row.origin_id = parsed.record.origin_id
            kept[self.position] = [parsed]
        if row.origin_id in self.seen and self.connector.repeats:
            row.origin_id = self._next_part(row.origin_id)
        if row.origin_id in self.seen:
            facts = {"line": str(self.seen[row.origin_id])}
            return _failed(row, Refusal(line=item.line, expected="once_in_file", value=row.origin_id, facts=facts))
        self.seen[row.origin_id] = item.line
        return row

    def _next_part(self, name: str) -> str:
        """`name~2`, `name~3`… for the next part of a record that its source lists part by part."""
        whole = name.partition(PART)[0]
        return next(part for place in count(2) if (part := f"{whole}{PART}{place}") not in self.seen)


def _failed(row: _Row, refusal: Refusal) -> _Row:
    row.state, row.origin_id = ItemState.FAILED, ""
    row.error = refusal.expected
    row.error_facts = {"column": refusal.column, "value": refusal.value, "facts": dict(refusal.facts)}
    return row


def _batches(items: Iterator[RawItem | Refusal], *, after: int) -> Iterator[list[RawItem | Refusal]]:
    rest = islice(items, after, None)
    while batch := list(islice(rest, BATCH)):
        yield batch
