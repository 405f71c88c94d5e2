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
    close = _kept(here).crowd(kind).nearest(asked, most=COMPARED + 1)
    return nearest(asked, (_profile(here, other) for other in close), most=most)


def _profile(here: Geography, code: str) -> Profile:
    place = here.place(code)
    found = {_kind_of_zone(each) for each in here.closure.containing(code) if each != code}
    return Profile(
        code=code,
        name=place.name,
        population=place.population or 0,
        density=_kept(here).density(code),
        zones=frozenset(found - {""}),
    )


def _kind_of_zone(code: str) -> str:
    """A programme or a zoning by its code; a contract or a pole by its kind; an arrondissement says nothing."""
    if code.startswith("ZONE-"):
        return "" if code.startswith(("ZONE-arr-", "ZONE-dep-")) else code
    return code.partition("-")[0] if code.startswith(PROGRAMMES) else ""


class _Kept:
    """What is worked out once for each state of the geography: a region has up to 4 000 communes to read."""

    def __init__(self, here: Geography) -> None:
        self.here = here
        self._crowds: dict[str, Crowd] = {}
        self._densities: dict[str, float | None] = {}

    def density(self, code: str) -> float | None:
        """Mean density level of the inhabitants of a place."""
        if code not in self._densities:
            self._densities[code] = density_of(self.here, code)
        return self._densities[code]

    def crowd(self, kind: str) -> Crowd:
        """Every place of a kind."""
        if kind not in self._crowds:
            codes = sorted(code for code, row in self.here.rows.items() if row[2] == kind)
            people = [self.here.population_of(code) or 0 for code in codes]
            self._crowds[kind] = Crowd(codes, people, [self.density(code) for code in codes])
        return self._crowds[kind]


_held: list[_Kept] = []


def _kept(here: Geography) -> _Kept:
    if not _held or _held[0].here is not here:
        _held[:] = [_Kept(here)]
    return _held[0]
