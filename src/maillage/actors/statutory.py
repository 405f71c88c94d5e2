"""What groupings of authorities exercise by their statutes (BANATIC, about 2022-23), and what their codes mean.

The file holds codes without names: each was named by what the groupings that hold only this one are called
(`scripts/build_facts/statutory.py`); the codes that names do not tell surely are counted nowhere.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

NATURES: Mapping[str, str] = {
    "CA": "Communauté d’agglomération",
    "CC": "Communauté de communes",
    "CU": "Communauté urbaine",
    "EPT": "Établissement public territorial",
    "METRO": "Métropole",
    "PETR": "Pôle d’équilibre territorial et rural",
    "POLEM": "Pôle métropolitain",
    "SIVOM": "Syndicat à vocation multiple",
    "SIVU": "Syndicat à vocation unique",
    "SMF": "Syndicat mixte fermé",
    "SMO": "Syndicat mixte ouvert",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A statutory competence whose name we inferred, and the competence of the inventory it belongs to, or "".

    `named` of the `alone` groupings that hold only this one say it in their name.
    """

    code: str
    label: str
    competence: str
    alone: int
    named: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """A grouping of authorities; `department` is that of its seat, `population` None where the source is silent."""

    siren: str
    name: str
    nature: str
    department: str
    population: int | None
    matters: tuple[Matter, ...]


@lru_cache(maxsize=1)
def matters() -> Mapping[str, Matter]:
    """The named statutory competences by code."""
    return {
        row["code"]: Matter(
            code=row["code"],
            label=row["label"],
            competence=row["competence"],
            alone=int(row["alone"]),
            named=int(row["named"]),
        )
        for row in _rows("statutory")
    }


@lru_cache(maxsize=1)
def groupings() -> tuple[Grouping, ...]:
    """Every grouping, in the order of its SIREN; read once per process."""
    return tuple(map(_grouping, _rows("groupings")))


def groupings_at(departments: Set[str] | None, competence: str) -> list[Grouping]:
    """Those seated in these départements (codes; None: anywhere) that exercise a competence, the largest first."""
    held = _by_competence().get(competence, [])
    return [one for one in held if departments is None or one.department in departments]


def counted_at(departments: Set[str] | None) -> dict[str, int]:
    """Competence → how many groupings seated in these départements exercise it."""
    return {code: len(groupings_at(departments, code)) for code in _by_competence()}


@lru_cache(maxsize=1)
def _by_competence() -> Mapping[str, list[Grouping]]:
    found: dict[str, list[Grouping]] = {matter.competence: [] for matter in matters().values() if matter.competence}
    for one in sorted(groupings(), key=lambda one: (-(one.population or 0), one.name)):
        for competence in {matter.competence for matter in one.matters if matter.competence}:
            found[competence].append(one)
    return found


def _grouping(row: Mapping[str, str]) -> Grouping:
    return Grouping(
        siren=row["siren"],
        name=row["name"],
        nature=row["nature"],
        department=row["department"],
        population=int(row["population"]) if row["population"] else None,
        matters=tuple(matters()[code] for code in row["codes"].split() if code in matters()),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("maillage.actors").joinpath("facts", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
