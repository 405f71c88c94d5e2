"""The official geography of 2026, and the conversion of older codes to it."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from scripts.build_facts.french import typographic, without_accents
from scripts.build_facts.packs import Row, read_curated, read_rows

# The métropole du Grand Paris is too wide to say « near here »: its communes stand for themselves.
GRAND_PARIS = "200054781"
GRAND_LYON = "200046977"


@dataclass(frozen=True)
class Commune:
    """A commune of 2026."""

    code: str
    name: str
    department: str
    region: str
    epci: str
    ept: str
    district: str
    siren: str


@dataclass(frozen=True)
class Geography:
    """Everything the builders ask about places, indexed by official codes of 2026."""

    communes: dict[str, Commune]
    former: dict[str, str]
    epci_names: dict[str, str]
    epci_population: dict[str, int]
    ept: frozenset[str]
    departments: dict[str, Row]
    regions: dict[str, Row]
    genitives: dict[str, str]
    by_siren: dict[str, str]
    epci_members: dict[str, tuple[str, ...]]
    by_name: dict[tuple[str, str], str] = field(default_factory=dict)

    def current_commune(self, code: str) -> str:
        """Code of the commune of 2026 that bears or absorbed this code, or an empty string."""
        if code in self.communes:
            return code
        current = self.former.get(code, "")
        return current if current in self.communes else ""

    def members_for(self, code: str) -> tuple[str, ...]:
        """Typed codes for an INSEE or SIREN code; empty when nothing of 2026 matches."""
        if len(code) == 5:
            commune = self.current_commune(code)
            return (f"COM-{commune}",) if commune else ()
        if code in self.ept:
            return tuple(f"COM-{c.code}" for c in self.communes.values() if c.ept == code)
        if code in self.epci_names:
            return (f"EPCI-{code}",)
        commune = self.by_siren.get(code, "") or self.commune_in_siren(code)
        return (f"COM-{commune}",) if commune else ()

    def commune_in_siren(self, siren: str) -> str:
        """Commune that a SIREN « 21 + département + 0 + commune + key » spells, merged or not."""
        if len(siren) != 9 or not siren.startswith("21"):
            return ""
        return self.current_commune(siren[2:4] + siren[5:8])

    def zone_of_department(self, code: str) -> str:
        """Typed code of a département, or of an overseas collectivity."""
        return f"DEP-{code}" if self.departments[code]["zone"] != "com" else f"COM-{code}"

    def zone_near(self, commune_code: str) -> str:
        """EPCI of a commune; the commune itself without EPCI or inside the Grand Paris."""
        commune = self.communes[commune_code]
        if not commune.epci or commune.epci == GRAND_PARIS:
            return f"COM-{commune.code}"
        return f"EPCI-{commune.epci}"

    def main_departments(self) -> list[str]:
        """The 101 départements, without the overseas collectivities."""
        return [code for code, row in self.departments.items() if row["zone"] != "com"]

    def compact(self, commune_codes: set[str]) -> tuple[str, ...]:
        """The same communes, written with EPCI codes where a whole EPCI is inside."""
        whole = [siren for siren, inside in self.epci_members.items() if inside and commune_codes.issuperset(inside)]
        covered = {code for siren in whole for code in self.epci_members[siren]}
        lone = sorted(commune_codes - covered)
        return tuple([f"EPCI-{siren}" for siren in sorted(whole)] + [f"COM-{code}" for code in lone])


def read_geography(data: Path) -> Geography:
    """Read the pack geo_cog2026."""
    pack = data / "geo_cog2026"
    communes = {row["code"]: commune_from(row) for row in read_rows(pack / "communes.csv")}
    epci_rows = read_rows(pack / "epci.csv")
    inside: dict[str, list[str]] = defaultdict(list)
    for commune in communes.values():
        inside[commune.epci].append(commune.code)
    real = [row for row in epci_rows if row["type"] != "EPT"]
    return Geography(
        communes=communes,
        former={row["code"]: row["commune_actuelle"] for row in read_rows(pack / "communes_anciennes.csv")},
        epci_names={row["siren"]: typographic(row["nom"]) for row in real},
        epci_population={row["siren"]: int(row["population_municipale"] or 0) for row in real},
        ept=frozenset(row["siren"] for row in epci_rows if row["type"] == "EPT"),
        departments={row["code"]: row for row in read_rows(pack / "departements.csv")},
        regions={row["code"]: row for row in read_rows(pack / "regions.csv")},
        genitives={row["code"]: row["genitive"] for row in read_curated("departements")},
        by_siren={c.siren: c.code for c in communes.values() if c.siren},
        epci_members={row["siren"]: tuple(inside[row["siren"]]) for row in real},
        by_name={(c.department, without_accents(c.name)): c.code for c in communes.values()},
    )


def commune_from(row: Row) -> Commune:
    """One line of the pack as a commune."""
    return Commune(
        code=row["code"],
        name=typographic(row["nom"]),
        department=row["departement"],
        region=row["region"],
        epci=row["epci"],
        ept=row["ept"],
        district=row["arrondissement"],
        siren=row["siren"],
    )
