from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.inventory.actions import put_links, put_programmes
from tests.factories.records import a_link, a_programme


def test_a_sheet_says_who_what_where_how_and_from_which_source(commons, client):
    page = client.get("/programmes/recyclage-friches").content.decode()

    for words in (
        "Recyclage des friches",
        "Agence de l’eau du Ternois",
        "Être propriétaire du site",
        "Écrivez à la préfecture.",
        "Pas-de-Calais",
        "Subvention",
        "https://exemple.test/fiche",
        "À vérifier",
        "Diagnostic de friche",
        "La première étude ouvre droit à la seconde.",
        "Proposer une correction",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("where", "answer"),
    [("ou=Arras", "is-yes"), ("territoire=COM-34333", "is-no"), ("ou=62119", "is-yes")],
    ids=["by name", "elsewhere", "by INSEE"],
)
def test_et_chez_moi_answers_yes_or_no_with_its_why(commons, client, where, answer):
    page = client.get(f"/programmes/recyclage-friches?{where}").content.decode()

    assert f"home-check__answer {answer}" in page


def test_a_sheet_can_be_read_as_it_was_known_on_a_day(commons, client):
    yesterday = dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=2)

    before = client.get(f"/programmes/recyclage-friches?au={yesterday}")
    after = client.get(f"/programmes/recyclage-friches?au={yesterday + dt.timedelta(days=3)}")

    assert before.status_code == 404
    assert "pas encore connue" in before.content.decode()
    assert "Telle que connue le" in after.content.decode()
    assert client.get("/programmes/recyclage-friches?au=hier").status_code == 400


def test_the_page_carries_its_data_for_machines_and_nothing_in_it_can_close_the_block(commons, client):
    put_programmes([a_programme("</script><script>alert(1)</script>", slug="piege")], by=None)

    page = client.get("/programmes/piege").content.decode()

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(block.group(1))
    assert data["@type"] == "GovernmentService"
    assert data["name"] == "</script><script>alert(1)</script>"
    assert page.count("alert(1)</script>") == 0


def test_a_draft_is_for_its_author_and_animateurs_only(commons, client, visitor, animator):
    put_programmes([a_programme("Brouillon", slug="brouillon", status="draft")], by=None)

    assert client.get("/programmes/brouillon").status_code == 404
    assert visitor.get("/programmes/brouillon").status_code == 404
    assert animator.get("/programmes/brouillon").status_code == 200


def test_an_archived_sheet_keeps_its_address_and_says_so(commons, client):
    put_programmes([a_programme("Ancienne", slug="ancienne", status="archived")], by=None)

    page = client.get("/programmes/ancienne").content.decode()

    assert "Cette fiche est archivée" in page


def test_a_sheet_costs_the_same_queries_with_one_and_thirty_articulations(commons, client):
    client.get("/programmes/recyclage-friches")
    with CaptureQueriesContext(connection) as few:
        client.get("/programmes/recyclage-friches")
    put_programmes([a_programme(f"Offre {number}", slug=f"offre-{number}") for number in range(30)], by=None)
    put_links([a_link("recyclage-friches", f"offre-{number}", "complements") for number in range(30)], by=None)

    with CaptureQueriesContext(connection) as many:
        client.get("/programmes/recyclage-friches")

    assert len(many) == len(few)


def test_an_actor_shows_what_it_carries(commons, client):
    page = client.get("/acteurs/agence-ternois").content.decode()

    assert 'href="/programmes/recyclage-friches"' in page


def test_a_territory_counts_what_is_usable_there(commons, client):
    page = client.get("/territoires/COM-62041").content.decode()

    assert "Hauts-de-France" in page
    assert 'href="/programmes?territoire=COM-62041&amp;nature=PUBLIC&amp;etape=EMERGENCE"' in page
    assert "Des territoires qui lui ressemblent" in page
    assert 'href="/programmes?territoire=COM-34333&amp;echelon=LOCAL&amp;echelon=DEPARTMENTAL"' in page
    assert client.get("/territoires/62041").headers["Location"] == "/territoires/COM-62041"
    assert client.get("/territoires/COM-00000").status_code == 400


def test_nobodys_address_shows_in_a_history(commons, client, contributor):
    put_programmes([a_programme("Suivie", slug="suivie")], by=_user())

    page = client.get("/programmes/suivie").content.decode()

    assert "Nom de contributor" in page
    assert "exemple.test/compte" not in page
    assert "contributeur@" not in page


def _user():
    from maillage.accounts.models import User

    return User.objects.get(email="contributeur@exemple.test")
