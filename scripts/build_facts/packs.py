"""The packs, read in place: where each file is, who made it, and how old it is."""

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]

CURATED = Path(__file__).parent / "curated"


@dataclass(frozen=True)
class Source:
    """A file somebody published: what the tables say about where a row comes from."""

    id: str
    label: str
    licence: str
    as_of: str


LICENCE_OUVERTE = "Licence Ouverte 2.0"

ANCT_2024 = Source("anct2024", "ANCT, programmes territoriaux", LICENCE_OUVERTE, "2024-09-18")
ANCT_2026 = Source("anct2026", "ANCT, superposeur V2", LICENCE_OUVERTE, "2026-07-21")
CRTE_2022 = Source("crte2022", "ANCT, CRTE et groupements 2022", LICENCE_OUVERTE, "2023-04-26")
BANATIC = Source("banatic", "DGCL, BANATIC", LICENCE_OUVERTE, "2023-01-01")
ADMINISTRATIONS = Source(
    "dila2019",
    "DILA, annuaire de l’administration",
    "Licence Ouverte 1.0 ou ultérieure",
    "2019-10-22",
)
FRANCE_SERVICES = Source("fs2024", "ANCT", LICENCE_OUVERTE, "2024-08-01")
ACTEE = Source("actee2026", "Programme ACTEE", "MIT", "2026-02-15")
COG = Source("cog2026", "Insee, code officiel géographique", LICENCE_OUVERTE, "2026-01-01")


def read_rows(path: Path) -> list[Row]:
    """Rows of a CSV file, gzipped or not, with every value stripped of spaces and BOM."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8-sig") as stream:
            return stripped(csv.DictReader(stream))
    with path.open(encoding="utf-8-sig") as stream:
        return stripped(csv.DictReader(stream))


def stripped(rows: Iterable[dict[str, str]]) -> list[Row]:
    """The same rows without spaces around values; columns without a name are dropped."""
    return [{key: (value or "").strip() for key, value in row.items() if key} for row in rows]


def read_curated(name: str) -> list[Row]:
    """Rows of one of our own small tables of decisions, beside the script."""
    return read_rows(CURATED / f"{name}.csv")


def write_rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Write a CSV with Unix line ends; returns its size in bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path.stat().st_size
