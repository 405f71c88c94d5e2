"""Duplicates side by side."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.actors.actions import put_organisations
from maillage.actors.models import Organisation
from maillage.curation.actions import find_duplicates
from maillage.curation.models import DuplicateVerdict, Merge
from maillage.inventory.actions import put_programmes
from maillage.inventory.models import Programme
from tests.factories.records import a_programme, an_operator, an_organisation

PATH = "/animation/doublons"


@pytest.fixture
def pair(commons) -> DuplicateVerdict:
    """« Recyclage des friches », told by another source with other words."""
    said = {"origin": "deux", "origin_id": "b", "source_name": "Source deux", "operators": (an_operator(),)}
    twin = a_programme("Le recyclage des friches", zones=("COM-62041",), promise="Une friche revit", **said)
    put_programmes([twin], by=None)
    find_duplicates()
    one, two = (str(row.uid) for row in sheets())
    return DuplicateVerdict.objects.get(left=min(one, two), right=max(one, two))


def sheets() -> tuple[Programme, Programme]:
    return Programme.objects.get(slug="recyclage-friches"), Programme.objects.get(origin="deux")


def test_the_list_and_the_pair_show_both_sheets_and_the_table_of_reasons(pair, animator):
    listed = animator.get(PATH).content.decode()
    page = animator.get(f"{PATH}/{pair.pk}").content.decode()

    assert "Le recyclage des friches" in listed
    assert "Recyclage des friches" in page
    assert page.count("<tr>") == len(pair.reasons) + 2


def test_merging_field_by_field_then_undoing_from_the_page(pair, animator, client):
    kept, other = sheets()
    sent = {"decision": "fusionner", "garder": str(kept.uid), "champ-promise": "absorbed", "champ-zones": "both"}

    animator.post(f"{PATH}/{pair.pk}", sent)
    merged = Programme.objects.get(pk=kept.pk)
    places = {zone.territory.code for zone in merged.zones.all()}
    sheet = client.get(f"/programmes/{kept.slug}").content.decode()
    old = client.get(f"/programmes/{other.slug}")
    animator.post(f"{PATH}/reunies/{Merge.objects.get().pk}/defaire")

    assert (merged.promise, places) == ("Une friche revit", {"DEP-62", "COM-62041"})
    assert "Ce qu’en disent les sources" in sheet
    assert "Faites renaître une friche" in sheet
    assert old.headers["Location"] == f"/programmes/{kept.slug}"
    assert Programme.objects.get(pk=kept.pk).promise == "Faites renaître une friche"
    assert client.get(f"/programmes/{other.slug}").status_code == 200


def test_keeping_the_other_address_keeps_what_was_ticked(pair, animator):
    kept, other = sheets()
    first = animator.get(f"{PATH}/{pair.pk}").context["sides"][0].uid
    wanted = {str(kept.uid): kept, str(other.uid): other}[first].promise
    second = other if first == str(kept.uid) else kept

    animator.post(f"{PATH}/{pair.pk}", {"decision": "fusionner", "garder": str(second.uid), "champ-promise": "kept"})

    second.refresh_from_db()
    assert (second.status, second.promise) == ("published", wanted)


def test_not_a_duplicate_and_later(pair, animator):
    animator.post(f"{PATH}/{pair.pk}", {"decision": "plus-tard"})
    pair.refresh_from_db()
    later = pair.later_at
    animator.post(f"{PATH}/{pair.pk}", {"decision": "distinctes"})
    find_duplicates()
    pair.refresh_from_db()

    assert later is not None
    assert (pair.human, f"{PATH}/{pair.pk}" in animator.get(PATH).content.decode()) == ("different", False)
    assert animator.post(f"{PATH}/{pair.pk}", {"decision": "peut-être"}).status_code == 400


def test_actors_have_their_own_page_and_their_programmes_follow(commons, animator, client):
    known = Organisation.objects.get(slug="agence-ternois")
    Organisation.objects.filter(pk=known.pk).update(siren="200033579")
    put_organisations([an_organisation("Agence Eau Ternois", slug="double", siren="200033579")], by=None)
    put_programmes([a_programme("Aide du double", slug="du-double", operators=(an_operator("double"),))], by=None)
    Programme.objects.get(slug="du-double").parts.update(organisation=Organisation.objects.get(slug="double"))
    find_duplicates(kind="organisation")
    row, double = DuplicateVerdict.objects.get(kind="organisation"), Organisation.objects.get(slug="double")

    page = animator.get(f"{PATH}?sorte=acteurs").content.decode()
    animator.post(f"{PATH}/{row.pk}", {"decision": "fusionner", "garder": str(known.uid)})
    operators = [part.organisation.slug for part in Programme.objects.get(slug="du-double").parts.all()]
    led = client.get("/acteurs/double")
    animator.post(f"{PATH}/reunies/{Merge.objects.get().pk}/defaire")
    back = [part.organisation.slug for part in Programme.objects.get(slug="du-double").parts.all()]

    double.refresh_from_db()
    assert "Agence Eau Ternois" in page
    assert (operators, back) == (["agence-ternois"], ["double"])
    assert led.headers["Location"] == "/acteurs/agence-ternois"
    assert double.status == "published"


def test_the_list_costs_the_same_with_one_or_many_pairs(pair, animator):
    costs = []
    for count in (1, 15):
        for place in range(count - 1):
            put_programmes(
                [a_programme(f"Le recyclage des friches {place}", origin=f"x{place}", origin_id="b")], by=None
            )
        find_duplicates()
        with CaptureQueriesContext(connection) as seen:
            assert animator.get(PATH).status_code == 200
        costs.append(len(seen))

    assert len(set(costs)) == 1, costs
