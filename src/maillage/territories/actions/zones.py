"""Zones made of other places: those of the facts, and those people make from a pasted list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.closure import Closure
from maillage.core.errors import Invalid, Refused
from maillage.core.territory import read_codes, split_pasted
from maillage.core.text.folding import fold
from maillage.core.wording import error_sentence
from maillage.storage.fields import join_codes
from maillage.territories.actions.changing import changed_since
from maillage.territories.actions.writing import (
    BATCH,
    TerritoryRow,
    bump,
    compose,
    ids_by_code,
    named_elsewhere,
    upsert,
)
from maillage.territories.files import FACTS, ZoneLine, read_zones
from maillage.territories.models import Composition, Territory, TerritoryKind
from maillage.territories.queries import Geography, geography

LONGEST_CODE = 64
MADE_BY_PEOPLE = "Liste fournie par un membre"
IN_TABLES = (TerritoryKind.ZONE, TerritoryKind.CRTE, TerritoryKind.PETR, TerritoryKind.QPV)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesLoaded:
    """What a load of zones did; `unread`: (zone, member) pairs whose member names no place.

    `removed`: zones of an earlier load that the tables no longer have and no sheet names.
    """

    zones: int
    compositions: int
    removed: int
    unread: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneMade:
    """A new zone; `replaced`: (what was written, code of the commune taken instead) for former and smaller places."""

    zone: Territory
    communes: int
    replaced: tuple[tuple[str, str], ...]


@transaction.atomic
def load_zones(*, folder: Path = FACTS, by: User | None = None) -> ZonesLoaded:
    """Make the zones of `folder` those of its tables; zones made by people stay as they are.

    Members that name no place are reported, the rest of the zone is kept. A zone that left the tables goes, unless a
    sheet names it; one that a list at least as recent changed since stays as it is. Idempotent.
    """
    here = geography()
    listed = list(read_zones(folder))
    newer = changed_since(listed)
    lines = [line for line in listed if line.code not in newer]
    members = {line.code: _read_members(line, here) for line in lines}
    upsert(_row(line, communes=members[line.code][0], here=here) for line in lines)
    ids = ids_by_code()
    zones = [line for line in lines if line.kind != TerritoryKind.QPV]
    _clear([ids[line.code] for line in zones])
    count = compose((ids[line.code], ids[commune]) for line in zones for commune in members[line.code][0])
    removed = _retire({line.code for line in listed})
    bump()
    record_events(by=by, happened=[Happened(verb=Verb.IMPORTED, target_type="geography", target_key="zones")])
    unread = tuple((line.code, text) for line in lines for text in members[line.code][1])
    return ZonesLoaded(zones=len(lines), compositions=count, removed=removed, unread=unread)


@transaction.atomic
def make_zone(*, name: str, codes_text: str, by: User | None = None) -> ZoneMade:
    """A new zone made of the places whose INSEE codes, SIREN or typed codes are in `codes_text`.

    Raises Invalid("zone_codes_refused") naming each code that will not do and why, Invalid("zone_empty"),
    Invalid("zone_name_missing") or Refused("zone_exists"); nothing is written then.
    """
    here = geography()
    code = _free_code(name)
    taken = _accepted(split_pasted(codes_text), here)
    communes = sorted({commune for place in taken.values() for commune in here.closure.communes(place)})
    zone = Territory(
        code=code,
        kind=TerritoryKind.ZONE,
        name=" ".join(name.split()),
        population=_population(communes, here),
        source=MADE_BY_PEOPLE,
    )
    zone.save()
    ids = dict(Territory.objects.filter(kind=TerritoryKind.COMMUNE).values_list("code", "id"))
    compose((zone.pk, ids[commune]) for commune in communes)
    bump()
    snapshot = {"code": code, "name": zone.name, "communes": communes}
    happened = Happened(verb=Verb.CREATED, target_type="territory", target_key=code, snapshot=snapshot)
    record_events(by=by, happened=[happened])
    return ZoneMade(zone=zone, communes=len(communes), replaced=_replaced(taken, here))


def _read_members(line: ZoneLine, here: Geography) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Communes of a zone in order, and the members that name no place."""
    communes: list[str] = []
    unread: list[str] = []
    for text, read in read_codes(line.members, book=here.book):
        if isinstance(read, Refused):
            unread.append(text)
        else:
            communes += here.closure.communes(read)
    return tuple(dict.fromkeys(communes)), tuple(unread)


def _row(line: ZoneLine, *, communes: Sequence[str], here: Geography) -> TerritoryRow:
    quarter = line.kind == TerritoryKind.QPV
    return TerritoryRow(
        code=line.code,
        kind=line.kind,
        name=line.name,
        population=None if quarter else _population(communes, here),
        parent_id=here.ids[communes[0]] if quarter and communes else None,
        also_in=join_codes(communes[1:] if quarter else ()),
        postcodes="",
        department="",
        region="",
        epci="",
        siren=line.code.removeprefix("PETR-") if line.kind == TerritoryKind.PETR else "",
        source=line.source,
        licence=line.licence,
        as_of=line.as_of,
    )


def _population(communes: Iterable[str], here: Geography) -> int:
    return sum(here.population_of(commune) or 0 for commune in communes)


def _clear(zones: Sequence[int]) -> None:
    for start in range(0, len(zones), BATCH):
        Composition.objects.filter(zone_id__in=zones[start : start + BATCH]).delete()


def _retire(codes: Set[str]) -> int:
    """Remove the zones of the facts that are not among these codes and that no sheet names; returns how many."""
    zones = Territory.objects.filter(kind__in=IN_TABLES).exclude(source=MADE_BY_PEOPLE).values_list("code", "pk")
    gone = [key for code, key in zones if code not in codes]
    unused = sorted(set(gone) - named_elsewhere(gone))
    for start in range(0, len(unused), BATCH):
        Territory.objects.filter(pk__in=unused[start : start + BATCH]).delete()
    return len(unused)


def _free_code(name: str) -> str:
    """The code of a zone of this name. Raises when the name is empty or taken."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
    if not slug:
        raise Invalid("zone_name_missing")
    code = f"ZONE-{slug}"[:LONGEST_CODE].rstrip("-")
    if Territory.objects.filter(code=code).exists():
        raise Refused("zone_exists", value=code)
    return code


def _accepted(pieces: Sequence[str], here: Geography) -> Mapping[str, str]:
    """The typed code of each piece. Raises naming every piece that has none."""
    if not pieces:
        raise Invalid("zone_empty")
    taken: dict[str, str] = {}
    refused: list[str] = []
    for piece, read in read_codes(pieces, book=here.book):
        if isinstance(read, Refused):
            refused.append(error_sentence(read).rstrip("."))
        else:
            taken[piece] = read
    if refused:
        raise Invalid("zone_codes_refused", refused=refused)
    return taken


def _replaced(taken: Mapping[str, str], here: Geography) -> tuple[tuple[str, str], ...]:
    closure: Closure = here.closure
    found = []
    for piece, code in taken.items():
        digits = re.sub(r"\W", "", piece.rpartition("-")[2])
        if here.place(code).kind in {"COMD", "ARM", "QPV"}:
            found.append((piece, closure.communes(code)[0]))
        elif code.startswith("COM-") and digits in here.book.successors:
            found.append((piece, code))
    return tuple(found)
