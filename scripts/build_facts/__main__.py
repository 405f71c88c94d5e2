"""Write the fact tables: python -m scripts.build_facts --shared ../shared."""

import argparse
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from scripts.build_facts import authorities, density, departmental, local_bodies, members, statutory, zones
from scripts.build_facts.directory import Directory, read_directory
from scripts.build_facts.geography import Geography, read_geography
from scripts.build_facts.members import Member
from scripts.build_facts.packs import read_curated, write_rows
from scripts.build_facts.statutory import Matter
from scripts.build_facts.zones import Unresolved, Zone

TERRITORIES = Path("src/maillage/territories/facts")
ACTORS = Path("src/maillage/actors/facts")


@dataclass(frozen=True)
class Facts:
    """Everything to write, and what to tell about it."""

    zones: list[Zone]
    qpv: list[tuple[str, ...]]
    density: list[tuple[str, str, str]]
    members: list[Member]
    matters: list[Matter]
    groupings: list[tuple[str, ...]]
    notes: list[str]


def build(data: Path) -> Facts:
    """Read the packs and make the tables."""
    geography = read_geography(data)
    directory = read_directory(data, geography)
    unresolved = Unresolved()
    qpv = zones.qpv_rows(data, geography)
    levels = density.density_rows(data, geography, unresolved)
    petr_zones, lone_petr = zones.petr_zones(data, geography)
    sub_prefectures, districts = local_bodies.sub_prefectures(directory, geography)
    all_zones = [
        *zones.programme_zones(data, geography, unresolved),
        zones.qpv_zone(qpv),
        *zones.grid_zones(data, geography, unresolved),
        *zones.crte_zones(data, geography, unresolved),
        *petr_zones,
        *zones.district_zones(districts, geography, districts),
        zones.rhone_zone(geography),
    ]
    built = [
        *departmental.single_bodies(directory, geography),
        *departmental.cci(directory, geography),
        *departmental.several_bodies(directory, geography),
        *sub_prefectures,
        *local_bodies.desks(directory, geography),
        *local_bodies.regional_bodies(directory, geography),
        *local_bodies.france_services(data, geography),
        *local_bodies.fabriques(data, geography),
        *authorities.departmental_councils(directory, geography),
        *authorities.regional_councils(directory, geography),
        *authorities.intercommunalities(geography),
        *authorities.petr(petr_zones),
        *authorities.energy_syndicates(data),
    ]
    all_members = members.corrected(built, read_curated("bodies"))
    matters, groupings, unnamed = statutory.statutory(data)
    notes = [*notes_on(directory, unresolved, lone_petr, all_members, geography), *unnamed]
    ordered = sorted(all_members, key=lambda m: (m.network, m.slug))
    return Facts(all_zones, qpv, levels, ordered, matters, groupings, notes)


def notes_on(
    directory: Directory, unresolved: Unresolved, lone_petr: list[str], all_members: list[Member], geography: Geography
) -> list[str]:
    """What a person should know before trusting the tables."""
    notes = [f"unresolved in {zone}: {', '.join(sorted(codes))}" for zone, codes in unresolved.codes.items()]
    notes.append(f"PETR without a known member: {', '.join(lone_petr) or 'none'}")
    notes.append(f"directory rows moved to the commune of their address: {len(directory.moved)}")
    notes.append(f"directory rows without a commune of 2026: {', '.join(directory.lost) or 'none'}")
    notes.append(f"broken websites dropped (all kinds): {directory.broken_websites}")
    departments = set(geography.main_departments())
    served: dict[str, set[str]] = {}
    for member in all_members:
        if member.zone.startswith("DEP-"):
            served.setdefault(member.network, set()).add(member.zone.removeprefix("DEP-"))
    for network, codes in sorted(served.items()):
        if missing := sorted(departments - codes):
            notes.append(f"{network}: no DEP- row for {' '.join(missing)}")
    return notes


def check(facts: Facts, networks: Path) -> None:
    """Refuse tables that contradict themselves: duplicate keys, unknown networks or zones."""
    for label, keys in (
        ("zone code", [zone.code for zone in facts.zones]),
        ("QPV code", [row[0] for row in facts.qpv]),
        ("member slug", [member.slug for member in facts.members]),
    ):
        repeated = [key for key, count in Counter(keys).items() if count > 1]
        if repeated:
            raise SystemExit(f"duplicate {label}: {repeated}")
    if empty := [zone.code for zone in facts.zones if not zone.members]:
        raise SystemExit(f"zones without members: {empty}")
    described = {entry["slug"] for entry in tomllib.loads(networks.read_text("utf-8"))["network"]}
    used = {member.network for member in facts.members}
    if described != used:
        raise SystemExit(f"networks.toml and members.csv differ: {sorted(described ^ used)}")
    adhoc = {zone.code for zone in facts.zones}
    dangling = {m.zone for m in facts.members if m.zone.startswith(("ZONE-", "PETR-"))} - adhoc
    if dangling:
        raise SystemExit(f"members serve unknown zones: {sorted(dangling)}")


def main() -> None:
    """Command line: build, check, write, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder that holds data/")
    parser.add_argument("--root", type=Path, default=Path(), help="project root to write into")
    options = parser.parse_args()
    facts = build(options.shared / "data")
    check(facts, options.root / ACTORS / "networks.toml")
    sizes = {
        "zones.csv": write_rows(
            options.root / TERRITORIES / "zones.csv", zones.HEADER, [zone.as_row() for zone in facts.zones]
        ),
        "qpv.csv": write_rows(options.root / TERRITORIES / "qpv.csv", zones.QPV_HEADER, facts.qpv),
        "density.csv": write_rows(options.root / TERRITORIES / "density.csv", density.HEADER, facts.density),
        "members.csv": write_rows(
            options.root / ACTORS / "members.csv", members.HEADER, [member.as_row() for member in facts.members]
        ),
        "statutory.csv": write_rows(
            options.root / ACTORS / "statutory.csv", statutory.CODES_HEADER, [one.as_row() for one in facts.matters]
        ),
        "groupings.csv": write_rows(
            options.root / ACTORS / "groupings.csv", statutory.GROUPINGS_HEADER, facts.groupings
        ),
    }
    report(facts, sizes)


def report(facts: Facts, sizes: dict[str, int]) -> None:
    """Print counts, sizes and notes."""
    print("zones:", dict(Counter(zone.kind for zone in facts.zones)))
    print("qpv:", len(facts.qpv))
    print("groupings:", len(facts.groupings), "statutory codes named:", len(facts.matters))
    print("members:", len(facts.members))
    for network, count in sorted(Counter(member.network for member in facts.members).items()):
        print(f"  {network}: {count}")
    print("bytes:", sizes, "total", sum(sizes.values()))
    for note in facts.notes:
        print("note:", note)


if __name__ == "__main__":
    main()
