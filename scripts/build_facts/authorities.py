"""Local authorities and their groupings: conseils, EPCI, PETR, energy syndicates."""

import re
from pathlib import Path

from scripts.build_facts.directory import Directory
from scripts.build_facts.french import typographic
from scripts.build_facts.geography import GRAND_LYON, Geography
from scripts.build_facts.members import Member
from scripts.build_facts.packs import ACTEE, ADMINISTRATIONS, BANATIC, COG, Row, Source, read_curated, read_rows
from scripts.build_facts.zones import Zone

ALSACE = "Collectivité européenne d’Alsace"
CORSICA = "Collectivité de Corse"
PARIS_SIREN = "217500016"
# Départements whose council has its own name or its own status.
COUNCILS = {
    "67": ALSACE,
    "68": ALSACE,
    "2A": CORSICA,
    "2B": CORSICA,
    "75": "Ville de Paris (commune et département)",
    "972": "Collectivité territoriale de Martinique",
    "973": "Collectivité territoriale de Guyane",
    "976": "Conseil départemental de Mayotte (exerce aussi les compétences d’une région)",
}
REGIONAL_COUNCILS = {
    "94": CORSICA,
    "02": "Collectivité territoriale de Martinique",
    "03": "Collectivité territoriale de Guyane",
    "06": "Conseil départemental de Mayotte (exerce aussi les compétences d’une région)",
}
ELECTRICITY = "1004"
ENERGY_NAME = re.compile(r"[ée]nerg|[ée]lectri|\bsde\b|\bsied\b|sidelec", re.IGNORECASE)


def departmental_councils(directory: Directory, geography: Geography) -> list[Member]:
    """What exercises the powers of a département on each of the 101, and the Métropole de Lyon."""
    websites = {site.department: site.website for site in directory.sites["cg"]}
    members = []
    for code in geography.main_departments():
        special = code in COUNCILS
        listed = websites.get(code, "") if not special else ""
        members.append(
            Member(
                network="conseil-departemental",
                slug=f"conseil-departemental-{code.lower()}",
                name=COUNCILS.get(code, f"Conseil départemental {geography.genitives[code]}"),
                siren=PARIS_SIREN if code == "75" else "",
                seat="" if special and code != "75" else geography.departments[code]["chefLieu"],
                zone="ZONE-dep-69" if code == "69" else f"DEP-{code}",
                website=listed,
                source=ADMINISTRATIONS if listed else COG,
            )
        )
    lyon = Member(
        network="conseil-departemental",
        slug="conseil-departemental-metropole-de-lyon",
        name="Métropole de Lyon (exerce les compétences d’un département)",
        siren=GRAND_LYON,
        seat="69123",
        zone=f"EPCI-{GRAND_LYON}",
        source=COG,
    )
    return [*members, lyon]


def regional_councils(directory: Directory, geography: Geography) -> list[Member]:
    """The 18 régions and the collectivities that stand for one."""
    websites = {geography.communes[site.commune].region: site.website for site in directory.sites["cr"]}
    return [
        Member(
            network="conseil-regional",
            slug=f"conseil-regional-{row['code']}",
            name=REGIONAL_COUNCILS.get(row["code"], f"Conseil régional {row['genitive']}"),
            seat=geography.regions[row["code"]]["chefLieu"] if row["code"] not in REGIONAL_COUNCILS else "",
            zone=f"REG-{row['code']}",
            website=websites.get(row["code"], ""),
            source=ADMINISTRATIONS if websites.get(row["code"]) else COG,
        )
        for row in read_curated("regions")
    ]


def intercommunalities(geography: Geography) -> list[Member]:
    """Every EPCI with its own taxation, serving itself."""
    return [
        Member(network="epci", slug=f"epci-{siren}", name=name, siren=siren, zone=f"EPCI-{siren}", source=COG)
        for siren, name in sorted(geography.epci_names.items())
    ]


def petr(zones: list[Zone]) -> list[Member]:
    """The PETR whose composition is known, each serving its own zone."""
    return [
        Member(
            network="petr",
            slug=zone.code.lower(),
            name=zone.name,
            siren=zone.code.removeprefix("PETR-"),
            zone=zone.code,
            source=zone.source,
        )
        for zone in zones
    ]


def energy_syndicates(data: Path) -> list[Member]:
    """Authorities of electricity distribution that weigh half a département or more.

    The list of laureates of ACTEE names their département by where they answered from and
    mixes them with their partners: BANATIC says which syndicates exist, and where.
    Exceptions (two départements, part of one, better name) are in curated/energy.csv.
    """
    decisions = {row["siren"]: row for row in read_curated("energy")}
    known_to_actee = {
        row["siren"] for row in read_rows(data / "acteurs_actee_2026" / "structures_syndicats_alec.csv") if row["siren"]
    }
    population = department_population(data)
    members = []
    for row in read_rows(data / "acteurs_banatic_groupements" / "groupements.csv.gz"):
        decision = decisions.get(row["siren"], {})
        if not decision and not is_departmental_syndicate(row, population):
            continue
        source = ACTEE if row["siren"] in known_to_actee else BANATIC
        members.extend(syndicate_members(row, decision, source=source))
    return sorted(members, key=lambda member: member.slug)


def department_population(data: Path) -> dict[str, int]:
    """Inhabitants of each département, summed from its communes."""
    totals: dict[str, int] = {}
    for row in read_rows(data / "geo_cog2026" / "communes.csv"):
        totals[row["departement"]] = totals.get(row["departement"], 0) + int(row["population"] or 0)
    return totals


def is_departmental_syndicate(row: Row, population: dict[str, int]) -> bool:
    """True for an electricity syndicate that serves half of its département."""
    named = bool(ENERGY_NAME.search(row["nom"]))
    powers = row["competences_banatic"].split("|")
    people = int(row["population"] or 0)
    return named and ELECTRICITY in powers and people * 2 >= population.get(row["departement"], 10**9)


def syndicate_members(row: Row, decision: Row, *, source: Source) -> list[Member]:
    """One member per zone the syndicate serves."""
    zones = decision.get("zones", "").split() or [f"DEP-{row['departement']}"]
    if zones == ["none"]:
        return []
    name = decision.get("name") or syndicate_name(row["nom"])
    members = []
    for zone in zones:
        suffix = f"-{zone.removeprefix('DEP-').lower()}" if len(zones) > 1 else ""
        members.append(
            Member(
                network="syndicat-energie",
                slug=f"syndicat-energie-{row['siren']}{suffix}",
                name=name,
                siren=row["siren"],
                zone=zone,
                source=source,
            )
        )
    return members


def syndicate_name(raw: str) -> str:
    """The name of BANATIC with its two usual abbreviations spelled out."""
    name = typographic(raw)
    for short, long in (("SM ", "Syndicat mixte "), ("SI ", "Syndicat intercommunal ")):
        if name.startswith(short):
            return long + name.removeprefix(short)
    return name
