"""Territories that look alike, among the real ones."""

from __future__ import annotations

import time

import pytest

from maillage.territories import queries
from maillage.territories.queries import similar_places
from maillage.territories.queries.similar import density_levels, density_of

pytestmark = pytest.mark.django_db


def test_every_commune_of_the_grid_exists_and_few_are_without_a_level(geography):
    communes = {code for code, row in queries.geography().rows.items() if row[2] == "COM"}

    assert set(density_levels()) <= communes
    assert len(communes - set(density_levels())) < 120, "overseas collectivities and communes restored since"


def test_a_village_is_compared_with_villages_and_a_city_with_cities(geography):
    gueret, paris = similar_places("COM-23096"), similar_places("COM-75056")
    here = queries.geography()

    assert len(gueret) == 5
    assert all(5_000 < (here.population_of(item.profile.code) or 0) < 30_000 for item in gueret)
    assert {item.profile.code for item in paris} >= {"COM-13055", "COM-69123"}


def test_density_is_that_of_the_inhabitants(geography):
    here = queries.geography()

    assert density_of(here, "COM-75056") == 1
    assert 1 < (density_of(here, "EPCI-200033579") or 0) < 5, "Arras and its villages"
    assert density_of(here, "COM-97502") is None


def test_a_quarter_is_not_compared(geography):
    assert similar_places("PAYS-99100") == []


def test_a_page_does_not_wait_for_it(geography):
    asked = ("COM-62041", "COM-26113", "EPCI-200033579", "DEP-62")
    for code in asked:
        similar_places(code)
    start = time.thread_time()
    for code in asked:
        similar_places(code)

    assert (time.thread_time() - start) / len(asked) < 0.06, "half of that on a quiet machine"
