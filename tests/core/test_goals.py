"""Goals of the Agenda 2030 in English texts."""

from __future__ import annotations

import pytest

from maillage.core.goals import GOALS, goals_in_english


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("Smallholder farmers need better seeds to end hunger and improve nutrition.", 2),
        ("Vaccination programmes reduce child mortality and infectious diseases.", 3),
        ("Teachers are trained and every pupil goes to school.", 4),
        ("The village builds latrines and a safe drinking water network.", 6),
        ("Photovoltaic panels provide renewable electricity to households.", 7),
        ("Overfishing threatens marine species and coral reefs.", 14),
    ],
)
def test_a_plain_sentence_says_its_goal_first_with_its_words(text, goal):
    found = goals_in_english(text)

    assert found[0].goal == goal
    assert found[0].evidence
    assert all(word in text.lower() for word in found[0].evidence)


@pytest.mark.parametrize("text", ["", "…", "zzyzx qwerty", "1 2 3"])
def test_words_that_say_nothing_give_no_goal(text):
    assert goals_in_english(text) == ()


def test_goals_come_best_first_and_are_real():
    found = goals_in_english("Clean water, sanitation, health and hygiene for every girl at school. " * 3)

    assert [tag.points for tag in found] == sorted((tag.points for tag in found), reverse=True)
    assert {tag.goal for tag in found} <= set(GOALS)
