"""Animateurs read what people said of offers in answers, by space, page by page."""

from __future__ import annotations

import pytest

from maillage.answer.models import Judgement
from maillage.inventory.models import Programme


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def said(commons):
    """Opinions of two départements and of nowhere."""

    def put(comment="", *, space="DEP-62", useful=False, sender="a", **more):
        return Judgement.objects.create(
            programme=Programme.objects.get(slug="recyclage-friches"),
            useful=useful,
            motive="" if useful else "too_far",
            comment=comment,
            understanding="friche",
            space=space,
            sender_hash=sender,
            **more,
        )

    return put


@pytest.mark.parametrize(("who", "status"), [("visitor", 403), ("contributor", 403), ("animator", 200)])
def test_only_animateurs_read_them(request, said, who, status):
    row = said("personne ne répond")
    person = request.getfixturevalue(who)

    assert person.get("/animation/avis").status_code == status
    if status == 403:
        assert person.post(f"/animation/avis/{row.pk}/effacer").status_code == 403
        assert Judgement.objects.get().comment


def test_a_word_is_read_with_its_offer_reason_themes_and_place(said, animator):
    said("personne ne répond au <b>guichet</b>")

    page = text_of(animator.get("/animation/avis"))

    for told in ("Recyclage des friches", "&lt;b&gt;guichet", "trop loin, ou personne ici", "Friche", "Pas-de-Calais"):
        assert told in page
    assert "1 mot sur une réponse" in text_of(animator.get("/animation"))


def test_those_without_a_word_are_shown_on_demand(said, animator):
    said()

    assert "Aucun avis ici" in text_of(animator.get("/animation/avis"))
    assert "Recyclage des friches" in text_of(animator.get("/animation/avis?tous=oui"))


def test_the_list_narrows_to_a_space(said, animator):
    said("du nord", space="DEP-59", sender="b")
    said("du pas", space="DEP-62")
    said("de nulle part", space="", sender="c")

    assert "du pas" in text_of(animator.get("/animation/avis?espace=DEP-62"))
    assert "du nord" not in text_of(animator.get("/animation/avis?espace=DEP-62"))
    assert "de nulle part" in text_of(animator.get("/animation/avis?espace=sans-lieu"))
    assert "espace=DEP-59" in text_of(animator.get("/animation/avis"))


@pytest.mark.parametrize("query", ["espace=DEP-99", "tous=non", "page=zero", "inconnu=1"])
def test_what_an_address_says_wrongly_is_refused(said, animator, query):
    said("un mot")

    assert animator.get(f"/animation/avis?{query}").status_code in (400, 404)


def test_a_word_is_erased_and_the_opinion_stays(said, animator):
    row = said("Madame Untel ne répond pas")

    animator.post(f"/animation/avis/{row.pk}/effacer")

    row.refresh_from_db()
    assert (row.comment, row.motive) == ("", "too_far")


def test_the_page_costs_the_same_with_one_opinion_and_three_hundred(said, animator, django_assert_max_num_queries):
    said("un mot")
    with django_assert_max_num_queries(20) as one:
        animator.get("/animation/avis")
    for number in range(300):
        said("un autre mot", sender=str(number))

    with django_assert_max_num_queries(len(one.captured_queries)):
        page = text_of(animator.get("/animation/avis"))
    assert page.count("<blockquote") == 30
    assert "page=2" in page
