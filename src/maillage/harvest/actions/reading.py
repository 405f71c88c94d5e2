"""Read a file of a source: keep every record, raw, with what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import count, islice
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from maillage.accounts.models import User
from maillage.connectors.connector import Connector, ParsedBatch, RawRecord
from maillage.connectors.files.opened import OpenedFile
from maillage.connectors.parsed import RawItem, Refusal
from maillage.core.errors import MaillageError, Refused
from maillage.harvest.actions.ending import fail, finish
from maillage.harvest.models import UNFINISHED, HarvestItem, HarvestRun, ItemState, RunState, Source
from maillage.harvest.queries import connector_of, previous_run
from maillage.harvest.spill import Spill
from maillage.storage.beside import Beside
from maillage.storage.rows import insert_values

BATCH = 500
"""Records kept per transaction: a killed run loses at most the batch it was writing."""

ALONE = 4
"""Batches parsed here; those of a longer file are parsed by a process beside, one ahead of what is written."""

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
        for batch, parsed in reading.parsed(_batches(file.items(), after=reading.position)):
            reading.keep(batch, parsed)
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


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records on their way: their rows, the refusals among them, and those to parse."""

    rows: list[_Row]
    refused: dict[int, Refusal]
    asked: list[RawRecord]


@dataclass
class _Reading:
    """What a run needs to know of what it has already read. `met`: the last record taken from the file."""

    run: HarvestRun
    connector: Connector
    position: int = 0
    met: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    spill: Spill = field(default_factory=Spill)

    def __post_init__(self) -> None:
        self.told = replace(self.connector.told, as_of=self.run.as_of)
        rows = self.run.items.exclude(origin_id="").values_list("origin_id", "line")
        self.position = self.met = self.run.items.aggregate(last=Max("position"))["last"] or 0
        self.seen = dict(rows)
        if previous := previous_run(self.run):
            kept = previous.items.filter(state__in=[ItemState.DONE, ItemState.SKIPPED])
            self.before = dict(kept.values_list("sha256", "origin_id")) if previous.recipe == self.run.recipe else {}

    def parsed(self, batches: Iterable[list[RawItem | Refusal]]) -> Iterator[tuple[_Batch, ParsedBatch]]:
        """Each batch and what it gives. What was read before a file turns out wrong comes before its error."""
        parse = partial(self.connector.parse_batch, told=self.told)
        beside: Beside[list[RawRecord], ParsedBatch] | None = None
        ahead: list[_Batch] = []
        wrong: MaillageError | None = None
        try:
            try:
                for rank, items in enumerate(batches):
                    batch = self._batch(items)
                    if rank < ALONE:
                        yield batch, parse(batch.asked)
                        continue
                    beside = beside or Beside(parse)
                    done = [(one, beside.take()) for one in ahead]
                    beside.give(batch.asked)
                    ahead = [batch]
                    yield from done
            except MaillageError as error:
                wrong = error
            yield from [(one, beside.take()) for one in ahead if beside]
        finally:
            if beside:
                beside.end()
        if wrong:
            raise wrong

    def _batch(self, items: Iterable[RawItem | Refusal]) -> _Batch:
        """These records with their digests; those that are as they were last time are not parsed."""
        batch = _Batch([], {}, [])
        for item in items:
            self.met += 1
            row = _Row(self.met, item.line, item.raw, hashlib.sha256(item.raw).hexdigest())
            batch.rows.append(row)
            if isinstance(item, Refusal):
                batch.refused[row.position] = item
            elif row.sha256 in self.before:
                row.origin_id, row.state = self.before[row.sha256], ItemState.SKIPPED
            else:
                batch.asked.append((row.position, row.line, row.raw))
        return batch

    def keep(self, batch: _Batch, parsed: ParsedBatch) -> None:
        """Write these records in one transaction."""
        now = timezone.now()
        named = dict(zip((position for position, _, _ in batch.asked), parsed.named, strict=True)) | batch.refused
        for row in batch.rows:
            self._settle(row, named.get(row.position, row.origin_id))
        self.spill.keep(parsed.pickled, last=batch.rows[-1].position)
        try:
            with transaction.atomic():
                insert_values(HarvestItem, COLUMNS, [(self.run.pk, now, *row.told()) for row in batch.rows])
        except IntegrityError as error:
            raise Refused("import_running", source=self.run.source.slug) from error
        self.position = batch.rows[-1].position

    def _settle(self, row: _Row, said: str | Refusal) -> None:
        """What became of a record: its identifier, unless it gives nothing or another of the file bears it."""
        if isinstance(said, Refusal):
            _fail(row, said)
            return
        row.origin_id = self._next_part(said) if said in self.seen and self.connector.repeats else said
        if row.origin_id in self.seen:
            facts = {"line": str(self.seen[row.origin_id])}
            _fail(row, Refusal(line=row.line, expected="once_in_file", value=row.origin_id, facts=facts))
        else:
            self.seen[row.origin_id] = row.line

    def _next_part(self, name: str) -> str:
        """`name~2`, `name~3`… for the next part of a record that its source lists part by part."""
        whole = name.partition(PART)[0]
        return next(part for place in count(2) if (part := f"{whole}{PART}{place}") not in self.seen)


def _fail(row: _Row, refusal: Refusal) -> None:
    row.state, row.origin_id = ItemState.FAILED, ""
    row.error = refusal.expected
    row.error_facts = {"column": refusal.column, "value": refusal.value, "facts": dict(refusal.facts)}


def _batches(items: Iterator[RawItem | Refusal], *, after: int) -> Iterator[list[RawItem | Refusal]]:
    rest = islice(items, after, None)
    while batch := list(islice(rest, BATCH)):
        yield batch
