"""Why one offer is told before another, and what an offer lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.core.comparison import PARTS, ahead, lacking
from maillage.core.wording import REASONS, because
from tests.factories.records import a_wish, an_offer


def with_points(offer, **points):
    return replace(offer, match=replace(offer.match, points=points))


def codes(reasons) -> list[str]:
    return [reason.code for reason in reasons]


def test_the_nearest_comes_first_whatever_the_points():
    told = ahead(an_offer("pres", relevance=0.1, echelon="LOCAL"), an_offer("loin", relevance=0.9))

    assert codes(told.because) == ["ahead_nearer"]
    assert told.because[0].sentence() == "elle est plus proche (local, l’autre est national)"


def test_a_presence_one_is_sure_of_comes_first():
    told = ahead(an_offer("sure"), an_offer("doute", unsure=because("presence_to_check")))

    assert codes(told.because) == ["ahead_surer"]


@pytest.mark.parametrize("part", PARTS)
def test_the_largest_difference_is_told_and_what_the_other_has(part):
    other = next(name for name in PARTS if name != part)
    first = with_points(an_offer("une"), **{part: 1.0, other: 0.0})
    second = with_points(an_offer("deux"), **{part: 0.0, other: 0.5})

    told = ahead(first, second)

    assert codes(told.because) == [f"ahead_{part}"]
    assert codes(told.despite) == [f"ahead_{other}"]
    assert set(codes((*told.because, *told.despite))) <= set(REASONS)


def test_equal_offers_say_that_only_their_name_ranks_them():
    assert codes(ahead(an_offer("a"), an_offer("b")).because) == ["ahead_by_address"]


def test_the_words_only_the_first_holds_are_named():
    wish = a_wish("toitur", "ecol")
    first = with_points(an_offer("une"), words=1.0)
    first = replace(first, match=replace(first.match, wish=wish, found={"toitur": 1.0}))
    second = with_points(an_offer("deux"), words=0.0)

    assert ahead(first, second).because[0].sentence() == "elle dit mieux « toitur »"


def test_what_is_lacking_is_named():
    offer = an_offer("une", audiences=("epci",))
    match = replace(offer.match, wish=a_wish("toitur", "ecol"), found={"toitur": 1.0})

    assert [reason.sentence() for reason in lacking(match, for_a_commune=True)] == [
        "rien n’y dit « ecol »",
        "une commune ne peut pas déposer ; l’intercommunalité le peut",
    ]
    assert codes(lacking(match, for_a_commune=False)) == ["lacks_words"]
