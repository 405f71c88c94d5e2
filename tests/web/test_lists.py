from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.inventory.actions import put_programmes
from maillage.search import actions
from tests.factories.records import a_programme

PATHS = "/programmes /acteurs /besoins /etudes".split()


@pytest.mark.parametrize("path", PATHS)
def test_the_four_lists_open(commons, client, path):
    assert client.get(path).status_code == 200


def test_the_words_searched_are_marked_and_their_spelling_forgiven(commons, client):
    page = client.get("/programmes?q=diagnstic").content.decode()

    assert "<mark>Diagnostic</mark>" in page
    assert "Vouliez-vous dire «" in page


def test_each_row_says_in_words_why_it_is_there_and_what_it_lacks(commons, client):
    put_programmes([a_programme("Recyclage des friches", slug="friches"), a_programme("Diagnostic")], by=None)
    actions.rebuild()

    page = client.get("/programmes?q=friches+maritimes").content.decode()
    row = page[page.index("Recyclage des") :].split("</li>")[0]

    assert "Pourquoi" in row
    assert "« friches » dans le titre".replace("« ", "«\u00a0").replace(" »", "\u00a0»") in row
    assert "rien n’y dit «\u00a0maritimes\u00a0»" in row
    assert "/pourquoi?besoin=friches+maritimes&amp;territoire=" in page


def test_without_words_no_reason_is_told(commons, client):
    page = client.get("/programmes").content.decode()

    assert "result__why" not in page
    assert "/pourquoi?" not in page


def test_a_facet_is_a_link_with_its_count_that_can_be_taken_back(commons, client):
    page = client.get("/programmes?nature=CATALYST").content.decode()

    assert "1 programme<" in page
    assert 'href="/programmes?nature=CATALYST&amp;etape=EVALUATION"' in page
    assert '<a id="f-nature-CATALYST" href="/programmes" aria-current="true">' in page


def test_a_place_narrows_to_what_is_usable_there(commons, client):
    here = client.get("/programmes?territoire=62041").content.decode()
    there = client.get("/programmes?territoire=COM-34333").content.decode()

    assert "/programmes/recyclage-friches?territoire=COM-62041" in here
    assert "/programmes/recyclage-friches" not in there


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ("nature=MAGIQUE", 400, "MAGIQUE"),
        ("page=7", 404, "7"),
        ("page=zero", 404, "zero"),
        ("territoire=COM-00000", 400, "COM-00000"),
        ("couleur=bleu", 400, "couleur"),
        ("q=" + "a" * 301, 400, "301"),
    ],
    ids=["filter", "page beyond", "page shape", "place", "parameter", "long"],
)
def test_wrong_values_are_named(commons, client, query, status, named):
    response = client.get(f"/programmes?{query}")

    assert response.status_code == status
    assert named in response.content.decode()


def test_finding_nothing_can_become_a_signalled_need(commons, client):
    page = client.get("/programmes?q=licornes&territoire=COM-62041").content.decode()

    assert "0 programme<" in page
    assert "Signaler le besoin «" in page
    assert '<input type="hidden" name="source" value="recherche">' in page


def test_a_list_costs_the_same_queries_with_3_and_300_rows(commons, client):
    client.get("/programmes")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/programmes")
    put_programmes([a_programme(f"Offre {number}", slug=f"offre-{number}") for number in range(300)], by=None)
    actions.rebuild()

    with CaptureQueriesContext(connection) as many:
        page = client.get("/programmes").content.decode()

    assert "303 programmes" in page
    assert page.count('class="result"') == 20
    assert len(many) == len(few)


def test_pages_lose_and_repeat_no_row(commons, client):
    put_programmes([a_programme(f"Offre {number}", slug=f"offre-{number}") for number in range(42)], by=None)
    actions.rebuild()

    seen = []
    for page in (1, 2, 3):
        text = client.get(f"/programmes?page={page}").content.decode()
        seen += [part.split('"')[0] for part in text.split('result__title" lang="fr"><a href="/programmes/')[1:]]

    assert len(seen) == len(set(seen)) == 45


def test_places_answer_the_field_as_data_and_the_browser_as_a_page(commons, client):
    data = client.get("/lieux?q=arr", headers={"accept": "application/json"}).json()
    page = client.get("/lieux?q=arr", headers={"accept": "text/html"}).content.decode()

    assert data["places"][0]["code"] == "COM-62041"
    assert "/territoires/COM-62041" in page
