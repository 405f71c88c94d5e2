"""A place as people name it: what tells it apart from its homonyms, and what contains it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A territory as memory holds it. `department`, `region`, `epci`: bare codes; `parent`: typed code or empty."""

    code: str
    kind: str
    name: str
    population: int | None = None
    siren: str = ""
    postcodes: tuple[str, ...] = ()
    parent: str = ""
    department: str = ""
    region: str = ""
    epci: str = ""

    @property
    def insee(self) -> str:
        """The INSEE code of a commune, a part of one, a département, a région; empty for the others."""
        return self.code.partition("-")[2] if self.kind in {"COM", "COMD", "ARM", "DEP", "REG", "COMO"} else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """A place and what it lies in, the nearest first; None where there is no such thing (no EPCI on some islands).

    `others`: the zones that contain it besides (contracts, programmes, zones people made), by name.
    """

    place: Place
    commune: Place | None = None
    ept: Place | None = None
    epci: Place | None = None
    department: Place | None = None
    region: Place | None = None
    collectivity: Place | None = None
    country: Place | None = None
    others: tuple[Place, ...] = ()

    def chain(self) -> tuple[Place, ...]:
        """The official places, from the smallest to the country, the place itself first."""
        upper = self.commune, self.ept, self.epci, self.department, self.region, self.collectivity, self.country
        return (self.place, *(each for each in upper if each is not None and each.code != self.place.code))
