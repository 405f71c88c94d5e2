"""A small vintage of the official geography, written as the real files are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from scripts.build_geography import row, write

Rows = Iterable[Mapping[str, str]]


def commune(insee: str, name: str, population: int, epci: str = "200000001") -> dict[str, str]:
    """A commune of the département 01, région 84."""
    places = {"department": "01", "region": "84", "epci": epci}
    return row(f"COM-{insee}", name, population=population, postcodes="01000", siren=f"2101{insee}", **places)


ABOVE = [
    row("PAYS-99100", "France"),
    row("REG-84", "Auvergne-Rhône-Alpes"),
    row("DEP-01", "Ain", region="84"),
    row("EPCI-200000001", "CC du Test", population=1000, siren="200000001"),
]
BEFORE = [
    *ABOVE,
    commune("01001", "Alpha", 600),
    commune("01002", "Bêta", 300),
    commune("01003", "Gamma", 100),
    row("COMD-01009", "Vieux-Bêta", parent="COM-01002"),
]
AFTER = [
    *ABOVE,
    commune("01001", "Alpha-Bêta", 910),
    commune("01003", "Gamma", 100),
    row("COMD-01002", "Bêta", parent="COM-01001"),
    row("COMD-01009", "Vieux-Bêta", parent="COM-01001"),
]


def write_vintage(folder: Path, places: Rows, former: Mapping[str, str] | None = None) -> Path:
    """The two files of a vintage; `former`: old INSEE code → INSEE code of the commune that replaced it."""
    folder.mkdir(exist_ok=True)
    write(folder / "geography.csv.gz", [dict(place) for place in places])
    rows = [{"old_code": old, "name": "", "commune": f"COM-{new}"} for old, new in (former or {}).items()]
    write(folder / "former_codes.csv.gz", rows or [{"old_code": "01900", "name": "Oubliée", "commune": "COM-01001"}])
    return folder


def write_zones(folder: Path, zones: Mapping[str, str], quarters: Mapping[str, str] | None = None) -> Path:
    """The tables of zones: code → members parted by bars; quartier → INSEE codes parted by bars."""
    folder.mkdir(exist_ok=True)
    with (folder / "zones.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "kind", "name", "members", "source", "licence", "as_of"])
        writer.writerows(
            [code, "PROGRAMME", code, members, "test", "LO", "2026-01-01"] for code, members in zones.items()
        )
    with (folder / "qpv.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "name", "commune", "source", "as_of"])
        writer.writerows([code, code, communes, "test", "2026-01-01"] for code, communes in (quarters or {}).items())
    return folder
