"""Writing organisations and networks, and finding who serves a place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.accounts.models import Event
from maillage.actors.actions import load_networks, organisation_uid, put_organisations
from maillage.actors.models import Competence, Network, Organisation
from maillage.actors.queries import (
    members_serving,
    network_zones,
    organisation_record,
    published_organisations,
    whole_organisations,
)
from maillage.core.errors import Refused
from maillage.core.vocabulary import competences
from tests.factories.records import an_organisation
from tests.factories.rows import ADIL, make_world

pytestmark = pytest.mark.django_db
SKILL = next(iter(competences()))
FULL = an_organisation(
    slug="adil-62",
    name="ADIL du Pas-de-Calais",
    acronym="ADIL 62",
    echelon="DEPARTMENTAL",
    siren="123456789",
    siret="12345678900011",
    rna="W621000001",
    description="Informe sur le logement.",
    website="https://exemple.test",
    phone="03 21 00 00 00",
    network="adil",
    seat="COM-62041",
    zones=("DEP-62",),
    competences=(SKILL,),
    levers=("human", "alliances"),
    funding_origins=("public",),
    origin="faits",
    origin_id="adil-62",
)


@pytest.fixture(autouse=True)
def world():
    make_world(an_organisation())


def test_a_sheet_reads_back_whole():
    assert put_organisations([FULL], by=None) == ["created"]

    row = Organisation.objects.get(slug="adil-62")
    assert organisation_record(row) == replace(FULL, uid=organisation_uid("adil-62"))


def test_writing_again_changes_nothing_and_a_change_is_logged_once():
    put_organisations([FULL], by=None)
    events = Event.objects.count()

    assert put_organisations([FULL], by=None) == ["same"]
    assert Event.objects.count() == events
    assert put_organisations([replace(FULL, zones=("REG-32",)), an_organisation("Neuve", slug="neuve")], by=None) == [
        "changed",
        "created",
    ]
    assert Event.objects.filter(target_key=organisation_uid("adil-62")).latest("id").snapshot["zones"] == ["REG-32"]


BAD = {
    "no name": {"name": ""},
    "no address": {"slug": ""},
    "an unknown place": {"zones": ("COM-99999",)},
    "an unknown seat": {"seat": "COM-99999"},
    "an unknown network": {"network": "licornes"},
    "an unknown competence": {"competences": ("voler",)},
    "an unknown kind": {"kind": "secte"},
    "an unknown échelon": {"echelon": "COSMIC"},
    "an unknown nature": {"natures": ("MAGIC",)},
    "an unknown lever": {"levers": ("pied-de-biche",)},
    "a malformed SIREN": {"siren": "12 34"},
}


@pytest.mark.parametrize("said", BAD.values(), ids=BAD)
def test_one_wrong_sheet_leaves_its_batch_unwritten_and_says_why(said):
    before = Organisation.objects.count(), Event.objects.count()

    with pytest.raises(Refused):
        put_organisations([an_organisation("Bonne", slug="bonne"), replace(FULL, **said)], by=None)

    assert (Organisation.objects.count(), Event.objects.count()) == before


def test_one_sheet_given_twice_is_refused():
    with pytest.raises(Refused, match="record_twice"):
        put_organisations([FULL, FULL], by=None)


def test_loading_networks_again_updates_them():
    load_networks([ADIL | {"label": "Adil"}, ADIL | {"slug": "caue", "name": "CAUE"}])

    assert list(Network.objects.order_by("slug").values_list("slug", "label")) == [("adil", "Adil"), ("caue", "ADIL")]
    assert Competence.objects.count() == len(competences())


def test_a_network_is_at_work_where_its_published_members_serve():
    members = [
        FULL,
        replace(FULL, slug="adil-34", zones=("DEP-34",), origin_id="adil-34", seat=""),
        replace(FULL, slug="projet", zones=("REG-76",), origin_id="projet", status="draft"),
    ]
    put_organisations(members, by=None)

    assert network_zones() == {"adil": frozenset({"DEP-62", "DEP-34"})}
    serving = members_serving(["adil"], ["COM-34333", "DEP-34", "REG-76", "PAYS-99100"])
    assert [row.slug for row in serving] == ["adil-34"]
    assert members_serving(["caue"], ["DEP-34"]) == []


def test_a_member_that_serves_two_zones_of_the_place_is_told_once():
    put_organisations([replace(FULL, zones=("DEP-62", "REG-32"))], by=None)

    assert len(members_serving(["adil"], ["DEP-62", "REG-32"])) == 1


def test_the_public_sees_what_is_published():
    put_organisations([replace(FULL, status="review")], by=None)

    assert [row.slug for row in published_organisations()] == ["agence-ternois"]


def test_reading_costs_the_same_number_of_queries_with_1_and_30(django_assert_num_queries):
    with django_assert_num_queries(3):
        [organisation_record(row) for row in whole_organisations()]
    put_organisations([replace(FULL, slug=f"o{rank}", origin_id=str(rank)) for rank in range(30)], by=None)

    with django_assert_num_queries(3):
        assert len([organisation_record(row) for row in whole_organisations()]) == 31
