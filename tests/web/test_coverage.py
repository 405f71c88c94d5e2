"""The coverage pages: the map and its table, lists behind figures, gaps and overlaps, files, who may act."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as Tree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.vocabulary import Status
from maillage.coverage import atlas
from maillage.coverage.actions import rebuild, take_snapshot
from maillage.coverage.models import Finding
from maillage.dialogue.models import Citation
from maillage.inventory.actions import put_programmes, review_need, signal_need
from maillage.inventory.models import Need
from maillage.territories.models import Territory
from tests.factories.dialogue import a_session
from tests.factories.records import a_programme, an_operator
from tests.factories.rows import a_person

pytestmark = pytest.mark.django_db
GAP = "/couverture/manques/DEP-34/friche"


@pytest.fixture
def covered(commons):
    """The small commons with one need in the Hérault, counted."""
    atlas.forget()
    ask("Dépolluer une friche")
    rebuild()
    return commons


def ask(text, code="COM-34333", category="friche"):
    need = signal_need(text=text, territory=Territory.objects.get(code=code), by=None, categories=[category])
    person = a_person(f"{Need.objects.count()}@exemple.test")
    return review_need(need=need, to=Status.PUBLISHED, by=person)


def test_the_map_says_in_words_what_it_draws_and_every_figure_opens_its_list(client, covered):
    answer = client.get("/couverture?categorie=friche&etape=FUNDING&nature=PUBLIC")

    page = answer.content.decode()
    rows = {each["row"].code: each for each in answer.context["rows"]}
    assert (rows["DEP-62"]["look"], rows["DEP-34"]["look"]) == ("whole", "nothing")
    assert 'aria-label="Hérault : aucune offre connue"' in page.replace("\u00a0", " ")
    assert page.count('<path class="map__place') == 2
    offers = client.get(rows["DEP-62"]["near"])
    assert "Recyclage des friches" in offers.content.decode()
    assert offers.context["page"].paginator.count == rows["DEP-62"]["row"].near
    evidence = client.get(rows["DEP-34"]["pieces"])
    assert "Dépolluer une friche" in evidence.content.decode()
    assert evidence.context["page"].paginator.count == rows["DEP-34"]["row"].pieces == 1


def test_a_departement_opens_on_its_intercommunalites(client, covered):
    answer = client.get("/couverture?dans=DEP-62&theme=Urbanisme / logement / aménagement")

    assert {each["row"].code for each in answer.context["rows"]} == {"EPCI-200033579", "EPCI-200072460"}
    assert len(answer.context["multiples"]) == 9


@pytest.mark.parametrize(
    "query",
    [
        "inconnu=1",
        "theme=Rien",
        "categorie=rien",
        "etape=RIEN",
        "nature=x",
        "dans=44",
        "dans=COM-62041",
        "date=hier",
        "date=2001-01-01",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(client, covered, query):
    assert client.get(f"/couverture?{query}").status_code == 400


def test_before_the_first_count_the_page_waits(client, commons):
    atlas.forget()

    answer = client.get("/couverture")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "20"


def test_a_day_kept_is_shown_and_compared(client, covered):
    take_snapshot()
    today = timezone.localdate().isoformat()

    answer = client.get(f"/couverture?categorie=friche&date={today}&avant={today}")

    assert [each["change"] for each in answer.context["rows"]] == [0, 0]


def test_the_files_say_what_the_page_says(client, covered):
    lines = list(
        csv.DictReader(
            io.StringIO(client.get("/couverture.csv?categorie=friche").content.decode("utf-8-sig")), delimiter=";"
        )
    )
    shapes = json.loads(client.get("/couverture.geojson?categorie=friche").content)
    drawing = client.get("/couverture.svg?categorie=friche")

    assert [(line["code"], line["offres_proches"], line["part_habitants_proche"]) for line in lines] == [
        ("DEP-34", "0", "0,0000"),
        ("DEP-62", "1", "1,0000"),
    ]
    (west, north) = shapes["features"][1]["geometry"]["coordinates"][0][0][0]
    assert 1.5 < west < 3.3
    assert 49.9 < north < 51.1
    assert drawing.headers["Content-Type"].startswith("image/svg+xml")
    assert len(Tree.fromstring(drawing.content).findall("{http://www.w3.org/2000/svg}path")) == 2


def test_gaps_are_listed_with_their_reasons_and_taken_away(client, covered):
    answer = client.get("/couverture/manques")

    page = answer.content.decode().replace("\u00a0", " ")
    assert [each["gap"].place for each in answer.context["rows"]] == ["DEP-34"]
    assert "% des habitants n’ont rien de local ni de départemental" in page
    lines = client.get("/couverture/manques.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert client.get("/couverture/manques?page=9").status_code == 404
    assert client.get("/couverture/manques?niveau=commune").status_code == 400
    assert client.get("/couverture/manques?dans=REG-32").context["total"] == 0


def test_a_gap_page_tells_its_fifteen_cells(client, covered):
    answer = client.get(GAP)

    assert [len(line["cells"]) for line in answer.context["grid"]] == [5, 5, 5]
    assert "rien d’attendu" in answer.content.decode()
    assert client.get("/couverture/manques/DEP-34/inconnue").status_code == 400
    assert client.get("/couverture/manques/DEP-99/friche").status_code == 400


def test_overlaps_are_listed_and_opened(client, covered):
    twins = [
        a_programme(
            "Étude de pollution des sols", slug=slug, categories=("friche",), zones=("DEP-62",), operators=(operator,)
        )
        for slug, operator in (("une", an_operator()), ("deux", an_operator("", "Autre agence")))
    ]
    put_programmes(twins, by=None)
    rebuild()

    answer = client.get("/couverture/doublons")

    (row,) = answer.context["rows"]
    assert [sheet.slug for sheet in row["sheets"]] == ["deux", "une"]
    assert client.get(row["address"]).status_code == 200
    assert client.get("/couverture/doublons/rien").status_code == 400
    assert len(client.get("/couverture/doublons.csv").content.decode("utf-8-sig").splitlines()) == 2


def act(browser, gesture, **said):
    return browser.post("/couverture/constats", {"sorte": "gap", "cle": "DEP-34 friche", "geste": gesture, **said})


def test_who_may_act_on_a_finding(client, visitor, contributor, animator, covered):
    assert act(client, "commenter", texte="x").headers["Location"].startswith("/compte")
    assert act(visitor, "commenter", texte="x").status_code == 403
    assert act(contributor, "commenter", texte="Je confirme").headers["Location"] == f"{GAP}#constat"
    act(contributor, "confier", structure="agence-ternois")
    assert Finding.objects.get().entrusted_to is None
    act(animator, "confier", structure="/acteurs/agence-ternois")
    act(contributor, "besoin", texte="Une ingénierie de dépollution")

    page = contributor.get(GAP).content.decode()

    assert "Je confirme" in page
    assert "Agence de l’eau du Ternois" in page
    assert Need.objects.get(text="Une ingénierie de dépollution").status == Status.REVIEW
    assert 'value="confier"' not in page
    assert 'value="confier"' in animator.get(GAP).content.decode()
    assert 'value="commenter"' not in client.get(GAP).content.decode()
    assert client.get("/couverture/constats").status_code == 405


def test_an_unknown_organisation_or_gesture_changes_nothing(animator, covered):
    assert act(animator, "confier", structure="inconnue").status_code == 302
    assert act(animator, "rien").status_code == 302
    assert not Finding.objects.exists()
    assert animator.post("/couverture/constats", {"sorte": "gap", "cle": "//ailleurs.test friche"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/couverture", "/couverture/manques", "/couverture/offres?lieu=DEP-62", "/couverture/demandes?lieu=DEP-34"]
)
def test_a_list_costs_the_same_questions_with_one_row_or_many(client, covered, path):
    def cost():
        atlas.forget()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    cost()
    one = cost()
    put_programmes(
        [a_programme(f"Offre {n}", slug=f"o-{n}", categories=("friche",), zones=("DEP-62",)) for n in range(300)],
        by=None,
    )
    for n in range(30):
        ask(f"Besoin {n} d’une friche")
    rebuild()
    cost()

    assert cost() == one


def test_a_gap_goes_on_the_agenda_of_a_session_as_it_stands_today(animator, covered):
    session = a_session(User.objects.get(email="animateur@exemple.test"))
    page = animator.get(GAP).content.decode()
    assert "Mettre à l’ordre du jour" in page

    animator.post("/animation/dialogue/22/citations", {"adresse": GAP})

    cited = Citation.objects.get(session=session)
    assert (cited.kind, cited.key, cited.address) == ("finding", "DEP-34/friche", GAP)
    assert cited.facts["sorte"] == "Aucune offre connue ici"
    assert "Hérault" in cited.title
    put_programmes([a_programme("Friches", slug="friche-34", zones=("DEP-34",), categories=("friche",))], by=None)
    rebuild()
    assert Citation.objects.get(session=session).facts == cited.facts


def test_who_prepares_a_session_is_offered_the_gravest_gaps(animator, covered):
    a_session(User.objects.get(email="animateur@exemple.test"))

    page = animator.get("/animation/dialogue/22").content.decode()

    assert f'name="adresse" value="{GAP}"' in page


def test_only_who_prepares_sessions_is_asked_which(client, contributor, covered):
    assert "Mettre à l’ordre du jour" not in client.get(GAP).content.decode()
    assert "Mettre à l’ordre du jour" not in contributor.get(GAP).content.decode()


@pytest.mark.parametrize("address", ["/couverture/manques/DEP-34/rien", "/couverture/manques/DEP-99/friche"])
def test_a_gap_that_does_not_exist_is_not_cited(animator, covered, address):
    a_session(User.objects.get(email="animateur@exemple.test"))

    animator.post("/animation/dialogue/22/citations", {"adresse": address})

    assert not Citation.objects.exists()
