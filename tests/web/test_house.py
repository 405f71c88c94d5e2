from __future__ import annotations

import pytest
from django.test import Client

from maillage.inventory.actions import put_programmes
from tests.factories.records import a_programme

PAGES = (
    "/ /a-propos /methode /mentions-legales /confidentialite /accessibilite /plan-du-site /a-verifier /donnees".split()
)


@pytest.mark.parametrize("path", PAGES)
def test_house_pages_open_in_french_without_any_script_inline(commons, client, path):
    response = client.get(path)
    page = response.content.decode()

    assert response.status_code == 200
    assert '<html lang="fr">' in page
    assert page.count("<h1") == 1
    assert 'class="skip" href="#contenu"' in page
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick" not in page
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]


def test_the_open_data_are_reached_from_every_page_and_say_their_licences(commons, client):
    put_programmes([a_programme("Sans licence", licence="")], by=None)

    assert 'href="/donnees"' in client.get("/veille").content.decode()
    assert client.get("/a-propos").content.decode().count('href="/donnees"') == 2
    page = client.get("/donnees")
    assert page.context["licences"] == [("Licence Ouverte 2.0", 3), ("", 1)]
    assert "Non dite par la source" in page.content.decode()
    for path in ("/donnees/programmes.jsonl", "/projets-finances.csv", "/veille/flux.xml", "/programmes.ics"):
        assert path in page.content.decode()
        assert client.get(path).status_code == 200


def test_the_language_is_the_one_chosen_not_the_browsers(commons):
    client = Client(headers={"accept-language": "en-US"})
    assert '<html lang="fr">' in client.get("/").content.decode()

    client.get("/langue/en")

    page = client.get("/").content.decode()
    assert '<html lang="en">' in page
    assert "What is your need, and where?" in page


@pytest.mark.parametrize("query", ["utm_source=x", "inconnu=1", "besoin=a&besoin=b", "besoin=%00"])
def test_what_an_address_should_not_carry_is_named_with_400(commons, client, query):
    path = "/repondre" if "besoin" in query else "/"

    response = client.get(f"{path}?{query}")

    assert response.status_code == 400
    assert query.partition("=")[0] in response.content.decode()


def test_an_address_that_does_not_exist_says_so_in_french(commons, client):
    response = client.get("/nulle-part")

    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()


def test_an_address_typed_with_a_slash_too_many_goes_to_the_page_it_meant(commons, client):
    assert client.get("/programmes/?q=v%C3%A9lo").headers["Location"] == "/programmes?q=v%C3%A9lo"
    assert client.head("/couverture//").status_code == 301
    assert client.get("/rien-du-tout/").status_code == 404
    assert client.post("/programmes/").status_code in (403, 404)


def test_a_form_without_its_token_is_refused_in_french(commons):
    response = Client(enforce_csrf_checks=True).post("/manques", {"besoin": "une friche"})

    assert response.status_code == 403
    assert "Ce formulaire a expiré" in response.content.decode()


def test_a_failure_of_ours_shows_a_page_that_needs_nothing(commons, monkeypatch):
    monkeypatch.setattr("maillage.web.pages.house.published_programmes", lambda: 1 / 0)

    response = Client(raise_request_exception=False).get("/")

    assert response.status_code == 500
    assert "Une panne de notre côté" in response.content.decode()


def test_while_the_index_is_repaired_the_page_comes_back_by_itself(commons, client):
    from maillage.search import engine

    (engine.root() / "current").unlink()
    engine.forget_reader()

    response = client.get("/programmes")

    assert response.status_code == 503
    assert response.headers["Refresh"] == "5"
    assert "La recherche se répare" in response.content.decode()
    assert client.get("/sante").status_code == 503


def test_machines_find_health_robots_and_every_sheet(commons, client):
    sitemap = b"".join(client.get("/sitemap.xml").streaming_content).decode()

    assert client.get("/sante").json() == {"database": "ok", "index": "ok", "documents": 4}
    assert "Disallow: /repondre" in client.get("/robots.txt").content.decode()
    assert "/programmes/recyclage-friches</loc>" in sitemap
    assert "/acteurs/agence-ternois</loc>" in sitemap


def test_every_weight_is_shown_on_the_method_page(commons, client):
    from maillage.core.weighing import weights

    page = client.get("/methode").content.decode()

    for entries in weights().values():
        for name in entries:
            assert f"<code>{name}</code>" in page


def test_the_figures_of_home_follow_a_sheet_at_once_and_are_not_counted_twice(commons, client, monkeypatch):
    def told() -> str:
        return " ".join(client.get("/").content.decode().split())

    before = told()
    with monkeypatch.context() as counting:
        counting.setattr("maillage.web.pages.house.published_programmes", lambda: 1 / 0)
        assert told().count("programme") == before.count("programme")

    put_programmes([a_programme("Une aide de plus", slug="une-aide-de-plus")], by=None)

    assert told() != before
