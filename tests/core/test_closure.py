"""Laws of containment and of shares, against the naive way of computing them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.closure import Presence, Reach, closure_of
from maillage.core.errors import Unknown

quickly = settings(max_examples=40, deadline=None)

COMMUNES = [f"COM-{number:05d}" for number in range(1, 10)]
ZONES = [f"ZONE-{letter}" for letter in "abcdef"]
PARTS = [f"QPV-{number}" for number in range(3)]


@st.composite
def geographies(draw):
    zones = draw(st.dictionaries(st.sampled_from(ZONES), st.sets(st.sampled_from(COMMUNES)), min_size=1))
    people = draw(st.dictionaries(st.sampled_from(COMMUNES + PARTS), st.one_of(st.none(), st.integers(0, 5000))))
    parts = draw(st.dictionaries(st.sampled_from(PARTS), st.sets(st.sampled_from(COMMUNES), min_size=1, max_size=2)))
    every = {"PAYS-99100": set(COMMUNES)} | zones
    return every, people, parts


def members(code, zones, parts):
    return zones.get(code) or parts.get(code) or ({code} if code in COMMUNES else set())


def places(zones, parts):
    return [*COMMUNES, *zones, *parts]


@quickly
@given(geographies())
def test_containment_is_what_sets_say(geography):
    zones, people, parts = geography
    closure = closure_of(zones, populations=people, parts=parts)

    for zone in places(zones, parts):
        for place in places(zones, parts):
            inner, outer = members(place, zones, parts), members(zone, zones, parts)
            expected = zone == place or (zone not in parts and bool(inner) and inner <= outer)
            assert closure.contains(zone, place) is expected
            assert (zone in closure.containing(place)) is expected


@quickly
@given(geographies(), st.data())
def test_containment_is_reflexive_transitive_and_antisymmetric_on_sets(geography, data):
    zones, people, parts = geography
    closure = closure_of(zones, populations=people, parts=parts)
    one, two, three = (data.draw(st.sampled_from(places(zones, parts))) for _ in range(3))

    assert closure.contains(one, one)
    if closure.contains(one, two) and closure.contains(two, three):
        assert closure.contains(one, three)
    if closure.contains(one, two) and closure.contains(two, one):
        assert set(closure.communes(one)) == set(closure.communes(two))


@quickly
@given(geographies())
def test_zones_around_a_place_are_those_that_share_a_commune_with_the_right_shares(geography):
    zones, people, parts = geography
    closure = closure_of(zones, populations=people, parts=parts)
    count = {code: people.get(code) or 0 for code in COMMUNES}

    for place in (*COMMUNES, *zones):
        inner = members(place, zones, parts)
        met = {}
        for zone in (*COMMUNES, *zones):
            if common := inner & members(zone, zones, parts):
                met[zone] = tuple(share(common, whole, count) for whole in (inner, members(zone, zones, parts)))
        around = {each.zone: each for each in closure.around(place) if each.zone not in parts}
        assert around.keys() == met.keys()
        for zone, (of_place, of_zone) in met.items():
            assert around[zone].of_place == pytest.approx(of_place)
            assert around[zone].of_zone == pytest.approx(of_zone)
            assert closure.around(place).get(zone) == around[zone]
        lying = {part for part, communes in parts.items() if communes & inner}
        assert closure.around(place).codes == met.keys() | lying
        assert len(closure.around(place)) == len(met) + len(lying)


def share(common, whole, count):
    total = sum(count[code] for code in whole)
    return sum(count[code] for code in common) / total if total else len(common) / len(whole)


@quickly
@given(geographies(), st.data())
def test_the_share_of_a_union_is_between_0_and_1_and_what_counting_gives(geography, data):
    zones, people, parts = geography
    closure = closure_of(zones, populations=people, parts=parts)
    chosen = data.draw(st.lists(st.sampled_from([*COMMUNES, *zones])))
    refused = data.draw(st.lists(st.sampled_from([*COMMUNES, *zones]), max_size=2))
    place = data.draw(st.sampled_from([*COMMUNES, "PAYS-99100"]))
    count = {code: people.get(code) or 0 for code in COMMUNES}

    found = closure.share(chosen, place, excluded=refused)

    inner = members(place, zones, parts)
    covered = set().union(*(members(zone, zones, parts) for zone in chosen))
    covered -= set().union(*(members(zone, zones, parts) for zone in refused))
    assert 0 <= found <= 1
    assert found == pytest.approx(share(inner & covered, inner, count))


@quickly
@given(geographies(), st.randoms())
def test_the_order_of_the_input_changes_nothing(geography, random):
    zones, people, parts = geography
    shuffled = {zone: random.sample(sorted(inside), len(inside)) * 2 for zone, inside in reversed(zones.items())}
    one, two = closure_of(zones, populations=people, parts=parts), closure_of(shuffled, populations=people, parts=parts)

    assert list(one.codes) == list(two.codes)
    for place in one.codes:
        assert one.containing(place) == two.containing(place)
        assert list(one.around(place)) == list(two.around(place))


@quickly
@given(geographies())
def test_what_is_reserved_to_a_part_is_to_check_in_its_commune_and_nowhere_else(geography):
    zones, people, parts = geography
    closure = closure_of(zones, populations=people, parts=parts)

    for part, communes in parts.items():
        for place in places(zones, parts):
            inner = members(place, zones, parts)
            near = part != place and bool(inner & communes) and (place in parts or len(inner) == 1)
            expected = Reach.INSIDE if part == place else Reach.ADDRESS_TO_CHECK if near else Reach.OUTSIDE
            assert closure.reach(part, place) is expected
            assert (part in closure.to_check(place)) is near


TOWN = closure_of(
    {"DEP-01": ["COM-1", "COM-2"], "ZONE-empty": [], "COM-975": ["COM-3"]},
    populations={"COM-1": 600, "COM-2": 400, "ARM-1": 150},
    parts={"ARM-1": ["COM-1"], "QPV-1": ["COM-1"], "QPV-2": ["COM-1", "COM-2"]},
)


def test_a_part_lies_in_what_contains_its_commune():
    assert TOWN.containing("ARM-1") == {"ARM-1", "COM-1", "DEP-01"}
    assert TOWN.around("ARM-1").get("DEP-01") == Presence("DEP-01", 1.0, 0.15)
    assert TOWN.around("ARM-1").get("QPV-1") == Presence("QPV-1", None, None, address_to_check=True)


def test_a_part_present_in_a_place_counts_its_own_people_when_somebody_counted_them():
    assert TOWN.around("DEP-01").get("ARM-1") == Presence("ARM-1", 0.15, 1.0)
    assert TOWN.around("COM-1").get("QPV-1") == Presence("QPV-1", None, 1.0)
    assert TOWN.around("COM-2").get("QPV-1") is None


def test_a_quartier_across_two_communes_is_in_the_zones_that_have_both():
    assert TOWN.containing("QPV-2") == {"QPV-2", "DEP-01"}
    assert TOWN.around("QPV-2").get("COM-1").of_place is None
    assert TOWN.around("QPV-2").get("DEP-01").of_place == 1.0


def test_without_inhabitants_communes_are_counted():
    assert TOWN.around("COM-975").get("COM-3") == Presence("COM-3", 1.0, 1.0)
    assert TOWN.share(["COM-3"], "COM-975") == 1.0


def test_an_empty_zone_contains_nothing_and_is_nowhere():
    assert TOWN.containing("ZONE-empty") == {"ZONE-empty"}
    assert not TOWN.contains("DEP-01", "ZONE-empty")
    assert list(TOWN.around("ZONE-empty")) == []
    assert TOWN.share(["DEP-01"], "ZONE-empty") == 0.0
    assert not math.isnan(TOWN.share(["ZONE-empty"], "DEP-01"))


@pytest.mark.parametrize("ask", [TOWN.containing, TOWN.around, TOWN.to_check, TOWN.communes])
def test_a_place_that_is_not_there_is_named(ask):
    with pytest.raises(Unknown) as refusal:
        ask("COM-404")

    assert refusal.value.facts == {"value": "COM-404"}
