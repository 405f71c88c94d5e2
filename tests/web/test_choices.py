"""An account says what an offer became, sees all it said, and forgets it."""

from __future__ import annotations

import pytest

from maillage.answer.models import PastChoice

NEED = "besoin=r%C3%A9habiliter+une+friche&territoire=COM-62041"
SENT = {"reponse": NEED, "fiche": "recyclage-friches", "suite": "funded"}


def text_of(response) -> str:
    return response.content.decode()


def test_only_an_account_is_asked_what_an_offer_became(commons, client, visitor):
    page = f"/pourquoi?{NEED}&fiche=recyclage-friches"

    assert "Qu’est-elle devenue pour vous" not in text_of(client.get(page))
    assert "Qu’est-elle devenue pour vous" in text_of(visitor.get(page))
    assert client.post("/mon-espace/choix/dire", SENT).status_code == 302
    assert client.get("/mon-espace/choix").status_code == 302
    assert not PastChoice.objects.exists()


def test_what_was_said_is_kept_shown_and_told_in_the_next_answer(visitor):
    visitor.post("/mon-espace/choix/dire", SENT)

    page = text_of(visitor.get(f"/pourquoi?{NEED}&fiche=recyclage-friches"))
    assert "financée pour" in page
    assert "réhabiliter une friche" in page.partition("financée pour")[2][:40]
    assert '<option value="funded" selected>' in page
    assert "Recyclage des friches" in text_of(visitor.get("/mon-espace/choix"))
    assert visitor.get("/mon-espace/mes-donnees.json").json()["choices"][0]["outcome"] == "funded"
    assert "1 choix retenu" in text_of(visitor.get("/mon-espace"))


def test_it_is_forgotten_in_one_gesture(visitor):
    visitor.post("/mon-espace/choix/dire", SENT)

    visitor.post("/mon-espace/choix/oublier", {"lequel": str(PastChoice.objects.get().pk)})
    assert not PastChoice.objects.exists()
    visitor.post("/mon-espace/choix/dire", SENT)
    visitor.post("/mon-espace/choix/oublier", {})

    assert not PastChoice.objects.exists()
    assert "Rien n’est retenu" in text_of(visitor.get("/mon-espace/choix"))


@pytest.mark.parametrize("value", ["abc", "99999"])
def test_a_choice_that_is_not_there_is_refused(visitor, value):
    assert visitor.post("/mon-espace/choix/oublier", {"lequel": value}).status_code == 400


def test_another_account_neither_sees_nor_forgets_it(visitor, contributor):
    visitor.post("/mon-espace/choix/dire", SENT)
    row = PastChoice.objects.get()

    assert "Recyclage des friches" not in text_of(contributor.get("/mon-espace/choix"))
    contributor.post("/mon-espace/choix/oublier", {"lequel": str(row.pk)})
    assert PastChoice.objects.count() == 1


def test_an_outcome_that_does_not_exist_is_said_and_keeps_nothing(visitor):
    page = text_of(visitor.post("/mon-espace/choix/dire", SENT | {"suite": "gagnée"}, follow=True))

    assert "gagnée" in page
    assert not PastChoice.objects.exists()


def test_the_page_costs_the_same_with_one_choice_and_thirty(visitor, django_assert_max_num_queries):
    visitor.post("/mon-espace/choix/dire", SENT)
    with django_assert_max_num_queries(20) as one:
        visitor.get("/mon-espace/choix")
    row = PastChoice.objects.get()
    more = [
        PastChoice(user=row.user, programme=row.programme, outcome="kept", need=f"besoin {number}", on=row.on)
        for number in range(300)
    ]
    PastChoice.objects.bulk_create(more)

    with django_assert_max_num_queries(len(one.captured_queries)):
        page = text_of(visitor.get("/mon-espace/choix"))
    assert page.count('name="lequel"') == 30
    assert "page 1 sur 11" in page
