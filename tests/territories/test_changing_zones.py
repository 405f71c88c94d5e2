"""A zone a list changed: loading the tables again leaves it alone, until they are more recent."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.core.errors import Refused
from maillage.territories.actions import Teller, change_zone, load_zones
from maillage.territories.models import Composition, Territory
from maillage.territories.queries import zone_near
from tests.factories.geography import write_zones
from tests.factories.places import make_places

pytestmark = pytest.mark.django_db
ARRAS, BETHUNE = "COM-62041", "COM-62119"


def told(as_of: dt.date) -> Teller:
    return Teller(name="Une liste", licence="Licence Ouverte 2.0", as_of=as_of)


def inside() -> set[str]:
    return set(Composition.objects.filter(zone__code="ZONE-pvd").values_list("commune__code", flat=True))


@pytest.mark.parametrize(
    ("day", "left"), [(dt.date(2026, 1, 1), {BETHUNE}), (dt.date(2025, 12, 31), {ARRAS})], ids=["as recent", "older"]
)
def test_the_tables_leave_alone_what_a_list_as_recent_changed(tmp_path, day, left):
    make_places()
    folder = write_zones(tmp_path, {"ZONE-pvd": ARRAS})
    load_zones(folder=folder)
    zone = Territory.objects.get(code="ZONE-pvd")
    change_zone(zone, added=[BETHUNE], left=[ARRAS], told=told(day), by=None)

    load_zones(folder=folder)

    assert inside() == left


def test_a_zone_keeps_a_commune_and_a_commune_is_no_zone(tmp_path):
    make_places()
    load_zones(folder=write_zones(tmp_path, {"ZONE-pvd": ARRAS}))
    zone, commune = (Territory.objects.get(code=code) for code in ("ZONE-pvd", ARRAS))

    with pytest.raises(Refused, match="zone_would_be_empty"):
        change_zone(zone, added=["COM-99999"], left=[ARRAS], told=told(dt.date(2026, 1, 1)), by=None)
    with pytest.raises(Refused, match="zone_not_changeable"):
        change_zone(commune, added=[BETHUNE], left=[], told=told(dt.date(2026, 1, 1)), by=None)

    assert inside() == {ARRAS}


def test_a_desk_serves_the_intercommunalite_of_its_commune_where_there_is_one():
    make_places()

    assert [zone_near(code) for code in (ARRAS, BETHUNE, "DEP-62")] == ["EPCI-200033579", BETHUNE, "DEP-62"]
