"""An answer that holds nothing may be counted, with consent; its words only when the person says so."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from maillage.inventory.models import Need, UnmetNeed

QUERY = urlencode({"besoin": "licornes interstellaires", "territoire": "COM-62041"})
CURED = urlencode({"besoin": "réhabiliter une friche", "territoire": "COM-62041"})


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def signal(client, **more):
    return client.post("/besoins-sans-reponse/signaler", {"reponse": QUERY, "accord": "oui", **more})


def test_only_an_answer_that_holds_nothing_offers_to_be_counted(commons, client):
    assert "J’accepte que cette recherche soit comptée" in text_of(client.get(f"/repondre?{QUERY}"))
    assert "J’accepte que cette recherche soit comptée" not in text_of(client.get(f"/repondre?{CURED}"))
    assert signal(client, reponse=CURED).status_code == 400


def test_without_consent_nothing_is_kept(commons, client):
    found = client.post("/besoins-sans-reponse/signaler", {"reponse": QUERY})

    assert found.status_code == 400
    assert UnmetNeed.objects.count() == 0


def test_with_consent_the_departement_and_the_day_are_kept_and_no_word(commons, client):
    found = signal(client)
    thanks = client.get(found.headers["Location"])

    [row] = UnmetNeed.objects.all()
    assert (row.area, row.kind, row.need) == ("DEP-62", "off_topic", None)
    assert Need.objects.count() == 0
    address = re.search(r'href="(/besoins-sans-reponse/retirer/[^"]+)"', thanks.content.decode())
    assert address
    assert "Retirer ce signalement" in text_of(client.get(address.group(1)))
    assert client.post(address.group(1)).status_code == 200
    assert UnmetNeed.objects.count() == 0
    assert client.post(address.group(1)).status_code == 400


def test_the_words_are_reviewed_before_anyone_reads_them(commons, client):
    signal(client, mots="oui")

    need = Need.objects.get()
    assert (need.text, need.status, need.origin) == ("licornes interstellaires", "review", "search")
    assert UnmetNeed.objects.get().need == need


def test_figures_open_their_list_from_five_on(commons, client):
    for number in range(5):
        signal(Client(REMOTE_ADDR=f"198.51.100.{number}"))
        page = client.get("/besoins-sans-reponse")
        assert ("Pas-de-Calais" in text_of(page)) == (number == 4)

    address = re.search(r'href="(/besoins-sans-reponse\?lieu=DEP-62)#liste"', page.content.decode())
    assert address
    listed = client.get(address.group(1))
    assert text_of(listed).count("rien ici n’en parle") == 5
    assert "licornes" not in text_of(listed)
    assert "Moins de 5" in text_of(client.get("/besoins-sans-reponse?lieu=DEP-34"))


@pytest.mark.parametrize("query", ["lieu=DEP-999", "theme=inconnu", "autre=1"])
def test_a_wrong_filter_is_named(commons, client, query):
    assert client.get(f"/besoins-sans-reponse?{query}").status_code == 400
