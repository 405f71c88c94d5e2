"""Ad-hoc zones made of communes and EPCI: programmes, zonings, contracts, pôles, arrondissements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.build_facts.french import typographic
from scripts.build_facts.geography import GRAND_LYON, Geography
from scripts.build_facts.packs import (
    ANCT_2024,
    ANCT_2026,
    BANATIC,
    COG,
    CRTE_2022,
    Row,
    Source,
    read_curated,
    read_rows,
)

HEADER = ("code", "kind", "name", "members", "source", "licence", "as_of")
QPV_HEADER = ("code", "name", "commune", "source", "as_of")
RURAL_LEVELS = frozenset({"Bourgs ruraux", "Rural à habitat dispersé", "Rural à habitat très dispersé"})
# Shifted columns in the source: « Château-Chinon (Ville) » was cut at its parenthesis.
# Haut Valromey has a new SIREN.
MISREAD_CODES = {"Ville": "58062", "CINOR": "249740119", "200053676": "01187"}


@dataclass(frozen=True)
class Zone:
    """A named set of communes and EPCI, and who says so."""

    code: str
    kind: str
    name: str
    members: tuple[str, ...]
    source: Source

    def as_row(self) -> tuple[str, ...]:
        """The zone as a line of zones.csv."""
        where = self.source
        return (self.code, self.kind, self.name, "|".join(self.members), where.label, where.licence, where.as_of)


class Unresolved:
    """Codes that match nothing of 2026, kept to be told in the report."""

    def __init__(self) -> None:
        """Nothing is unresolved yet."""
        self.codes: dict[str, set[str]] = defaultdict(set)

    def resolve(self, codes: Iterable[str], geography: Geography, *, of: str) -> tuple[str, ...]:
        """Sorted typed codes of 2026, EPCI first; what matches nothing is remembered."""
        members: set[str] = set()
        for code in codes:
            found = geography.members_for(MISREAD_CODES.get(code, code))
            if not found:
                self.codes[of].add(code)
            members.update(found)
        return tuple(sorted(members, key=lambda code: (code.startswith("COM-"), code)))


def programme_zones(data: Path, geography: Geography, unresolved: Unresolved) -> list[Zone]:
    """One zone per State programme, from the newest of the two tables of the ANCT that has it."""
    pack = data / "geo_zonages"
    codes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in read_rows(pack / "programmes_anct_beneficiaires.csv"):
        codes["2024", row["dispositif"]].append(row["code_geo"])
    for row in read_rows(pack / "programmes_anct_epci_2026.csv"):
        codes["2026", row["dispositif"]].append(row["siren_groupement"])
    return [
        Zone(
            code=row["code"],
            kind="PROGRAMME",
            name=row["name"],
            members=unresolved.resolve(codes[row["table"], row["dispositif"]], geography, of=row["code"]),
            source=ANCT_2024 if row["table"] == "2024" else ANCT_2026,
        )
        for row in read_curated("programmes")
    ]


def grid_zones(data: Path, geography: Geography, unresolved: Unresolved) -> list[Zone]:
    """Rural communes, mountain communes, and one zone per massif, from the communal grids."""
    rows = read_rows(data / "geo_zonages" / "grilles_communales.csv.gz")

    def zone(code: str, kind: str, name: str, chosen: list[Row]) -> Zone:
        members = unresolved.resolve((row["insee_com"] for row in chosen), geography, of=code)
        compact = geography.compact({member.removeprefix("COM-") for member in members})
        return Zone(code, kind, name, compact, ANCT_2026)

    rural = [row for row in rows if row["niveau_densite"] in RURAL_LEVELS]
    mountain = [row for row in rows if row["niveau_montagne"]]
    zones = [
        zone("ZONE-rural", "ZONING", "Communes rurales (grille de densité à sept niveaux)", rural),
        zone("ZONE-montagne", "ZONING", "Communes d’un massif de montagne", mountain),
    ]
    for massif in read_curated("massifs"):
        inside = [row for row in mountain if row["niveau_montagne"] == massif["label"]]
        zones.append(zone(massif["code"], "MASSIF", massif["name"], inside))
    return zones


def qpv_rows(data: Path, geography: Geography) -> list[tuple[str, ...]]:
    """Priority neighbourhoods of 2024 with the communes they lie in, joined by « | ».

    The source has one row per commune that has neighbourhoods: their codes and their names
    are two lists in the same order. A neighbourhood across two communes is in both rows.
    """
    names: dict[str, str] = {}
    communes: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(data / "geo_zonages" / "qpv2024_centroides.csv"):
        for code, name in zip(row["code_qp"].split(", "), row["lib_qp"].split(", "), strict=True):
            names[code] = typographic(name)
            communes[code].add(geography.current_commune(row["insee_com"]))
    return [
        (f"QPV-{code}", names[code], "|".join(sorted(communes[code])), ANCT_2026.label, ANCT_2026.as_of)
        for code in sorted(names)
    ]


def qpv_zone(qpv: list[tuple[str, ...]]) -> Zone:
    """The communes that have at least one priority neighbourhood."""
    members = tuple(sorted({f"COM-{commune}" for row in qpv for commune in row[2].split("|")}))
    name = "Communes ayant un quartier prioritaire de la politique de la ville"
    return Zone("ZONE-qpv", "ZONING", name, members, ANCT_2026)


def crte_zones(data: Path, geography: Geography, unresolved: Unresolved) -> list[Zone]:
    """One zone per contract (CRTE), made of the groupings and communes that signed it."""
    signatories: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in read_rows(data / "geo_zonages" / "crte_epci_2022.csv"):
        code = row["id_crte"].replace("crte-", "CRTE-", 1)
        signatories[code].append(row["siren_groupement"])
        names[code] = typographic(row["lib_crte"])
    return [
        Zone(code, "CRTE", names[code], unresolved.resolve(sirens, geography, of=code), CRTE_2022)
        for code, sirens in sorted(signatories.items())
    ]


def petr_zones(data: Path, geography: Geography) -> tuple[list[Zone], list[str]]:
    """PETR with at least one EPCI of 2026 among their members, and the names of the others."""
    groupings = read_rows(data / "acteurs_banatic_groupements" / "groupements.csv.gz")
    members: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(data / "acteurs_actee_2026" / "adhesions_groupements.csv"):
        if row["groupement_siren"] in geography.epci_names:
            members[row["adhesion_siren"]].add(f"EPCI-{row['groupement_siren']}")
    petr = sorted((row["siren"], typographic(row["nom"])) for row in groupings if row["nature"] == "PETR")
    zones = [
        Zone(f"PETR-{siren}", "PETR", name, tuple(sorted(members[siren])), BANATIC)
        for siren, name in petr
        if members[siren]
    ]
    return zones, [name for siren, name in petr if not members[siren]]


def district_zones(codes: Iterable[str], geography: Geography, names: dict[str, str]) -> list[Zone]:
    """The arrondissements of the State asked for, as members of 2026."""
    inside: dict[str, set[str]] = defaultdict(set)
    for commune in geography.communes.values():
        inside[commune.district].add(commune.code)
    return [
        Zone(f"ZONE-arr-{code.lower()}", "ARRONDISSEMENT", names[code], geography.compact(inside[code]), COG)
        for code in sorted(set(codes))
    ]


def rhone_zone(geography: Geography) -> Zone:
    """What the département du Rhône serves: its territory without the Métropole de Lyon."""
    codes = {c.code for c in geography.communes.values() if c.department == "69" and c.epci != GRAND_LYON}
    return Zone("ZONE-dep-69", "DEPARTMENT_PART", "Rhône hors Métropole de Lyon", geography.compact(codes), COG)
