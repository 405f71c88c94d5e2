"""The density grid: in which of seven levels each commune of 2026 is."""

from collections import defaultdict
from pathlib import Path

from scripts.build_facts.geography import Geography
from scripts.build_facts.packs import read_rows
from scripts.build_facts.zones import Unresolved

HEADER = ("level", "label", "communes")
LEVELS = (
    "Grands centres urbains",
    "Centres urbains intermédiaires",
    "Ceintures urbaines",
    "Petites villes",
    "Bourgs ruraux",
    "Rural à habitat dispersé",
    "Rural à habitat très dispersé",
)
"""Insee's order, the densest first."""


def density_rows(data: Path, geography: Geography, unresolved: Unresolved) -> list[tuple[str, str, str]]:
    """One row per level: its number, its label, the codes of its communes joined by « | »."""
    communes: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(data / "geo_zonages" / "grilles_communales.csv.gz"):
        members = unresolved.resolve([row["insee_com"]], geography, of="density")
        communes[row["niveau_densite"]] |= {member.removeprefix("COM-") for member in members}
    if unknown := communes.keys() - set(LEVELS):
        raise SystemExit(f"unknown density levels: {sorted(unknown)}")
    return [(str(at), label, "|".join(sorted(communes[label]))) for at, label in enumerate(LEVELS, start=1)]
