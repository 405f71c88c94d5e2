"""The two questions, « usable here » and « present around here », on the real geography."""

from __future__ import annotations

import pytest

from maillage.core.closure import Reach
from maillage.territories import queries

pytestmark = pytest.mark.django_db

OFFICIAL = ("COM", "COMD", "ARM", "EPT", "EPCI", "DEP", "REG", "PAYS")


def official(codes):
    return {code for code in codes if code.split("-")[0] in OFFICIAL}


@pytest.mark.parametrize(
    ("place", "containing"),
    [
        ("COM-62041", {"COM-62041", "EPCI-200033579", "DEP-62", "REG-32", "PAYS-99100"}),
        ("COM-2A004", {"COM-2A004", "EPCI-242010056", "DEP-2A", "REG-94", "PAYS-99100"}),
        ("ARM-75101", {"ARM-75101", "COM-75056", "EPCI-200054781", "DEP-75", "REG-11", "PAYS-99100"}),
        ("ARM-69381", {"ARM-69381", "COM-69123", "EPCI-200046977", "DEP-69", "REG-84", "PAYS-99100"}),
        ("COM-93001", {"COM-93001", "EPT-200057867", "EPCI-200054781", "DEP-93", "REG-11", "PAYS-99100"}),
        ("COM-97411", {"COM-97411", "EPCI-249740119", "DEP-974", "REG-04", "PAYS-99100"}),
        ("COM-85113", {"COM-85113", "DEP-85", "REG-52", "PAYS-99100"}),
        ("COM-29155", {"COM-29155", "DEP-29", "REG-53", "PAYS-99100"}),
        ("COM-97502", {"COM-97502", "COM-975", "PAYS-99100"}),
        ("COM-98735", {"COM-98735", "COM-987", "PAYS-99100"}),
        ("COM-98818", {"COM-98818", "COM-988", "PAYS-99100"}),
        ("COM-98411", {"COM-98411", "COM-984", "PAYS-99100"}),
        ("COMD-01039", {"COMD-01039", "COM-01138", "EPCI-200040350", "DEP-01", "REG-84", "PAYS-99100"}),
        ("DEP-974", {"DEP-974", "REG-04", "PAYS-99100"}),
        ("REG-04", {"DEP-974", "REG-04", "PAYS-99100"}),
        ("PAYS-99100", {"PAYS-99100"}),
    ],
)
def test_what_contains_a_place_is_usable_there(geography, place, containing):
    assert official(queries.usable_here(place)) == containing


def test_arras_is_in_the_zones_of_its_contracts_and_programmes(geography):
    here = queries.usable_here("COM-62041")

    assert {"ZONE-acv", "ZONE-qpv"} <= here
    assert any(code.startswith("CRTE-") for code in here)
    assert "ZONE-pvd" not in here


def test_an_offer_of_a_grouping_is_present_around_a_departement_with_its_share_of_people(geography):
    around = queries.present_around("DEP-62")

    presence = around.get("EPCI-200033579")
    inside = sum(geography.place(code).population for code in geography.closure.communes("EPCI-200033579"))
    assert presence.of_place == pytest.approx(inside / geography.place("DEP-62").population)
    assert presence.of_zone == 1.0
    assert "EPCI-200033579" not in queries.usable_here("DEP-62")
    assert around.get("REG-32").of_place == 1.0
    assert around.get("REG-76") is None


def test_a_quartier_is_present_in_its_commune_and_its_address_is_to_check(geography):
    quartier = next(code for code in sorted(queries.address_to_check("COM-62041")) if code.startswith("QPV-"))

    assert quartier not in queries.usable_here("COM-62041")
    assert geography.closure.reach(quartier, "COM-62041") is Reach.ADDRESS_TO_CHECK
    assert geography.closure.reach(quartier, "COM-62119") is Reach.OUTSIDE
    assert geography.closure.reach(quartier, "DEP-62") is Reach.OUTSIDE
    assert quartier in queries.present_around("COM-62041").codes
    assert quartier in queries.present_around("DEP-62").codes


def test_an_arrondissement_of_paris_counts_its_own_people(geography):
    presence = queries.present_around("COM-75056").get("ARM-75101")

    assert presence.of_place == pytest.approx(15114 / geography.place("COM-75056").population)


def test_lands_without_inhabitants_are_shared_by_number_of_communes(geography):
    assert queries.present_around("COM-984").get("COM-98411").of_place == pytest.approx(1 / 5)


def test_programmes_of_the_country_are_usable_everywhere(geography):
    communes = [code for code in geography.rows if geography.rows[code][2] == "COM"]

    assert all("PAYS-99100" in geography.closure.containing(code) for code in communes)


def test_the_lineage_of_a_commune_names_what_it_lies_in(geography):
    chain = queries.lineage("COM-93001").chain()

    assert [place.name for place in chain] == [
        "Aubervilliers",
        "Plaine Commune",
        "Métropole du Grand Paris",
        "Seine-Saint-Denis",
        "Île-de-France",
        "France",
    ]


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("COM-85113", ["L’Île-d’Yeu", "Vendée", "Pays de la Loire", "France"]),
        ("COM-97502", ["Saint-Pierre", "Saint-Pierre-et-Miquelon", "France"]),
        ("DEP-75", ["Paris", "Île-de-France", "France"]),
        ("REG-04", ["La Réunion", "France"]),
        (
            "ARM-75101",
            ["Paris 1er Arrondissement", "Paris", "Métropole du Grand Paris", "Paris", "Île-de-France", "France"],
        ),
    ],
)
def test_the_lineage_skips_what_a_place_does_not_have(geography, place, names):
    assert [each.name for each in queries.lineage(place).chain()] == names


def test_the_other_zones_of_a_place_are_listed_apart(geography):
    others = {place.code for place in queries.lineage("COM-62041").others}

    assert "ZONE-acv" in others
    assert not official(others)


def test_each_intercommunalite_is_seated_in_one_departement_and_one_region(geography):
    codes = [code for code in geography.rows if code.startswith("EPCI-")]
    for kind in ("DEP-", "REG-"):
        seats = [queries.seated_in(code) & set(codes) for code in geography.rows if code.startswith(kind)]

        assert sum(map(len, seats)) == len(codes)
        assert set().union(*seats) == set(codes)


@pytest.mark.parametrize(
    ("epci", "seat"),
    [
        ("EPCI-200033579", "DEP-62"),
        ("EPCI-243500741", "DEP-35"),
        ("EPCI-200054781", "DEP-75"),
        ("EPCI-200033579", "REG-32"),
        ("EPCI-200033579", "PAYS-99100"),
    ],
    ids=["in one", "over three, none with half", "Grand Paris", "in a région", "in France"],
)
def test_a_grouping_is_seated_where_the_largest_share_of_its_people_live(geography, epci, seat):
    assert epci in queries.seated_in(seat)


@pytest.mark.parametrize("place", ["COM-62041", "EPCI-200033579", "COMD-01039"])
def test_nothing_is_seated_in_a_commune_or_a_grouping(geography, place):
    assert queries.seated_in(place) == frozenset()
