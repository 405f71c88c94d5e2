"""A place named in a need is a place: it is proposed in one gesture, and is not one of the words sought."""

from __future__ import annotations

from maillage.answer.export import as_data
from maillage.answer.queries import answer_need
from maillage.core.text import stem
from tests.factories.records import a_programme


def test_a_place_named_is_proposed_and_is_not_a_word(hold):
    hold(a_programme("Rénover une toiture"), a_programme("Visiter Arras en famille", categories=("tourisme",)))

    answer = answer_need(text="la toiture de la mairie d’Arras")

    assert [hit.code for hit in answer.named] == ["COM-62041"]
    assert stem("Arras") not in answer.words.stems
    assert stem("toiture") in answer.words.stems
    assert as_data(answer)["places_named"] == [{"code": "COM-62041", "name": "Arras (62)"}]


def test_a_place_already_chosen_is_not_proposed_again(hold):
    hold(a_programme("Rénover une toiture"))

    answer = answer_need(text="la toiture de la mairie d’Arras", territory="62041")

    assert answer.named == ()
    assert stem("Arras") not in answer.words.stems


def test_a_need_that_says_only_a_place_keeps_its_word(hold):
    hold(a_programme("Rénover une toiture"))

    assert stem("Arras") in answer_need(text="à Arras").words.stems
