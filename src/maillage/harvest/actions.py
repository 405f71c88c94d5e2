"""The only writers of the harvest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from maillage.accounts.models import User
from maillage.connectors.connector import Connector
from maillage.connectors.files.opened import OpenedFile
from maillage.connectors.parsed import Parsed, RawItem, Refusal
from maillage.connectors.table.connector import CONNECTOR as TABLE
from maillage.core.errors import MaillageError, Refused
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState, RunState, Source
from maillage.harvest.queries import connector_of, previous_run
from maillage.harvest.spill import Spill
from maillage.storage.rows import insert_rows

BATCH = 200
"""Records kept per transaction: a killed run loses at most the batch it was writing."""

ON_PURPOSE = ("refused_by_mapping", "once_in_file")
"""Failures that hide no sheet; after any other, a sheet that is missing may be the one that could not be read."""
Progress = Callable[[int], None]


@transaction.atomic
def keep_source(connector: Connector) -> Source:
    """The row of a source, made or brought up to date with what the connector says of it."""
    own = connector.own_mapping.text if connector.own_mapping else ""
    source, _ = Source.objects.update_or_create(
        slug=connector.slug,
        defaults={
            "name": connector.name,
            "connector": TABLE.slug if own else connector.slug,
            "mapping": own,
            "licence": connector.licence,
            "url": connector.url,
            "rhythm": connector.rhythm,
        },
    )
    return source


def run(
    *,
    source: Source,
    file: OpenedFile,
    by: User | None,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> HarvestRun:
    """Keep every record of the file, raw, with what became of it, by transactions of 200.

    A run that was killed goes on where it stopped: no record lost, none twice. A malformed record is kept as failed
    and stops nothing. When the source lists all it knows, what it no longer lists is kept as gone.
    Raises Refused("import_running") when another process reads the same file; UnreadableFile when the file turns out
    not to be what it says, what was read before being kept.
    """
    connector = connector_of(source)
    current = _open_run(source=source, file=file, by=by, as_of=as_of, recipe=connector.recipe)
    if current.state == RunState.READ:
        return current
    reading = _Reading(current, connector)
    try:
        for batch in _batches(file.items(), after=reading.position):
            reading.keep(batch)
            if progress:
                progress(reading.position)
    except MaillageError as error:
        _fail(current, error)
        raise
    current.spill = reading.spill
    return _finish(current, connector)


@transaction.atomic
def close(current: HarvestRun) -> HarvestRun:
    """Everything to propose from this run has been proposed."""
    current.state = RunState.DONE
    current.finished_at = timezone.now()
    current.save(update_fields=["state", "finished_at"])
    return current


def _open_run(*, source: Source, file: OpenedFile, by: User | None, as_of: date | None, recipe: str) -> HarvestRun:
    """The run that was reading this file the same way, else a new one."""
    same = HarvestRun.objects.filter(
        source=source, file_sha256=file.sha256, recipe=recipe, state__in=[RunState.RUNNING, RunState.READ]
    )
    return same.first() or HarvestRun.objects.create(
        source=source,
        by=by,
        file_name=file.path.name[:255],
        file_sha256=file.sha256,
        file_size=file.size,
        recipe=recipe,
        as_of=as_of,
        found=[[reason.code, dict(reason.facts)] for reason in file.reasons],
    )


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
            row = self._row(item, parsed)
            row.harvested_at = now
            rows.append(row)
        self.spill.keep(parsed)
        try:
            with transaction.atomic():
                insert_rows(rows)
        except IntegrityError as error:
            raise Refused("import_running", source=self.run.source.slug) from error

    def _row(self, item: RawItem | Refusal, kept: dict[int, list[Parsed]]) -> HarvestItem:
        row = HarvestItem(run=self.run, position=self.position, line=item.line, raw=item.raw, state=ItemState.DONE)
        row.sha256 = hashlib.sha256(item.raw).hexdigest()
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
        if row.origin_id in self.seen:
            facts = {"line": str(self.seen[row.origin_id])}
            return _failed(row, Refusal(line=item.line, expected="once_in_file", value=row.origin_id, facts=facts))
        self.seen[row.origin_id] = item.line
        return row


def _failed(row: HarvestItem, refusal: Refusal) -> HarvestItem:
    row.state, row.origin_id = ItemState.FAILED, ""
    row.error = refusal.expected
    row.error_facts = {"column": refusal.column, "value": refusal.value, "facts": dict(refusal.facts)}
    return row


def _batches(items: Iterator[RawItem | Refusal], *, after: int) -> Iterator[list[RawItem | Refusal]]:
    rest = islice(items, after, None)
    while batch := list(islice(rest, BATCH)):
        yield batch


@transaction.atomic
def _fail(current: HarvestRun, error: MaillageError) -> None:
    current.state = RunState.FAILED
    current.error = error.code
    current.error_facts = {name: str(value) for name, value in error.facts.items()}
    current.finished_at = timezone.now()
    current.save(update_fields=["state", "error", "error_facts", "finished_at"])


@transaction.atomic
def _finish(current: HarvestRun, connector: Connector) -> HarvestRun:
    damaged = current.items.filter(state=ItemState.FAILED).exclude(error__in=ON_PURPOSE).exists()
    if connector.is_whole and not damaged and (previous := previous_run(current)):
        _keep_gone(current, previous)
    current.state = RunState.READ
    current.save(update_fields=["state"])
    return current


def _keep_gone(current: HarvestRun, previous: HarvestRun) -> None:
    """What the source listed last time and no longer lists."""
    kept = [ItemState.DONE, ItemState.SKIPPED]
    here = set(current.items.filter(state__in=kept).values_list("origin_id", flat=True))
    listed = previous.items.filter(state__in=kept).order_by("position").values_list("origin_id", flat=True)
    last = current.items.aggregate(last=Max("position"))["last"] or 0
    now = timezone.now()
    gone = [name for name in listed if name not in here]
    insert_rows(
        [
            HarvestItem(run=current, position=last + place, state=ItemState.GONE, origin_id=name, harvested_at=now)
            for place, name in enumerate(gone, start=1)
        ]
    )
