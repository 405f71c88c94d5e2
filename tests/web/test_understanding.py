"""What was understood is shown with its words, corrected in one gesture, learnt where the person wants it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from maillage.answer.models import LearntCorrection
from tests.factories.rows import a_person

NEED = "réhabiliter une friche en tiers-lieu"
QUERY = urlencode({"besoin": NEED, "territoire": "COM-62041"})


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def answer(client, **more):
    return client.get("/repondre", {"besoin": NEED, "territoire": "COM-62041", **more})


def correct(client, geste, query=QUERY):
    found = client.post("/comprehension/corriger", {"reponse": query, "geste": geste})
    assert found.status_code == 302
    return found.headers["Location"]


def kept_labels(page) -> set[str]:
    return set(re.findall(r'aria-label="Retirer ([^"]+)"', page.content.decode()))


def test_every_kind_is_shown_with_the_words_that_say_it(commons, client):
    page = answer(client)

    assert "« friche »" in text_of(page)
    assert {"Friche", "Tiers-lieux"} <= kept_labels(page)
    assert any(label.startswith(("11. ", "15. ")) for label in kept_labels(page))


@pytest.mark.parametrize(
    ("gesture", "name", "value"),
    [
        ("sans:theme:friche", "sans", "theme:friche"),
        ("avec:odd:17", "avec", "odd:17"),
        ("avec:etape:DESIGN", "etape", "DESIGN"),
        ("avec:public:commune", "public", "commune"),
    ],
)
def test_a_gesture_is_in_the_address_that_comes_next(commons, client, gesture, name, value):
    address = correct(client, gesture)

    assert parse_qs(urlsplit(address).query)[name] == [value]
    assert client.get(address).status_code == 200


def test_what_is_taken_away_can_be_put_back(commons, client):
    gone = client.get(correct(client, "sans:theme:friche"))
    back = correct(client, "avec:theme:friche", query=QUERY + "&sans=theme:friche")

    assert "Friche" not in kept_labels(gone)
    assert 'value="avec:theme:friche"' in gone.content.decode()
    assert "Friche" in kept_labels(client.get(back))


def test_a_corrected_answer_still_says_why_an_offer_is_not_there(commons, client):
    more = {"sans": "theme:friche", "avec": "odd:17", "referent": "non", "titre": "Réseau des tiers-lieux"}

    found = client.get("/pourquoi", {"besoin": NEED, "territoire": "COM-62041", **more})

    assert found.status_code == 200


def test_adding_goes_through_the_list(commons, client):
    found = client.post("/comprehension/corriger", {"reponse": QUERY, "ajouter": "competence:tourisme"})

    assert "Tourisme" in kept_labels(client.get(found.headers["Location"]))


@pytest.mark.parametrize("gesture", ["", "sans:theme:inconnu", "peut-être:odd:6", "sans:odd"])
def test_a_gesture_that_is_not_ours_is_refused(commons, client, gesture):
    found = client.post("/comprehension/corriger", {"reponse": QUERY, "geste": gesture})

    assert found.status_code == 400
    assert client.get("/comprehension/corriger").status_code == 405
    assert answer(client, sans="theme:inconnu").status_code == 400


def test_a_visitor_teaches_nothing_until_they_say_so(commons, client):
    correct(client, "sans:theme:friche")

    assert "Friche" in kept_labels(answer(client))
    assert "sessionid" not in client.cookies


def test_a_browser_that_may_remember_reads_the_next_need_with_it(commons, client):
    client.post("/comprehension/retenir", {"reponse": QUERY + "&sans=theme:friche"})

    assert "Friche" not in kept_labels(answer(client))
    assert "appris de vous" in text_of(answer(client))
    assert "Friche" in kept_labels(answer(Client()))
    assert "ne veut pas dire Friche" in text_of(client.get("/comprehension"))

    client.post("/comprehension/oublier", {"laquelle": "0"})
    assert "Friche" in kept_labels(answer(client))
    client.post("/comprehension/oublier", {})
    assert "Rien n’est retenu" in text_of(client.get("/comprehension"))
    assert LearntCorrection.objects.count() == 0


def test_an_account_learns_shows_exports_and_forgets(commons, client):
    person, other = a_person(), Client()
    client.force_login(person)
    other.force_login(a_person(email="autre@exemple.test"))

    correct(client, "sans:theme:friche")

    assert "Friche" not in kept_labels(answer(client))
    assert "Friche" in kept_labels(answer(other))
    assert "1 correction retenue" in text_of(client.get("/mon-espace"))
    assert [row["code"] for row in client.get("/mon-espace/mes-donnees.json").json()["learnt"]] == ["friche"]
    row = LearntCorrection.objects.get()
    assert other.post("/comprehension/oublier", {"laquelle": str(row.pk)}).status_code == 400
    client.post("/comprehension/oublier", {"laquelle": str(row.pk)})
    assert "Friche" in kept_labels(answer(client))


def test_erasing_an_account_takes_what_it_taught(commons, client):
    client.force_login(a_person())
    correct(client, "sans:theme:friche")

    client.post("/mon-espace/supprimer", {"sure": "oui"})

    assert LearntCorrection.objects.count() == 0
