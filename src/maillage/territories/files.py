"""The tables of facts behind the geography, read from `facts/` and checked line by line; no database here."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maillage.core.errors import Invalid, UnreadableFile, UnreadableRecord
from maillage.core.territory import FRANCE, Code, parse_code
from maillage.territories.models import TerritoryKind

FACTS = Path(__file__).parent / "facts"
GEOGRAPHY, FORMER_CODES, ZONES, QUARTERS = "geography.csv.gz", "former_codes.csv.gz", "zones.csv", "qpv.csv"
LARGEST_CELL = 4_000_000
"""Characters: the members of the rural zone alone take more than the csv module’s default allows."""

Line = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """One place of the official geography; `department`, `region`, `epci`, `ept` are bare codes, communes only."""

    code: str
    kind: str
    name: str
    population: int | None
    siren: str
    postcodes: tuple[str, ...]
    parent: str
    department: str
    region: str
    epci: str
    ept: str

    @property
    def containers(self) -> tuple[str, ...]:
        """Typed codes of the official places that contain this commune."""
        overseas = len(self.region) == 3
        upper = [("COM", self.region)] if overseas else [("DEP", self.department), ("REG", self.region)]
        upper += [("EPCI", self.epci), ("EPT", self.ept)]
        return (*(f"{kind}-{code}" for kind, code in upper if code), FRANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLine:
    """A zone and the typed codes of its members, or a quartier and the communes it lies in."""

    code: str
    kind: str
    name: str
    members: tuple[str, ...]
    source: str
    licence: str
    as_of: dt.date | None


def kind_of(code: Code) -> str:
    """The kind of territory a typed code names."""
    return TerritoryKind.COLLECTIVITY.value if code.is_collectivity else code.kind


def read_places(folder: Path) -> Iterator[PlaceLine]:
    """The places of `geography.csv.gz`. Raises UnreadableFile or UnreadableRecord, naming the line."""
    for number, line in _lines(folder / GEOGRAPHY):
        try:
            yield _place(line)
        except (KeyError, ValueError, Invalid) as error:
            raise UnreadableRecord("line_unreadable", file=GEOGRAPHY, line=number, reason=str(error)) from error


def read_former_codes(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Old INSEE code, name it had, typed code of today’s commune."""
    for _, line in _lines(folder / FORMER_CODES):
        yield line["old_code"], line["name"], line["commune"]


def read_zones(folder: Path) -> Iterator[ZoneLine]:
    """The zones of `zones.csv`, then the quartiers of `qpv.csv`; a missing file gives nothing."""
    if (folder / ZONES).exists():
        for number, line in _lines(folder / ZONES):
            yield _zone(line, members=line["members"], number=number)
    if (folder / QUARTERS).exists():
        for number, line in _lines(folder / QUARTERS):
            yield _zone(line, members=line["commune"], number=number)


def _place(line: Line) -> PlaceLine:
    return PlaceLine(
        code=line["code"],
        kind=kind_of(parse_code(line["code"])),
        name=line["name"],
        population=int(line["population"]) if line["population"] else None,
        siren=line["siren"],
        postcodes=tuple(code for code in line["postcodes"].split("|") if code),
        parent=line["parent"],
        department=line["department"],
        region=line["region"],
        epci=line["epci"],
        ept=line["ept"],
    )


def _zone(line: Line, *, members: str, number: int) -> ZoneLine:
    try:
        return ZoneLine(
            code=line["code"],
            kind=kind_of(parse_code(line["code"])),
            name=line["name"],
            members=tuple(member for member in members.split("|") if member),
            source=line["source"],
            licence=line.get("licence", "Licence Ouverte 2.0"),
            as_of=dt.date.fromisoformat(line["as_of"]) if line["as_of"] else None,
        )
    except (KeyError, ValueError, Invalid) as error:
        raise UnreadableRecord("line_unreadable", file=ZONES, line=number, reason=str(error)) from error


def _lines(path: Path) -> Iterator[tuple[int, Line]]:
    """Lines with their number in the file, the header being line 1."""
    csv.field_size_limit(LARGEST_CELL)
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UnreadableFile("file_unreadable", file=path.name, reason=str(error)) from error
    yield from enumerate(csv.DictReader(io.StringIO(text)), start=2)
