"""What a space chose before orders offers for needs that are alike, and says so."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.core.ranking.choices import Choice, Past, past

DAY = dt.date(2026, 3, 2)
ROOF = "rénover la toiture de l’école"
BIKE = "aménager une piste cyclable vers le collège"


def a_choice(need=ROOF, key="toiture", outcome="funded", day=DAY):
    return Choice(need, key, outcome, day)


def points(choices, need=ROOF):
    return {key: lesson.points for key, lesson in Past(choices).lessons(need).items()}


def test_what_was_funded_for_the_same_need_comes_forward_and_what_was_refused_goes_back():
    found = points([a_choice(), a_choice(key="autre", outcome="refused")])

    assert found["toiture"] > 1 > 0 > found["autre"] > -1


def test_a_need_alike_gains_less_than_the_same_one_and_another_next_to_nothing():
    choices = [a_choice()]

    same, alike, other = (points(choices, need)["toiture"] for need in (ROOF, "toiture de la mairie", BIKE))

    assert same > 1.1 * alike > alike > 10 * abs(other)


def test_needs_that_disagree_even_out():
    once = points([a_choice()])["toiture"]
    disagreed = points([a_choice(), a_choice(need="rénover la toiture de l’école maternelle", outcome="refused")])

    assert disagreed["toiture"] < once


def test_the_reason_names_the_past_need_and_its_day():
    lesson = Past([a_choice(), a_choice(need=BIKE)]).lessons("toiture de l’école")["toiture"]

    assert [reason.sentence() for reason in lesson.reasons] == [f"financée pour « {ROOF} » (dit le 2026-03-02)"]
    assert Past([a_choice()]).lessons(BIKE)["toiture"].reasons == ()


@pytest.mark.parametrize("need", ["", "zzyzx", "à la"])
def test_a_need_that_says_nothing_learns_nothing(need):
    assert abs(points([a_choice()], need).get("toiture", 0.0)) < 0.01
    assert Past([a_choice(need=need or "…")]).lessons(ROOF).keys() <= {"toiture"}


def test_the_same_choices_are_learnt_once():
    assert past((a_choice(),)) is past((a_choice(),))
