"""The page of the watch, as a visitor reads it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.harvest.models import Source
from maillage.inventory.actions import put_programmes
from maillage.search.actions import watch
from tests.factories.records import a_programme
from tests.web.conftest import RECORDS


def read(client, query: str = "") -> str:
    watch()
    return client.get(f"/veille{query}").content.decode()


def test_what_is_new_is_told_with_its_link(commons, client):
    page = read(client)

    assert '<a href="/programmes/recyclage-friches" lang="fr">Recyclage des friches</a>' in page
    assert "Nouvelle</span>" in page
    assert "<em>précède</em>" in page


def test_what_changed_is_told_before_and_after(commons, client):
    watch()
    put_programmes(
        [replace(RECORDS[0], closes_on=timezone.localdate() + dt.timedelta(days=200), price="FREE")], by=None
    )

    page = read(client, "?quoi=changed")

    assert "Modifiée</span>" in page
    assert "prix à vérifier</del>" in page
    assert "gratuit</ins>" in page
    assert "Nouvelle</span>" not in page


def test_an_import_is_one_line_that_opens_its_list(commons, client):
    Source.objects.create(slug="grande-source", name="La Grande Source", connector="table")
    many = [a_programme(f"Offre {rank}", origin="grande-source", origin_id=str(rank)) for rank in range(312)]
    put_programmes(many, by=None)
    page = read(client)
    today = timezone.localdate().isoformat()

    listed = client.get(f"/veille?jour={today}&quoi=new&source=grande-source").content.decode()

    assert "312 fiches ajoutées depuis La Grande Source" in page
    assert f"jour={today}&amp;quoi=new&amp;source=grande-source" in page
    assert "Offre 7<" not in page
    assert listed.count('class="tag news__kind') == 50
    assert "1 / 7" in listed


def test_the_next_deadlines_stand_beside(commons, client):
    soon = timezone.localdate() + dt.timedelta(days=3)
    put_programmes([replace(RECORDS[0], closes_on=soon)], by=None)

    page = read(client)

    assert "dans 3 jours" in page
    assert "Bientôt close</span>" in page


def test_a_place_keeps_what_can_be_used_there(commons, client):
    here = read(client, "?quoi=new&territoire=COM-62041")
    there = read(client, "?quoi=new&territoire=COM-34333")

    assert "/programmes/recyclage-friches" in here
    assert "/programmes/recyclage-friches" not in there


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("quoi=magique", 400),
        ("theme=rien", 400),
        ("periode=12", 400),
        ("fiches=acteurs", 400),
        ("couleur=bleu", 400),
        ("jour=hier", 400),
        ("page=9", 404),
        ("territoire=COM-00000", 400),
        ("source=inconnue", 200),
        ("fiches=organisation", 200),
        ("fiches=need", 200),
        ("fiches=study", 200),
    ],
)
def test_wrong_values_are_refused_and_named(commons, client, query, status):
    assert client.get(f"/veille?{query}").status_code == status


@pytest.mark.parametrize("path", ["/veille", "/veille?territoire=COM-62041", "/"])
def test_the_watch_costs_the_same_queries_with_1_3_and_300_rows(commons, client, path):
    asked = []
    watch()
    client.get(path)
    for start, count in ((0, 1), (1, 2), (3, 297)):
        made = [
            a_programme(f"Offre {rank}", origin="s" * (1 + rank % 20), origin_id=str(rank))
            for rank in range(start, start + count)
        ]
        put_programmes([*made, a_programme(f"Seule {start}", origin=f"seule-{start}", origin_id="1")], by=None)
        watch()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1] == asked[2]


def test_the_home_page_tells_the_last_three(commons, client):
    watch()

    page = client.get("/").content.decode()

    assert "Le dernier de la veille" in page
    assert page.count('class="watch-line"') == 3
