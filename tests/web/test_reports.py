"""The report’s pages: what is told, to whom, on screen, on paper and as files."""

from __future__ import annotations

import io
import json

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.coverage import atlas
from maillage.coverage.actions import rebuild
from maillage.inventory.actions import put_programmes
from maillage.report import facts
from maillage.report.actions import keep_day
from maillage.web import printing
from maillage.work.models import Job
from tests.factories.records import a_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(commons):
    """The small commons, counted and kept today."""
    atlas.forget()
    rebuild()
    keep_day()
    return timezone.localdate()


def plain(page: str) -> str:
    return " ".join(page.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_everyone_reads_it_and_every_part_is_there(client, kept):
    answer = client.get("/rapport")

    page = plain(answer.content.decode())
    assert answer.status_code == 200
    for title in (
        "En chiffres",
        "La carte",
        "Les manques",
        "Les recouvrements",
        "Les liens manquants",
        "Compétences recherchées, compétences exercées",
        "La fraîcheur des fiches",
        "Méthode et limites",
        "Les sources",
    ):
        assert f">{title}</h2>" in page
    assert "<strong>3</strong> offres distinctes" in page
    assert answer.context["digest"] in page


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("territoire=DEP-62", "Pas-de-Calais"),
        ("territoire=REG-76", "Occitanie"),
        ("territoire=COM-62041", "Communauté urbaine d’Arras"),
        ("ou=Pas-de-Calais", "Pas-de-Calais"),
    ],
)
def test_a_place_is_asked_by_its_code_or_its_name(client, kept, asked, name):
    assert client.get(f"/rapport?{asked}").context["name"] == name


@pytest.mark.parametrize(
    "asked", ["territoire=DEP-99", "reseau=rien", "reseau=x&territoire=DEP-62", "date=hier", "date=2001-01-01", "x=1"]
)
def test_what_makes_no_sense_is_refused(client, kept, asked):
    assert client.get(f"/rapport?{asked}").status_code == 400


def test_before_it_is_kept_the_page_waits_and_asks_the_worker_once(client, commons):
    atlas.forget()

    answers = [client.get("/rapport") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].headers["Refresh"] == "20"
    assert Job.objects.filter(name="rapport").count() == 1


def test_the_data_is_what_the_page_tells_and_its_fingerprint(client, kept):
    answer = client.get("/rapport.json?territoire=DEP-62")

    told = json.loads(answer.content)
    assert told["rapport"]["code"] == "DEP-62"
    assert told["empreinte"] == client.get("/rapport?territoire=DEP-62").context["digest"]
    assert client.get("/rapport.zip").headers["Content-Type"] == "application/zip"
    assert client.get(f"/rapport.json?territoire=DEP-62&date={kept}").content == answer.content


def test_the_paper_is_tagged_and_says_what_the_page_says(client, kept):
    answer = client.get("/rapport.pdf?territoire=REG-32")

    book = pypdf.PdfReader(io.BytesIO(answer.content))
    text = plain(" ".join(page.extract_text() for page in book.pages))
    root = book.trailer["/Root"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "fr"
    assert "Hauts-de-France" in book.metadata.title
    assert "3 offres distinctes" in text
    assert "Méthode et limites" in text


def test_one_click_from_where_people_are(client, animator, kept):
    assert 'href="/rapport"' in animator.get("/animation").content.decode()
    assert 'href="/rapport?territoire=DEP-62"' in client.get("/couverture?dans=DEP-62").content.decode()
    assert 'href="/rapport?territoire=COM-62041"' in client.get("/territoires/COM-62041").content.decode()
    assert 'href="/rapport"' in client.get("/reseau").content.decode()


def test_it_costs_the_same_questions_with_three_offers_or_many(client, kept):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/rapport?territoire=DEP-62").status_code == 200
        return len(seen)

    cost()
    few = cost()
    many = [a_programme(f"Offre {n}", slug=f"o-{n}", categories=("friche",), zones=("DEP-62",)) for n in range(300)]
    put_programmes(many, by=None)
    facts.path_of(kept).unlink()
    rebuild()
    keep_day()
    cost()

    assert cost() == few


def test_the_map_and_the_network_are_taken_away_as_images(client, kept):
    for address in ("/couverture.png?categorie=friche", "/reseau.png"):
        answer = client.get(address)

        assert answer.headers["Content-Type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
        assert len(answer.content) > 5_000


def test_an_image_waits_for_its_turn_as_papers_do(client, kept, monkeypatch):
    monkeypatch.setattr(printing, "LONGEST_WAIT_S", 0.0)

    with printing.in_turn():
        answer = client.get("/couverture.png?categorie=eau-potable")

    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "text/html; charset=utf-8")


def test_circles_of_the_map_stand_where_they_are_whatever_the_language(client, kept):
    drawn = client.get("/couverture.svg").content.decode()

    assert "\u202f" not in "".join(line for line in drawn.splitlines() if "<path" in line or "<circle" in line)
