"""Loading a vintage: all or nothing, as often as one likes, over an older one."""

from __future__ import annotations

import pytest

from maillage.accounts.models import Event
from maillage.actors.models import Organisation
from maillage.core.errors import Unknown, UnreadableRecord
from maillage.core.places import Place
from maillage.territories import queries
from maillage.territories.actions import load_geography, load_zones, make_zone
from maillage.territories.models import Composition, GeographyState, Territory
from scripts.build_geography import row
from tests.factories.geography import ABOVE, AFTER, BEFORE, commune, write_vintage, write_zones

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(tmp_path):
    return write_vintage(tmp_path / "before", BEFORE)


@pytest.fixture
def after(tmp_path):
    return write_vintage(tmp_path / "after", AFTER, former={"01002": "01001", "01009": "01001"})


def everything():
    territories = list(
        Territory.objects.order_by("code").values_list("code", "kind", "name", "population", "parent__code")
    )
    return territories, set(Composition.objects.values_list("zone__code", "commune__code"))


def test_places_come_with_what_contains_them(before):
    loaded = load_geography(folder=before)

    assert loaded.places == {"COM": 3, "COMD": 1, "EPCI": 1, "DEP": 1, "REG": 1, "PAYS": 1}
    assert loaded.compositions == 12
    assert queries.usable_here("COM-01001") == {"COM-01001", "EPCI-200000001", "DEP-01", "REG-84", "PAYS-99100"}
    assert queries.place_of("01002") == Place(
        code="COM-01002",
        kind="COM",
        name="Bêta",
        population=300,
        siren="210101002",
        postcodes=("01000",),
        department="01",
        region="84",
        epci="200000001",
    )


def test_the_population_of_a_departement_is_that_of_its_communes(before):
    load_geography(folder=before)

    assert Territory.objects.get(code="DEP-01").population == 1000


def test_loading_again_changes_nothing_but_the_revision(before):
    load_geography(folder=before)
    once, revision = everything(), GeographyState.objects.get().revision

    loaded = load_geography(folder=before)

    assert everything() == once
    assert (loaded.removed, loaded.kept) == (0, ())
    assert GeographyState.objects.get().revision == revision + 1


def test_a_new_vintage_replaces_the_older_and_its_merged_commune_still_resolves(before, after):
    load_geography(folder=before, vintage="2025")

    loaded = load_geography(folder=after, vintage="2026")

    assert loaded.removed == 1
    assert queries.resolve("COM-01001").name == "Alpha-Bêta"
    assert queries.resolve("COM-01002").code == "COM-01001"
    assert queries.resolve("01002").code == "COMD-01002"
    assert queries.lineage("COMD-01009").commune == queries.place_of("COM-01001")
    assert GeographyState.objects.get().vintage == "2026"


def test_a_merged_commune_that_a_sheet_names_stays_as_a_part_of_its_successor(before, after):
    load_geography(folder=before)
    seat = Territory.objects.get(code="COM-01002")
    Organisation.objects.create(slug="mairie", name="Mairie", kind="local_authority", echelon="LOCAL", seat=seat)

    loaded = load_geography(folder=after)

    assert loaded.kept == ("COM-01002",)
    seat.refresh_from_db()
    assert (seat.kind, seat.parent.code) == ("COMD", "COM-01001")
    assert queries.address_to_check("COM-01001") >= {"COM-01002"}


def test_zones_people_made_follow_their_communes_into_the_new_vintage(before, after):
    load_geography(folder=before)
    make_zone(name="Vallée", codes_text="01002 01003")

    load_geography(folder=after)

    assert set(queries.closure().communes("ZONE-vallee")) == {"COM-01001", "COM-01003"}


def test_a_broken_vintage_leaves_everything_as_it_was(before, tmp_path):
    load_geography(folder=before)
    once, revision = everything(), GeographyState.objects.get().revision
    broken = write_vintage(tmp_path / "broken", [*ABOVE, commune("01001", "Alpha", 1), row("COM-1", "Cassée")])

    with pytest.raises(UnreadableRecord):
        load_geography(folder=broken)

    assert everything() == once
    assert GeographyState.objects.get().revision == revision


def test_memory_follows_each_change(before):
    load_geography(folder=before)
    assert "ZONE-a" not in queries.usable_here("COM-01001")

    load_zones(folder=write_zones(before, {"ZONE-a": "COM-01001"}))

    assert "ZONE-a" in queries.usable_here("COM-01001")


def test_loading_is_written_in_the_log(before):
    load_geography(folder=before, vintage="2026")

    assert Event.objects.filter(verb="imported", target_type="geography", target_key="2026").exists()


def test_zones_are_made_of_communes_groupings_and_former_communes(before):
    load_geography(folder=before)
    zones = write_zones(
        before, {"ZONE-a": "01001|COM-01003", "ZONE-b": "EPCI-200000001", "ZONE-c": "COM-01900|COM-99999"}
    )

    loaded = load_zones(folder=zones)

    assert queries.closure().communes("ZONE-a") == ("COM-01001", "COM-01003")
    assert len(queries.closure().communes("ZONE-b")) == 3
    assert queries.closure().communes("ZONE-c") == ("COM-01001",)
    assert loaded.unread == (("ZONE-c", "COM-99999"),)
    assert queries.place_of("ZONE-a").population == 700


def test_loading_zones_again_replaces_their_members(before):
    load_geography(folder=before)
    load_zones(folder=write_zones(before, {"ZONE-a": "01001|01003"}))

    load_zones(folder=write_zones(before, {"ZONE-a": "01002"}))

    assert queries.closure().communes("ZONE-a") == ("COM-01002",)


def test_a_quartier_lies_in_its_communes_and_asks_for_an_address(before):
    load_geography(folder=before)

    load_zones(folder=write_zones(before, {}, quarters={"QPV-QN1": "01001", "QPV-QN2": "01002|01003"}))

    assert "QPV-QN1" not in queries.usable_here("COM-01001")
    assert queries.address_to_check("COM-01001") == {"QPV-QN1"}
    assert queries.address_to_check("COM-01003") == {"QPV-QN2"}
    assert queries.lineage("QPV-QN1").commune == queries.place_of("COM-01001")
    assert queries.lineage("QPV-QN2").commune is None
    assert queries.lineage("QPV-QN2").epci == queries.place_of("EPCI-200000001")


def test_a_zone_that_left_the_tables_goes_unless_a_sheet_names_it(before):
    load_geography(folder=before)
    load_zones(folder=write_zones(before, {"ZONE-a": "01001", "ZONE-b": "01002"}))
    made = make_zone(name="Des gens", codes_text="01003").zone
    kept = Territory.objects.get(code="ZONE-b")
    Organisation.objects.create(slug="pays", name="Pays", kind="network", echelon="LOCAL").zones.add(kept)

    loaded = load_zones(folder=write_zones(before, {"ZONE-c": "01001"}))

    assert loaded.removed == 1
    zones = Territory.objects.filter(kind="ZONE").order_by("code").values_list("code", flat=True)
    assert list(zones) == ["ZONE-b", "ZONE-c", made.code]


def test_nothing_is_known_before_the_first_load(db):
    queries.warm()

    with pytest.raises(Unknown):
        queries.resolve("62041")
    assert queries.search_places("arras") == queries.search_places("62") == []
