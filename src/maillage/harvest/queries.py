"""Reads of the harvest: which sources we know, what a file is, what was read."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Q

from maillage.connectors.connector import Connector, at_home, at_place
from maillage.connectors.files.opened import OpenedFile, open_file
from maillage.connectors.limits import LARGE, USUAL
from maillage.connectors.parsed import (
    Change,
    Parsed,
    ParsedGrant,
    ParsedOrganisation,
    ParsedPresence,
    ParsedProgramme,
    RawItem,
    Refusal,
)
from maillage.connectors.registry import REGISTRY, known_columns
from maillage.connectors.registry import recognise as recognise_columns
from maillage.connectors.table.connector import CONNECTOR as TABLE
from maillage.connectors.table.connector import table_connector
from maillage.connectors.zones import echelon_of
from maillage.core.errors import Unknown
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState, RunState, Source

__all__ = [
    "Change",
    "Connector",
    "OpenedFile",
    "Pack",
    "Parsed",
    "ParsedGrant",
    "ParsedOrganisation",
    "ParsedPresence",
    "ParsedProgramme",
    "RawItem",
    "Refusal",
    "WaysOfReading",
    "connector_named",
    "connector_of",
    "counts_of",
    "echelon_of",
    "names_of_origins",
    "open_large_file",
    "open_usual_file",
    "packs",
    "parsed_items",
    "parsed_named",
    "previous_run",
    "recognise",
    "table_connector",
]


READ_AT_ONCE = 500
"""Records whose sheets are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One file of a folder of packs, and the source that reads it. `as_of`: the day of the file."""

    path: Path
    connector: str
    as_of: date


def open_usual_file(path: Path, *, wanted: frozenset[str] = frozenset()) -> OpenedFile:
    """What the file is, within the usual bounds. Raises UnreadableFile, OSError."""
    return open_file(path, wanted=wanted or known_columns(), limits=USUAL)


def open_large_file(path: Path, *, wanted: frozenset[str] = frozenset()) -> OpenedFile:
    """What the file is, when a person says that it is large on purpose. Raises UnreadableFile, OSError."""
    return open_file(path, wanted=wanted or known_columns(), limits=LARGE)


def connector_named(slug: str) -> Connector:
    """The source we ship under this name. Raises Unknown("source_unknown") with the names we know."""
    if slug not in REGISTRY:
        raise Unknown("source_unknown", value=slug, known=sorted(REGISTRY))
    return at_home(REGISTRY[slug], settings.SITE_URL)


def recognise(columns: Iterable[str]) -> Connector | None:
    """The source whose columns these are, None when we know none."""
    found = recognise_columns(columns)
    return at_home(found, settings.SITE_URL) if found else None


def connector_of(source: Source) -> Connector:
    """How this source is read. Raises Unknown("source_unknown")."""
    if source.connector == TABLE.slug:
        return table_connector(slug=source.slug, name=source.name, mapping=source.mapping, licence=source.licence)
    connector = connector_named(source.connector)
    if source.slug == connector.slug:
        return connector
    return at_place(connector, slug=source.slug, name=source.name, licence=source.licence)


def names_of_origins() -> dict[str, str]:
    """What the sheets of each source call their origin → its name; of two files of one origin, the name they share."""
    names: dict[str, str] = {}
    for source in Source.objects.only("slug", "connector", "name").order_by("slug"):
        shipped = REGISTRY.get(source.slug)
        origin = shipped.origin if shipped else source.slug
        names[origin] = shipped.source_name if shipped and origin in names else source.name
    return names


def packs(folder: Path) -> Iterator[Pack]:
    """The files of the packs we have a mapping for, in the order they are best read, present or not."""
    text = files(__package__).joinpath("packs.toml").read_text(encoding="utf-8")
    for entry in tomllib.loads(text)["pack"]:
        yield Pack(path=folder / entry["file"], connector=entry["connector"], as_of=entry["as_of"])


def parsed_items(run: HarvestRun, *, after: int, limit: int) -> list[tuple[HarvestItem, list[Parsed]]]:
    """The items of a run after this position, with what they give; failed and skipped ones give nothing.

    What this process parsed while reading the run is found again, not parsed again; so these items come without bytes.
    """
    items = list(run.items.filter(position__gt=after).defer("raw").order_by("position")[:limit])
    parsed = _parsed(run, [item.position for item in items if item.state == ItemState.DONE])
    return [(item, parsed.get(item.position, [])) for item in items]


def parsed_named(run: HarvestRun, *, known: Collection[str]) -> Iterator[tuple[str, list[Parsed]]]:
    """What the items of a run give, by their identifier, those with a `known` one left out without being read."""
    rows = run.items.filter(state=ItemState.DONE).order_by("position").values_list("position", "origin_id")
    named = [(position, name) for position, name in rows.iterator(chunk_size=5000) if name not in known]
    for start in range(0, len(named), READ_AT_ONCE):
        some = dict(named[start : start + READ_AT_ONCE])
        parsed = _parsed(run, list(some))
        yield from ((name, parsed[position]) for position, name in some.items() if position in parsed)


def _parsed(run: HarvestRun, positions: Sequence[int]) -> dict[int, list[Parsed]]:
    """What the records at these positions give, found again where this process parsed them."""
    found = {position: run.spill.find(position) for position in positions} if run.spill else {}
    missing = [position for position in positions if found.get(position) is None]
    parsed = {position: said for position, said in found.items() if said is not None}
    return parsed | (_parsed_again(run, missing) if missing else {})


def _parsed_again(run: HarvestRun, positions: Sequence[int]) -> dict[int, list[Parsed]]:
    connector = connector_of(run.source)
    told = replace(connector.told, as_of=run.as_of)
    rows = run.items.filter(position__range=(min(positions), max(positions)), state=ItemState.DONE)
    return {
        position: list(connector.parse(bytes(raw), line=line, told=told))
        for position, raw, line in rows.values_list("position", "raw", "line")
    }


def previous_run(run: HarvestRun) -> HarvestRun | None:
    """The last complete run of the same source before this one."""
    done = HarvestRun.objects.filter(source=run.source, state=RunState.DONE, pk__lt=run.pk)
    return done.order_by("-pk").first()


def is_first_of_source(run: HarvestRun) -> bool:
    """Whether its source was never read before: then it never told anything, and nobody decided on it."""
    return not HarvestRun.objects.filter(source=run.source_id).exclude(pk=run.pk).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many records a run met, how many could be read, how many could not (those refused on purpose left out)."""

    records: int
    readable: int
    unreadable: int


ON_PURPOSE = ("refused_by_mapping", "once_in_file")
"""Failures that hide no sheet; after any other, a sheet that is missing may be the one that could not be read."""


def is_damaged(run: HarvestRun) -> bool:
    """Whether a record of this run could not be read: what is missing from it may be that one."""
    return run.items.filter(state=ItemState.FAILED).exclude(error__in=ON_PURPOSE).exists()


def tally(run: HarvestRun) -> Tally:
    """The records of a run, the gone left out."""
    rows = run.items.exclude(state=ItemState.GONE)
    found = rows.aggregate(
        records=Count("id"),
        readable=Count("id", filter=Q(state__in=[ItemState.DONE, ItemState.SKIPPED])),
        unreadable=Count("id", filter=Q(state=ItemState.FAILED) & ~Q(error__in=ON_PURPOSE)),
    )
    return Tally(**found)


def unfinished_run(source: Source) -> HarvestRun | None:
    """The run of an answer of this source that a process left half-way, the oldest first."""
    rows = HarvestRun.objects.filter(source=source, state__in=[RunState.RUNNING, RunState.READ]).exclude(url="")
    return rows.order_by("pk").first()


def due_sources(now: dt.datetime) -> list[Source]:
    """The enabled sources whose time has come, those that have waited longest first."""
    rows = Source.objects.filter(enabled=True).order_by("last_tried_at", "slug")
    return [source for source in rows if (moment := next_time(source)) is None or moment <= now]


def enabled_sources() -> list[Source]:
    """The sources that are read by themselves, by name."""
    return list(Source.objects.filter(enabled=True).order_by("name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOfReading:
    """What may be added as a source, `(kind, name)`: `many`, as often as there are places; `once`, not known yet."""

    many: tuple[tuple[str, str], ...]
    once: tuple[tuple[str, str], ...]


def ways_of_reading() -> WaysOfReading:
    """The connectors a person may add a source of, by name."""
    known = set(Source.objects.values_list("slug", flat=True))
    by_name = sorted(REGISTRY.values(), key=lambda connector: connector.name)
    return WaysOfReading(
        many=tuple((one.slug, one.name) for one in by_name if one.one_per_place),
        once=tuple((one.slug, one.name) for one in by_name if not one.one_per_place and one.slug not in known),
    )


def readings_of(source: Source, *, limit: int) -> list[HarvestRun]:
    """The last readings of a source, the latest first."""
    return list(HarvestRun.objects.filter(source=source).order_by("-pk")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source is doing. `last`: its latest run, with its items by state, in words; `next_at`: when it is asked."""

    source: Source
    last: HarvestRun | None
    counts: tuple[tuple[str, int], ...]
    next_at: dt.datetime | None


def sources_health() -> list[SourceHealth]:
    """Every source, by name, in the same number of queries however many there are."""
    rows = list(Source.objects.order_by("name"))
    latest = HarvestRun.objects.values("source").annotate(last=Max("pk")).values("last")
    runs = {run.source_id: run for run in HarvestRun.objects.filter(pk__in=latest)}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    grouped = HarvestItem.objects.filter(run__in=[run.pk for run in runs.values()]).values_list("run", "state")
    for run, state, count in grouped.annotate(count=Count("id")).order_by("run", "state"):
        counts[run][state] = count
    return [
        SourceHealth(
            source=source,
            last=(run := runs.get(source.pk)),
            counts=_in_words(counts[run.pk]) if run else (),
            next_at=next_time(source) if source.enabled else None,
        )
        for source in rows
    ]


def _in_words(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((str(state.label), counts[state]) for state in ItemState if counts.get(state))


def next_time(source: Source) -> dt.datetime | None:
    """When an enabled source is asked again; None when it has never been."""
    return source.last_tried_at + dt.timedelta(hours=source.every_hours) if source.last_tried_at else None


def counts_of(run: HarvestRun) -> dict[str, int]:
    """How many items of this run are in each state."""
    rows = run.items.values("state").order_by("state").annotate(count=Count("id"))
    return dict.fromkeys(ItemState.values, 0) | {row["state"]: row["count"] for row in rows}
