"""« Pourquoi pas cette offre ? » and « utile, ou pas pour moi », without JavaScript."""

from __future__ import annotations

import pytest

from maillage.answer.models import Judgement

NEED = "besoin=r%C3%A9habiliter+une+friche&territoire=COM-62041"


def text_of(response) -> str:
    return response.content.decode()


def test_the_answer_says_why_each_offer_is_there_and_asks_which_one_is_missing(commons, client):
    page = text_of(client.get(f"/repondre?{NEED}"))

    assert "Pourquoi à cette place\u202f?" in page
    assert "Pourquoi pas telle offre\u202f?" in page
    assert 'action="/pourquoi"' in page
    assert "fiche=recyclage-friches" in page


def test_an_offer_that_is_there_says_why(commons, client):
    page = text_of(client.get(f"/pourquoi?{NEED}&fiche=recyclage-friches"))

    assert "Pourquoi elle est là" in page
    assert "elle est dans la réponse" in page
    assert 'action="/avis/offre"' in page


def test_only_an_offer_of_the_answer_is_judged(commons, client):
    page = text_of(client.get("/pourquoi?besoin=piste+cyclable&territoire=COM-62041&fiche=recyclage-friches"))

    assert "Pourquoi elle n’est pas là" in page
    assert 'action="/avis/offre"' not in page


def test_a_title_that_one_offer_has_leads_to_it_and_another_lists_what_is_near(commons, client):
    assert "Pourquoi elle est là" in text_of(client.get(f"/pourquoi?{NEED}&titre=Recyclage+des+friches"))

    unknown = text_of(client.get(f"/pourquoi?{NEED}&titre=zzyzx"))
    assert "Aucune offre ne dit" in unknown
    assert "besoin" in unknown


def test_titles_are_completed_as_data(commons, client):
    found = client.get("/programmes/titres?q=friche").json()

    assert "recyclage-friches" in {row["code"] for row in found["places"]}
    assert client.get("/programmes/titres?q=zzyzx").json()["places"] == []


def test_an_unknown_offer_is_refused_by_its_name(commons, client):
    response = client.get(f"/pourquoi?{NEED}&fiche=inconnue")

    assert response.status_code == 400
    assert "inconnue" in text_of(response)


@pytest.mark.parametrize(("said", "useful"), [({"utile": "oui"}, True), ({"utile": "non", "raison": "too_far"}, False)])
def test_a_person_says_what_an_offer_is_worth_and_the_answer_says_so(commons, client, said, useful):
    sent = {"reponse": NEED, "fiche": "recyclage-friches", "mot": ""} | said

    back = client.post("/avis/offre", sent, follow=True)

    assert "Merci, c’est noté" in text_of(back)
    assert Judgement.objects.get().useful is useful
    assert "une personne ayant ce besoin ici" in text_of(client.get(f"/pourquoi?{NEED}&fiche=recyclage-friches"))


def test_a_robot_that_fills_the_trap_is_thanked_and_not_kept(commons, client):
    client.post("/avis/offre", {"reponse": NEED, "fiche": "recyclage-friches", "utile": "oui", "site_web": "x"})

    assert not Judgement.objects.exists()


def test_a_word_too_long_is_refused_in_words(commons, client):
    sent = {"reponse": NEED, "fiche": "recyclage-friches", "utile": "non", "mot": "a" * 201}
    response = client.post("/avis/offre", sent)

    assert response.status_code == 400
    assert "200 au plus" in text_of(response)


def test_a_name_that_no_offer_bears_is_said_so_and_the_nearest_are_shown(commons, client):
    near = text_of(client.get(f"/pourquoi?{NEED}&titre=recyclage+des+licornes"))
    borne = text_of(client.get(f"/pourquoi?{NEED}&titre=recyclage"))

    assert "Aucune offre connue ne s’appelle" in near
    assert "Aucune offre connue ne s’appelle" not in borne
