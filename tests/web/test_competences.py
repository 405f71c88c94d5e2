"""Competences sought and exercised: counts that open their list, at a place and everywhere."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.actors.actions import load_networks, put_organisations
from maillage.core.tagging import called_for
from maillage.inventory.actions import put_programmes, signal_need
from maillage.search import actions
from tests.factories.records import a_programme, an_organisation


@pytest.fixture
def known(commons, animator):
    """Two who know land, one far away; a programme that brings it; a need that calls for it, and one for food."""
    load_networks(())
    put_organisations(
        [
            an_organisation("Établissement foncier", slug="foncier-62", zones=("DEP-62",), competences=("foncier",)),
            an_organisation("Foncier du Sud", slug="foncier-34", zones=("DEP-34",), competences=("foncier",)),
        ],
        by=None,
    )
    put_programmes([a_programme("Portage", slug="portage", zones=("DEP-62",), competences=("foncier",))], by=None)
    for text, category in (("Acheter une friche", "friche"), ("Une cantine de produits locaux", "alimentation")):
        need = signal_need(text=text, territory=commons["COM-62041"], by=None, categories=(category,))
        animator.post(f"/animation/besoins/{need.uid}", {"decision": "publier"})
    actions.rebuild()


def table(client, place=""):
    text = client.get(f"/competences.csv?territoire={place}").content.decode("utf-8-sig")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}


def test_each_count_is_what_its_list_holds(known, client):
    page = client.get("/competences?territoire=COM-62041").content.decode()
    row = page[page.index(">Foncier") :].split("</tr>")[0]
    links = re.findall(r'href="([^"]+)">(\d+)<', row)

    assert [count for _, count in links] == ["1", "1", "1"]
    for address, count in links:
        shown = client.get(address.replace("&amp;", "&")).content.decode()
        assert f'<span role="status">{count} ' in shown


def test_a_place_only_counts_what_serves_it(known, client):
    assert table(client)["foncier"]["acteurs"] == "2"
    assert table(client, "COM-62041")["foncier"]["acteurs"] == "1"


def test_what_is_sought_and_exercised_by_nobody_known_comes_first(known, client):
    assert "agriculture-alimentation" in called_for(["alimentation"])
    page = client.get("/competences?territoire=COM-62041").content.decode()

    first = page[page.index("<tbody>") :].split("</tr>")[0]
    assert "Agriculture et alimentation" in first
    assert "à trouver" in first


def test_an_unknown_competence_or_parameter_is_named(known, client):
    assert "magie" in client.get("/acteurs?competence=magie").content.decode()
    assert client.get("/acteurs?competence=magie").status_code == 400
    assert client.get("/competences?couleur=bleu").status_code == 400


def test_the_page_costs_the_same_queries_with_more_rows(known, client):
    client.get("/competences")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/competences")
    put_organisations(
        [an_organisation(f"Acteur {rank}", slug=f"acteur-{rank}", competences=("foncier",)) for rank in range(60)],
        by=None,
    )
    actions.rebuild()
    client.get("/competences")
    with CaptureQueriesContext(connection) as many:
        client.get("/competences")

    assert table(client)["foncier"]["acteurs"] == "62"
    assert len(many) == len(few)


def test_the_groupings_of_a_competence_are_counted_and_listed_those_of_the_place_first(known, client):
    count = int(table(client, "COM-62041")["eau-assainissement"]["groupements"])
    page = client.get("/competences/groupements?competence=eau-assainissement&territoire=COM-62041").content.decode()

    assert f'<p role="status">{count} groupements' in page
    assert 0 < count < int(table(client)["eau-assainissement"]["groupements"])
    assert "contient ce lieu" in page.split('<li class="result">')[1]
    assert "CU d’Arras" in page.split('<li class="result">')[1]
    assert "Nom déduit, à vérifier" in page


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 400),
        ("competence=magie", 400),
        ("competence=europe&y=1", 400),
        ("competence=foncier&page=2", 404),
        ("competence=mobilite&page=zz", 404),
    ],
)
def test_a_list_of_groupings_that_cannot_be_is_refused(commons, client, asked, status):
    assert client.get(f"/competences/groupements?{asked}").status_code == status


def test_a_competence_of_no_grouping_says_that_zero_is_not_known(commons, client):
    page = client.get("/competences/groupements?competence=europe").content.decode()

    assert "nous ne savons pas" in page
