"""Reads of the harvest: which sources we know, what a file is, what was read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path

from django.db.models import Count

from maillage.connectors.connector import Connector
from maillage.connectors.files.opened import OpenedFile, open_file
from maillage.connectors.limits import LARGE, USUAL
from maillage.connectors.parsed import Change, Parsed, ParsedProgramme, RawItem, Refusal
from maillage.connectors.registry import REGISTRY, known_columns, recognise
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
    "ParsedProgramme",
    "RawItem",
    "Refusal",
    "connector_named",
    "connector_of",
    "counts_of",
    "echelon_of",
    "open_large_file",
    "open_usual_file",
    "packs",
    "parsed_items",
    "previous_run",
    "recognise",
    "table_connector",
]


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
    return REGISTRY[slug]


def connector_of(source: Source) -> Connector:
    """How this source is read. Raises Unknown("source_unknown")."""
    if source.connector == TABLE.slug:
        return table_connector(slug=source.slug, name=source.name, mapping=source.mapping, licence=source.licence)
    return connector_named(source.connector)


def packs(folder: Path) -> Iterator[Pack]:
    """The files of the packs we have a mapping for, in the order they are best read, present or not."""
    text = files(__package__).joinpath("packs.toml").read_text(encoding="utf-8")
    for entry in tomllib.loads(text)["pack"]:
        yield Pack(path=folder / entry["file"], connector=entry["connector"], as_of=entry["as_of"])


def parsed_items(run: HarvestRun, *, after: int, limit: int) -> list[tuple[HarvestItem, list[Parsed]]]:
    """The items of a run after this position, with what parsing gives again; failed and skipped ones give nothing."""
    connector = connector_of(run.source)
    told = replace(connector.told, as_of=run.as_of)
    items = run.items.filter(position__gt=after).order_by("position")[:limit]
    return [
        (
            item,
            list(connector.parse(bytes(item.raw), line=item.line, told=told)) if item.state == ItemState.DONE else [],
        )
        for item in items
    ]


def previous_run(run: HarvestRun) -> HarvestRun | None:
    """The last complete run of the same source before this one."""
    done = HarvestRun.objects.filter(source=run.source, state=RunState.DONE, pk__lt=run.pk)
    return done.order_by("-pk").first()


def counts_of(run: HarvestRun) -> dict[str, int]:
    """How many items of this run are in each state."""
    rows = run.items.values("state").order_by("state").annotate(count=Count("id"))
    return dict.fromkeys(ItemState.values, 0) | {row["state"]: row["count"] for row in rows}
