"""The queue shows local bodies and zones of programmes side by side, and takes them in one gesture."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.actors.models import Organisation
from maillage.curation.models import Proposal
from maillage.search.actions.watching import watch
from tests.factories.local import DESKS, PLACES, a_desk, a_network, a_place, a_zone, taken, told

QUEUE = "/animation/propositions"


@pytest.fixture
def waiting(commons, tmp_path):
    """A new desk, one that changed its address, one that is gone, and a zone that gains a commune and loses one."""
    a_network()
    taken(DESKS, tmp_path, [a_desk("1"), a_desk("2")])
    told(DESKS, tmp_path, [a_desk("1", adresse="9 Rue Neuve"), a_desk("3")])
    a_zone("ZONE-pvd", "COM-62119", "COM-34333")
    told(PLACES, tmp_path, [a_place("pvd", "62041"), a_place("pvd", "62119")])


def of(ref: str) -> Proposal:
    return Proposal.objects.get(origin_id=ref, state="pending")


def test_the_queue_shows_them_with_what_enters_and_what_leaves(waiting, animator):
    page = animator.get(QUEUE).content.decode().replace("\xa0", " ")

    assert page.count('name="choix"') == 4
    assert "communes : +1, −1" in page
    assert "Arras (62041)" in page
    assert "Vic-la-Gardiole (34333)" in page
    assert 'href="/territoires/ZONE-pvd"' in page
    assert 'href="/acteurs/fs-2"' in page
    assert "9 Rue Neuve" in page


def test_each_page_of_a_proposal_opens_and_takes_what_it_shows(waiting, animator):
    for ref in ("1", "3", "ZONE-pvd"):
        page = animator.get(f"{QUEUE}/{of(ref).pk}")
        assert page.status_code == 200
        animator.post(f"{QUEUE}/{of(ref).pk}", {"decision": "corrigee", "retour": QUEUE})

    assert Organisation.objects.get(slug="fs-1").address == "9 Rue Neuve, 62000 Arras"
    assert Organisation.objects.get(slug="fs-3").status == "published"
    assert set(Proposal.objects.filter(state="pending").values_list("origin_id", flat=True)) == {"2"}


def test_all_are_taken_together_and_told_in_the_watch(waiting, animator, client):
    count = Proposal.objects.filter(state="pending").count()
    sent = {"decision": "prendre", "toutes": "oui", "combien": str(count), "sure": "oui"}

    animator.post(f"{QUEUE}/ensemble", sent)

    assert not Proposal.objects.filter(state="pending").exists()
    assert Organisation.objects.get(slug="fs-2").status == "archived"
    watch()
    page = client.get("/veille?fiches=organisation").content.decode()
    assert "Disparue de sa source" in page
    assert "France services 3" in page


def test_the_sheet_of_a_desk_says_where_it_is_and_when_it_is_open(waiting, client):
    page = client.get("/acteurs/fs-1").content.decode().replace("\xa0", " ")

    assert "1 Place de l’Exemple, 62000 Arras" in page
    assert "lundi : 09:00 - 12:00" in page


def test_the_queue_asks_as_many_queries_for_one_as_for_twenty(waiting, animator, tmp_path):
    animator.get(QUEUE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        animator.get(QUEUE)
    told(DESKS, tmp_path, [a_desk(str(number)) for number in range(10, 30)])

    with CaptureQueriesContext(connection) as many:
        page = animator.get(QUEUE)

    assert len(page.context["entries"]) > 15
    assert len(many) == len(few)
