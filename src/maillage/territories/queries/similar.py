"""Territories that look like one: same kind, about as many people, as dense, in the same programmes."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

import numpy as np

from maillage.core.similar import Crowd, Profile, Similar, nearest
from maillage.territories.queries.memory import Geography, geography

COMPARED = 60
"""Places whose zones are read, the nearest by people and density: reading those of all would take seconds."""

COMPARABLE = ("COM", "EPCI", "EPT", "DEP", "REG")
PROGRAMMES = ("ZONE-", "CRTE-", "PETR-")
"""Zones that say what kind of place it is; a contract or a pole is its own, so only having one counts."""


@lru_cache(maxsize=1)
def density_levels() -> dict[str, int]:
    """Commune → level of Insee's density grid, from 1 (dense) to 7; of merged communes, the densest."""
    text = files("maillage.territories").joinpath("facts/density.csv").read_text(encoding="utf-8")
    csv.field_size_limit(1_000_000)
    levels: dict[str, int] = {}
    for row in csv.DictReader(text.splitlines()):
        for code in row["communes"].split("|"):
            levels.setdefault(f"COM-{code}", int(row["level"]))
    return levels


def density_of(here: Geography, code: str) -> float | None:
    """Mean density level of the inhabitants of a place, None when no commune of it has one."""
    levels = density_levels()
    if code in levels:
        return float(levels[code])
    known = [(levels[each], here.population_of(each) or 0) for each in here.closure.communes(code) if each in levels]
    people = sum(count for _, count in known)
    if not known:
        return None
    return sum(level * count for level, count in known) / people if people else float(np.mean([x for x, _ in known]))


def similar_places(code: str, *, most: int = 5) -> list[Similar]:
    """The places of the same kind that look most like this one; none for a kind that is not compared."""
    here = geography()
    kind = here.place(code).kind
    if kind not in COMPARABLE:
        return []
    asked = _profile(here, code)
    close = _crowd(here, kind).nearest(asked, most=COMPARED + 1)
    return nearest(asked, (_profile(here, other) for other in close), most=most)


def _profile(here: Geography, code: str) -> Profile:
    place = here.place(code)
    found = {_kind_of_zone(each) for each in here.closure.containing(code) if each != code}
    return Profile(
        code=code,
        name=place.name,
        population=place.population or 0,
        density=density_of(here, code),
        zones=frozenset(found - {""}),
    )


def _kind_of_zone(code: str) -> str:
    """A programme or a zoning by its code; a contract or a pole by its kind; an arrondissement says nothing."""
    if code.startswith("ZONE-"):
        return "" if code.startswith(("ZONE-arr-", "ZONE-dep-")) else code
    return code.partition("-")[0] if code.startswith(PROGRAMMES) else ""


_kept: tuple[Geography | None, dict[str, Crowd]] = (None, {})


def _crowd(here: Geography, kind: str) -> Crowd:
    """Every place of a kind, read once for each state of the geography."""
    global _kept
    if _kept[0] is not here:
        _kept = (here, {})
    kept = _kept[1]
    if kind not in kept:
        codes = sorted(code for code, row in here.rows.items() if row[2] == kind)
        people = [here.population_of(code) or 0 for code in codes]
        kept[kind] = Crowd(codes, people, [density_of(here, code) for code in codes])
    return kept[kind]
