"""Territories that look alike: the distance and its laws, the reasons."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from maillage.core.similar import Crowd, Profile, distance, nearest


def a_place(code: str = "COM-1", population: int = 1000, density: float | None = 6.0, zones: str = "") -> Profile:
    return Profile(code=code, name=code, population=population, density=density, zones=frozenset(zones.split()))


PLACES = st.builds(
    a_place,
    code=st.sampled_from([f"COM-{rank}" for rank in range(6)]),
    population=st.integers(0, 2_000_000),
    density=st.none() | st.integers(10, 70).map(lambda tenths: tenths / 10),
    zones=st.sampled_from(["", "pvd", "pvd montagne", "acv"]),
)


@given(PLACES, PLACES)
def test_a_distance_is_the_same_both_ways_and_never_negative(one, other):
    assert distance(one, other) == distance(other, one) >= 0


@given(PLACES)
def test_the_same_place_is_at_no_distance_when_its_density_is_known(place):
    assert distance(place, place) == 0 or place.density is None


@given(PLACES, st.lists(PLACES, max_size=8))
def test_a_crowd_measures_what_two_places_measure(asked, others):
    crowd = Crowd(
        [each.code for each in others], [each.population for each in others], [each.density for each in others]
    )
    bare = [
        Profile(code=each.code, name="", population=each.population, density=each.density, zones=asked.zones)
        for each in others
    ]
    assert crowd.distances(asked).tolist() == [distance(asked, each) for each in bare]


def test_what_shares_its_programmes_comes_before_what_has_as_many_people():
    asked = a_place("COM-1", 5000, 5.0, "pvd montagne")
    alike = a_place("COM-2", 6000, 5.0, "pvd montagne")
    elsewhere = a_place("COM-3", 5000, 5.0, "acv")

    found = nearest(asked, [asked, elsewhere, alike], most=2)

    assert [item.profile.code for item in found] == ["COM-2", "COM-3"]
    assert [reason.code for reason in found[0].reasons] == ["similar_people", "similar_density", "similar_zones"]
    assert [reason.code for reason in found[1].reasons] == ["similar_people", "similar_density"]
