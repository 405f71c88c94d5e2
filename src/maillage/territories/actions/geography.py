"""Load a vintage of the official geography: all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.storage.fields import join_codes
from maillage.territories.actions.writing import (
    BATCH,
    Ids,
    TerritoryRow,
    bump,
    compose,
    ids_by_code,
    named_elsewhere,
    upsert,
)
from maillage.territories.files import FACTS, PlaceLine, read_former_codes, read_places
from maillage.territories.models import Composition, Successor, Territory, TerritoryKind

VINTAGE = "2026"
AS_OF = dt.date(2026, 1, 1)
SOURCE = "Insee, DGCL et La Poste, découpage administratif d’Etalab"
LICENCE = "Licence Ouverte 2.0"
PARTS = (TerritoryKind.FORMER, TerritoryKind.DISTRICT)
CONTAINERS = (
    TerritoryKind.EPT,
    TerritoryKind.EPCI,
    TerritoryKind.DEPARTMENT,
    TerritoryKind.REGION,
    TerritoryKind.COLLECTIVITY,
    TerritoryKind.COUNTRY,
)
OFFICIAL = (*PARTS, TerritoryKind.COMMUNE, *CONTAINERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load did: places of each kind, compositions, former codes, places removed or kept though gone."""

    places: dict[str, int]
    compositions: int
    former_codes: int
    removed: int
    kept: tuple[str, ...]


@transaction.atomic
def load_geography(*, folder: Path = FACTS, vintage: str = VINTAGE, by: User | None = None) -> Loaded:
    """Make the official geography that of `folder`, keeping the zones people made.

    Running it again changes nothing but the revision. A place that is gone is removed, unless a sheet still names it:
    a gone commune then becomes a part of its successor, another place keeps the communes it had.
    Raises UnreadableFile or UnreadableRecord, and then nothing has changed.
    """
    lines = list(read_places(folder))
    former = list(read_former_codes(folder))
    ids = _write_places(lines)
    removed, kept = _retire(lines, former=former, ids=ids)
    compositions = _write_compositions(lines, ids=ids)
    Successor.objects.all().delete()
    successors = [Successor(old_code=old, name=name, commune_id=ids[commune]) for old, name, commune in former]
    Successor.objects.bulk_create(successors, batch_size=BATCH)
    bump(vintage)
    record_events(by=by, happened=[Happened(verb=Verb.IMPORTED, target_type="geography", target_key=vintage)])
    return Loaded(
        places=dict(Counter(line.kind for line in lines)),
        compositions=compositions,
        former_codes=len(successors),
        removed=removed,
        kept=kept,
    )


def _write_places(lines: Sequence[PlaceLine]) -> Ids:
    """Communes and what contains them first, so that parts find their commune."""
    people = _inhabitants(lines)
    upsert(_row(line, people=people, parents={}) for line in lines if not line.parent)
    parents = ids_by_code()
    upsert(_row(line, people=people, parents=parents) for line in lines if line.parent)
    return ids_by_code()


def _inhabitants(lines: Iterable[PlaceLine]) -> dict[str, int]:
    """Inhabitants of the départements, régions, collectivités and country: the sum of their communes."""
    people: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.kind == TerritoryKind.COMMUNE:
            for container in line.containers:
                people[container] += line.population or 0
    return people


def _row(line: PlaceLine, *, people: dict[str, int], parents: Ids) -> TerritoryRow:
    counted = people.get(line.code) or None
    return TerritoryRow(
        code=line.code,
        kind=line.kind,
        name=line.name,
        population=counted if line.population is None else line.population,
        siren=line.siren,
        postcodes=join_codes(line.postcodes),
        parent_id=parents[line.parent] if line.parent else None,
        also_in="",
        department=line.department,
        region=line.region,
        epci=line.epci,
        source=SOURCE,
        licence=LICENCE,
        as_of=AS_OF,
    )


def _write_compositions(lines: Iterable[PlaceLine], *, ids: Ids) -> int:
    codes = {line.code for line in lines if line.kind in CONTAINERS}
    current = [ids[code] for code in codes]
    for start in range(0, len(current), BATCH):
        Composition.objects.filter(zone_id__in=current[start : start + BATCH]).delete()
    return compose(_pairs(lines, ids=ids))


def _pairs(lines: Iterable[PlaceLine], *, ids: Ids) -> Iterator[tuple[int, int]]:
    for line in lines:
        if line.kind == TerritoryKind.COMMUNE:
            yield from ((ids[container], ids[line.code]) for container in line.containers)


def _retire(
    lines: Iterable[PlaceLine], *, former: Iterable[tuple[str, str, str]], ids: Ids
) -> tuple[int, tuple[str, ...]]:
    """Remove the places this vintage no longer has; returns how many, and the codes kept because a sheet names them."""
    codes = {line.code for line in lines}
    official = Territory.objects.filter(kind__in=OFFICIAL).values_list("code", "pk")
    gone = {code: key for code, key in official if code not in codes}
    heirs = {f"COM-{old}": ids[commune] for old, _, commune in former}
    for code in gone.keys() & heirs.keys():
        _bequeath(gone[code], heir=heirs[code])
    named = named_elsewhere(list(gone.values()))
    kept = tuple(sorted(code for code, key in gone.items() if key in named))
    Territory.objects.filter(pk__in=set(gone.values()) - named).delete()
    for code in kept:
        if code in heirs:
            Composition.objects.filter(commune_id=gone[code]).delete()
            Territory.objects.filter(code=code).update(kind=TerritoryKind.FORMER, parent_id=heirs[code])
    return len(gone) - len(kept), kept


def _bequeath(gone: int, *, heir: int) -> None:
    """Zones that had the gone commune now have its heir, and its parts now lie in the heir."""
    zones = Composition.objects.filter(commune_id=gone).exclude(zone__kind__in=CONTAINERS)
    compose([(zone, heir) for zone in zones.values_list("zone_id", flat=True)])
    Territory.objects.filter(parent_id=gone).update(parent_id=heir)
