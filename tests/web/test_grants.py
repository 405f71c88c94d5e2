"""The public list of funded projects, its file, and what was funded on the page of a territory."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.core.records import GrantRecord
from maillage.inventory.actions import put_grants, retire_grants


def a_grant(ref: str = "1", **said: object) -> GrantRecord:
    values: dict[str, object] = {
        "title": f"Isolation de l’école {ref}",
        "origin": "liste-exemple",
        "origin_id": ref,
        "beneficiary": "COMMUNE D’EXEMPLE",
        "territory": "COM-62041",
        "scheme": "DETR",
        "year": 2019,
        "amount_eur": Decimal(1500),
        "source_name": "Liste d’exemple",
        "source_url": "https://exemple.test/liste",
        "licence": "Licence Ouverte 2.0",
    }
    return GrantRecord(**(values | said))


@pytest.fixture
def projects(commons):
    put_grants(
        [
            a_grant("1"),
            a_grant("2", title="Friche d’exemple", scheme="Fonds vert", year=2023, territory="DEP-62"),
            a_grant("3", title="=cmd()", territory=""),
            a_grant("4", title="Piscine d’exemple", territory="EPCI-200033579", scheme="DSIL"),
        ],
        on=dt.date(2026, 11, 20),
        by=None,
    )


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("", ["Isolation", "Friche", "Liste d’exemple", "https://exemple.test/liste"], []),
        ("?q=ECOLE isolation", ["Isolation"], ["Friche"]),
        ("?territoire=COM-62041", ["Isolation"], ["Friche"]),
        ("?territoire=DEP-62", ["Isolation", "Friche", "Piscine"], []),
        ("?territoire=REG-32", ["Isolation", "Friche", "Piscine"], []),
        ("?territoire=DEP-34", ["Aucun projet connu"], ["Isolation", "Piscine"]),
        ("?territoire=COM-62119", ["Aucun projet connu"], ["Piscine"]),
        ("?annee=2023", ["Friche"], ["Isolation"]),
        ("?enveloppe=DETR", ["Isolation"], ["Friche"]),
        ("?q=introuvable", ["Aucun projet connu"], ["Isolation"]),
    ],
    ids=[
        "all",
        "words",
        "commune",
        "its département too",
        "its région too",
        "another département",
        "another commune",
        "year",
        "envelope",
        "none",
    ],
)
def test_the_list_is_narrowed_by_words_place_year_and_envelope(projects, client, query, seen, unseen):
    page = client.get(f"/projets-finances{query}").content.decode()

    assert [word for word in seen if word not in page] == []
    assert [word for word in unseen if word in page] == []


@pytest.mark.parametrize(
    "query", ["?annee=1999", "?enveloppe=Rien", "?page=9", "?page=x", "?autre=1", "?annee=2019&annee=2023"]
)
def test_a_choice_that_does_not_exist_is_refused_with_what_does(projects, client, query):
    assert client.get(f"/projets-finances{query}").status_code in (400, 404)


def test_a_project_its_list_no_longer_has_is_not_shown(projects, client):
    retire_grants(origin="liste-exemple", origin_ids=["1"], on=dt.date(2026, 11, 21), by=None)

    assert "Isolation" not in client.get("/projets-finances").content.decode()


def test_the_file_has_a_source_on_each_row_and_no_formula(projects, client):
    answer = client.get("/projets-finances.csv?enveloppe=DETR")

    rows = rows_of(answer)
    assert {(row["source"], row["licence"]) for row in rows} == {("Liste d’exemple", "Licence Ouverte 2.0")}
    assert [row["objet"][0] for row in rows] == ["I", "'"]
    assert rows[0]["montant_eur"] == "1500,00"


def rows_of(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_file_is_whole_however_long_and_sent_as_it_is_read(projects, client, monkeypatch):
    monkeypatch.setattr("maillage.web.pages.grants.AT_ONCE", 2)
    put_grants([a_grant(f"n{place}") for place in range(9)], on=dt.date(2026, 11, 20), by=None)

    answer = client.get("/projets-finances.csv")

    assert answer.streaming
    assert len(rows_of(answer)) == 13


def test_the_file_of_a_place_typed_in_words_is_of_that_place(projects, client):
    assert {row["objet"] for row in rows_of(client.get("/projets-finances.csv?ou=Arras"))} == {"Isolation de l’école 1"}
    assert client.get("/projets-finances.csv?ou=Nullepart").status_code == 400


def test_the_page_says_which_lists_were_read_so_that_a_missing_year_is_not_taken_for_none(projects, client):
    page = client.get("/projets-finances?annee=2023").content.decode()

    assert [(row.scheme, row.year, row.count) for row in client.get("/projets-finances").context["lists"]] == [
        ("DETR", 2019, 2),
        ("DSIL", 2019, 1),
        ("Fonds vert", 2023, 1),
    ]
    assert "n’a pas encore été lue" in page


def test_the_page_costs_the_same_queries_with_three_rows_and_with_thirty(projects, client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as spent:
            assert client.get("/projets-finances").status_code == 200
        return len(spent)

    queries()
    few = queries()
    put_grants([a_grant(f"n{place}") for place in range(30)], on=dt.date(2026, 11, 20), by=None)

    assert queries() == few


def test_a_territory_tells_what_was_funded_there(projects, client):
    page = client.get("/territoires/COM-62041").content.decode()

    assert "Ce qui a été financé ici" in page
    assert "Isolation de l’école 1" in page
    assert "/projets-finances?territoire=COM-62041" in page
    assert "Friche d’exemple" not in page
