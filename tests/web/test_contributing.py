from __future__ import annotations

import pytest

from maillage.answer.models import Feedback
from maillage.curation.models import Correction
from maillage.inventory.models import Need
from tests.web.conftest import opened

GAP = {
    "besoin": "une friche en tiers-lieu",
    "territoire": "COM-62041",
    "etape": "FUNDING",
    "nature": "CATALYST",
    "manque": "nothing",
    "theme": ["friche"],
}


def test_a_gap_is_kept_once_per_person_with_its_place_and_step(commons, client):
    first = client.post("/manques", GAP)
    client.post("/manques", GAP)

    need = Need.objects.get()
    assert first.headers["Location"] == "/manques/merci"
    assert (need.text, need.territory.code, need.stage, need.nature, need.gap) == (
        "une friche en tiers-lieu",
        "COM-62041",
        "FUNDING",
        "CATALYST",
        "nothing",
    )
    assert [category.code for category in need.categories.all()] == ["friche"]
    assert need.status == "review"
    assert "Merci, le manque est noté" in client.get("/manques/merci").content.decode()


def test_another_cell_is_another_gap(commons, client):
    client.post("/manques", GAP)
    client.post("/manques", GAP | {"etape": "DELIVERY"})

    assert Need.objects.count() == 2


@pytest.mark.parametrize(("name", "value"), [("etape", "X"), ("nature", "X"), ("theme", "X"), ("territoire", "X")])
def test_a_gap_with_a_wrong_value_is_refused_whole(commons, client, name, value):
    response = client.post("/manques", GAP | {name: value})

    assert response.status_code == 400
    assert not Need.objects.exists()


def test_reading_the_address_of_a_form_signals_nothing(commons, client):
    response = client.get("/manques")

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "Cette adresse reçoit un formulaire" in response.content.decode()
    assert not Need.objects.exists()


def test_an_opinion_keeps_no_word_and_counts_once(commons, client):
    sent = {"reponse": "besoin=une+friche+secrète&territoire=COM-62041", "utile": "oui"}

    first = client.post("/avis", sent)
    client.post("/avis", sent)

    row = Feedback.objects.get()
    assert row.helpful
    assert row.territory_code == "COM-62041"
    assert "secr" not in str(vars(row))
    assert "avis=merci" in first.headers["Location"]
    assert client.get(first.headers["Location"]).status_code == 200


def test_a_correction_needs_no_account(commons, client):
    form = client.get("/corrections/nouvelle?fiche=/programmes/recyclage-friches")
    sent = {"fiche": "/programmes/recyclage-friches", "text": "Le guichet a changé.", "email": "", "ouvert": opened()}

    response = client.post("/corrections/nouvelle", sent)

    assert "Recyclage des friches" in form.content.decode()
    assert response.headers["Location"] == "/corrections/merci"
    assert Correction.objects.get().text == "Le guichet a changé."


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"fiche": "/ailleurs"}, {"email": "pas une adresse"}, {"text": "x" * 5001}],
    ids=["empty", "no sheet", "address", "too long"],
)
def test_nothing_typed_is_lost_when_a_correction_is_refused(commons, client, wrong):
    sent = {"fiche": "/programmes/recyclage-friches", "text": "Une phrase à garder.", "email": "moi@exemple.test"}
    sent["ouvert"] = opened()

    response = client.post("/corrections/nouvelle", sent | wrong)
    page = response.content.decode()

    assert response.status_code == 400
    assert not Correction.objects.exists()
    for name, value in (sent | wrong).items():
        assert value in page, name


def test_the_trap_catches_robots_without_telling_them(commons, client):
    sent = {"fiche": "/programmes/recyclage-friches", "text": "Achetez !", "site_web": "https://pub.test"}

    response = client.post("/corrections/nouvelle", sent)

    assert response.headers["Location"] == "/corrections/merci"
    assert not Correction.objects.exists()


def test_the_sixth_correction_of_an_hour_waits_and_is_kept_in_the_form(commons, client):
    sent = {"fiche": "/programmes/recyclage-friches", "ouvert": opened()}
    for number in range(5):
        client.post("/corrections/nouvelle", sent | {"text": f"Point {number}"})

    response = client.post("/corrections/nouvelle", sent | {"text": "De trop"})

    assert response.status_code == 400
    assert "De trop" in response.content.decode()
    assert Correction.objects.count() == 5


@pytest.mark.parametrize("open_s", [None, 0, 2 * 24 * 3600], ids=["not ours", "at once", "two days ago"])
def test_a_form_sent_too_fast_or_not_ours_waits_and_keeps_its_text(commons, client, open_s):
    mark = "n’importe quoi" if open_s is None else opened(open_s)
    sent = {"fiche": "/programmes/recyclage-friches", "text": "Une phrase à garder.", "ouvert": mark}

    response = client.post("/corrections/nouvelle", sent)
    page = response.content.decode()

    assert response.status_code == 400
    assert "Une phrase à garder." in page
    assert 'name="ouvert" value=""' not in page
    assert not Correction.objects.exists()
