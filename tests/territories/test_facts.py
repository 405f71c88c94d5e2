"""The committed fact tables agree with each other and with the official geography of 2026."""

import csv
import os
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TERRITORIES = ROOT / "src/maillage/territories/facts"
ACTORS = ROOT / "src/maillage/actors/facts"
PACK = ROOT.parent / "shared/data/geo_cog2026"
# ZONE-rural holds some 15 000 codes in one cell.
csv.field_size_limit(1_000_000)

EXPECTED_MEMBERS = {
    "adil": (75, 85),
    "ademe-region": (18, 18),
    "alec": (3, 3),
    "anah-delegation": (101, 101),
    "caf": (102, 102),
    "cci": (105, 125),
    "cdg": (100, 102),
    "chambre-agriculture": (90, 101),
    "cidff": (100, 120),
    "clic": (550, 640),
    "cma": (101, 101),
    "cnfpt": (18, 18),
    "conseil-departemental": (102, 102),
    "conseil-regional": (18, 18),
    "crib": (120, 140),
    "ddt": (101, 101),
    "draaf": (18, 18),
    "drac": (18, 18),
    "dreal": (18, 18),
    "epci": (1255, 1255),
    "fabrique-de-territoire": (342, 342),
    "france-services": (2845, 2845),
    "greta": (140, 170),
    "mdph": (101, 101),
    "mission-locale": (540, 620),
    "petr": (120, 125),
    "prefecture": (103, 103),
    "sous-prefecture": (200, 210),
    "syndicat-energie": (95, 105),
}
PLACES = {
    "Arras": "62041",
    "Guéret": "23096",
    "Die": "26113",
    "Saint-Denis de La Réunion": "97411",
    "Sartène": "2A272",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def zones() -> dict[str, frozenset[str]]:
    return {row["code"]: frozenset(row["members"].split("|")) for row in rows(TERRITORIES / "zones.csv")}


@pytest.fixture(scope="module")
def members() -> list[dict[str, str]]:
    return rows(ACTORS / "members.csv")


@pytest.fixture(scope="module")
def communes() -> dict[str, dict[str, str]]:
    """Communes of 2026; the pack must be there in continuous integration."""
    if not PACK.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("../shared/data/geo_cog2026 is missing, and CI must check the codes")
        pytest.skip("../shared/data/geo_cog2026 is not beside the project")
    return {row["code"]: row for row in rows(PACK / "communes.csv")}


@pytest.fixture(scope="module")
def official_codes(communes: dict[str, dict[str, str]]) -> frozenset[str]:
    departments = rows(PACK / "departements.csv")
    return frozenset(
        [f"COM-{code}" for code in communes]
        + [f"EPCI-{row['siren']}" for row in rows(PACK / "epci.csv") if row["type"] != "EPT"]
        + [f"DEP-{row['code']}" for row in departments if row["zone"] != "com"]
        + [f"COM-{row['code']}" for row in departments if row["zone"] == "com"]
        + [f"REG-{row['code']}" for row in rows(PACK / "regions.csv") if row["zone"] != "com"]
    )


def around(commune: dict[str, str], zones: dict[str, frozenset[str]]) -> set[str]:
    """Every typed code that contains a commune: official ones and ad-hoc zones."""
    own = {f"COM-{commune['code']}", f"EPCI-{commune['epci']}"}
    adhoc = {code for code, inside in zones.items() if inside & own}
    return own | adhoc | {f"DEP-{commune['departement']}", f"REG-{commune['region']}"}


def test_zones_contain_only_official_communes_and_epci(zones, official_codes):
    unknown = {code for inside in zones.values() for code in inside} - official_codes

    assert unknown == set()
    assert all(code.startswith(("COM-", "EPCI-")) for inside in zones.values() for code in inside)


def test_members_serve_a_known_place_and_sit_in_a_known_commune(members, zones, communes, official_codes):
    places = official_codes | set(zones)

    assert {row["zone"] for row in members} - places == set()
    assert {row["seat"] for row in members if row["seat"]} - set(communes) == set()


def test_neighbourhoods_lie_in_known_communes(communes):
    inside = {code for row in rows(TERRITORIES / "qpv.csv") for code in row["commune"].split("|")}

    assert inside - set(communes) == set()


def test_codes_and_slugs_are_unique(members):
    for keys in (
        [row["code"] for row in rows(TERRITORIES / "zones.csv")],
        [row["code"] for row in rows(TERRITORIES / "qpv.csv")],
        [row["slug"] for row in members],
    ):
        assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_no_zone_is_empty(zones):
    assert [code for code, inside in zones.items() if inside == {""}] == []


def test_every_network_has_members_in_its_range(members):
    counts = Counter(row["network"] for row in members)

    assert set(counts) == set(EXPECTED_MEMBERS)
    outside = {name: counts[name] for name, (low, high) in EXPECTED_MEMBERS.items() if not low <= counts[name] <= high}
    assert outside == {}


def test_described_networks_are_those_of_the_members(members):
    described = tomllib.loads((ACTORS / "networks.toml").read_text(encoding="utf-8"))["network"]

    assert [entry["slug"] for entry in described] == list(dict.fromkeys(entry["slug"] for entry in described))
    assert {entry["slug"] for entry in described} == {row["network"] for row in members}


@pytest.mark.parametrize(
    ("prefix", "low", "high"),
    [("CRTE-", 854, 854), ("PETR-", 120, 125), ("ZONE-massif-", 9, 9), ("ZONE-arr-", 195, 215), ("ZONE-", 225, 245)],
)
def test_zones_are_as_many_as_expected(zones, prefix, low, high):
    assert low <= sum(code.startswith(prefix) for code in zones) <= high


def test_there_are_1493_neighbourhoods():
    assert len(rows(TERRITORIES / "qpv.csv")) == 1493


def test_arras_is_in_action_coeur_de_ville(zones):
    assert "COM-62041" in zones["ZONE-acv"]


def test_five_places_have_different_zones_and_bodies(zones, members, communes):
    zones_of, bodies_of = set(), set()
    for code in PLACES.values():
        places = around(communes[code], zones)
        zones_of.add(frozenset(places & set(zones)))
        bodies_of.add(frozenset(row["slug"] for row in members if row["zone"] in places))

    assert len(zones_of) == len(PLACES)
    assert len(bodies_of) == len(PLACES)
    assert all(len(bodies) >= 20 for bodies in bodies_of)


def test_a_commune_has_one_prefecture_and_one_departmental_authority(zones, members, communes):
    for code in ("62041", "69123", "69264", "67482", "2A004", "75056", "97302"):
        places = around(communes[code], zones)
        served = Counter(row["network"] for row in members if row["zone"] in places)

        assert (code, served["prefecture"], served["conseil-departemental"], served["conseil-regional"]) == (
            code,
            1,
            1,
            1,
        )


def test_no_member_shows_a_telephone_except_france_services(members):
    assert {row["network"] for row in members if row["phone"]} == {"france-services"}


def test_texts_use_the_typographic_apostrophe(members):
    names = [row["name"] for row in members] + [row["name"] for row in rows(TERRITORIES / "zones.csv")]

    assert [name for name in names if "'" in name or not name] == []


def test_the_tables_stay_small():
    tables = [TERRITORIES / "zones.csv", TERRITORIES / "qpv.csv", ACTORS / "members.csv"]

    assert sum(path.stat().st_size for path in tables) < 1_600_000
