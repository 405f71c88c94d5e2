"""Goals suggested only where the words and the subject both say so; the official labels."""

from __future__ import annotations

import pytest

from maillage.core.agenda import goals, targets, targets_of
from maillage.core.goal_signals import suggested_goals
from maillage.core.vocabulary import GoalRole

WATER = "Rénover le captage et le réseau d’eau potable de la commune."


def told(text: str, **said: object) -> list[tuple[int, str]]:
    return [(one.goal, one.role) for one in suggested_goals(text, **said)]


def test_there_are_17_goals_and_169_targets_each_with_both_languages():
    assert (list(goals()), len(targets())) == (list(range(1, 18)), 169)
    assert len(targets_of(17)) == 19
    assert all(text and "vérifier" not in text for one in targets().values() for text in (one.fr, one.en))
    assert (goals()[8].short("fr"), goals()[8].short("en")) == (
        "Travail décent et croissance économique",
        "Decent work and economic growth",
    )


def test_words_and_a_declared_subject_agree():
    (one,) = suggested_goals(WATER, categories=("eau-potable",))

    assert (one.goal, one.role, one.subjects) == (6, GoalRole.DIRECT, ("eau-potable",))
    assert one.words == ("captage", "réseau d’eau")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WATER, {"categories": ("musee",)}),
        ("Un guichet pour les communes.", {"categories": ("eau-potable",)}),
        ("", {"categories": ("eau-potable",)}),
        ("Zzyzx.", {}),
    ],
    ids=["words alone", "subject alone", "no text", "nothing"],
)
def test_one_signal_is_not_enough(text, said):
    assert 6 not in [goal for goal, _ in told(text, **said)]


def test_a_word_does_not_vote_twice_when_no_subject_is_declared():
    alone = suggested_goals("L’eau potable.")
    more = told("L’eau potable, du château d’eau à la fuite sur le réseau.")

    assert 6 not in [one.goal for one in alone]
    assert 6 in [goal for goal, _ in more]


def test_the_other_goals_of_a_subject_are_indirect_and_none_is_an_obstacle():
    found = suggested_goals(
        WATER + " Lutter contre la pauvreté.", categories=("eau-potable", "lutte-contre-la-precarite")
    )

    assert GoalRole.OBSTACLE not in {one.role for one in found}
    assert {one.goal for one in found} >= {6}


@pytest.mark.parametrize(("natures", "expected"), [(("CATALYST",), True), (("PUBLIC",), False), ((), False)])
def test_goal_17_asks_for_the_nature_of_a_catalyst(natures, expected):
    text = "Un partenariat et une alliance entre associations, entreprises et collectivités, pour coopérer."

    assert (17 in [goal for goal, _ in told(text, natures=natures)]) is expected
