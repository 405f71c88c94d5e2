"""The reference geography as coverage needs it: communes in order, and the places they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from maillage.core.coverage import Ground, line_of
from maillage.territories.queries import geography

CODE, KIND, POPULATION, DEPARTMENT, REGION, EPCI = 1, 2, 4, 8, 9, 10
"""Columns of the rows that `territories` keeps in memory."""


@dataclass(frozen=True, eq=False, repr=False)
class Reference:
    """The ground, the vintage, and in which place of each level any commune, EPCI, département or région is."""

    ground: Ground
    vintage: str
    places: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def places_of(self, code: str) -> tuple[tuple[str, str], ...]:
        """Level → place; nothing for what is wider than a région, or no place."""
        return self.places.get(code, ())


def reference() -> Reference:
    """The geography as the database has it now."""
    here = geography()
    rows = [row for row in here.rows.values() if row[KIND] == "COM"]
    levels: dict[str, dict[str, str]] = {
        "REG": {row[CODE]: _above("REG", row[REGION], here.rows) for row in rows if row[REGION]},
        "DEP": {row[CODE]: _above("DEP", row[DEPARTMENT], here.rows) for row in rows if row[DEPARTMENT]},
        "EPCI": {row[CODE]: f"EPCI-{row[EPCI]}" for row in rows if row[EPCI]},
    }
    people = {row[CODE]: row[POPULATION] for row in rows}
    line = line_of([row[CODE] for row in rows], levels, populations=people)
    ground = Ground(closure=here.closure, line=line)
    return Reference(ground=ground, vintage=here.vintage, places=_places(ground, levels))


def _above(kind: str, code: str, rows: Mapping[str, object]) -> str:
    """`DEP-62`; for a collectivité d’outre-mer, which is no département, `COM-975`."""
    return f"{kind}-{code}" if f"{kind}-{code}" in rows else f"COM-{code}"


def _places(ground: Ground, levels: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """An EPCI is in the département that has most of its people, as grants are listed elsewhere."""
    found: dict[str, dict[str, str]] = {}
    for level, held in levels.items():
        for commune, code in held.items():
            found.setdefault(commune, {})[level] = code
    line = ground.line
    for commune in line.communes:
        mine = found.get(commune, {})
        if "DEP" in mine:
            regions = {"REG": mine["REG"]} if "REG" in mine else {}
            found.setdefault(mine["DEP"], {**regions, "DEP": mine["DEP"]})
        if "REG" in mine:
            found.setdefault(mine["REG"], {}).setdefault("REG", mine["REG"])
    seats = _seats(ground)
    for epci, department in seats.items():
        found[epci] = {"EPCI": epci, **found.get(department, {})}
    return {code: tuple(sorted(places.items())) for code, places in found.items()}


def _seats(ground: Ground) -> dict[str, str]:
    """EPCI → the département where most of its people live."""
    line = ground.line
    epci, dep = line.levels["EPCI"], line.levels["DEP"]
    inside = (epci.of_commune >= 0) & (dep.of_commune >= 0)
    size = max(1, len(dep.codes))
    cells = epci.of_commune[inside] * size + dep.of_commune[inside]
    people = np.bincount(cells, weights=line.population[inside] + 1e-6, minlength=len(epci.codes) * size)
    best = people[: len(epci.codes) * size].reshape(-1, size).argmax(axis=1) if len(epci.codes) else []
    return {code: dep.codes[int(rank)] for code, rank in zip(epci.codes, best, strict=True)}
