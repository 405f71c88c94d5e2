"""Measures of a ranking, on cases small enough to count by hand."""

from __future__ import annotations

import math

import pytest

from maillage.evaluation.measures import MEASURES, macro_f1, measured, mrr, ndcg, recall

RANKING = ["a", "b", "c", "d"]


def test_the_measures_by_hand():
    right = {"b", "d"}

    assert mrr(RANKING, right) == 0.5
    assert recall(2)(RANKING, right) == 0.5
    assert MEASURES["accuracy@1"](RANKING, right) == 0
    assert MEASURES["accuracy@3"](RANKING, right) == 1
    gained, perfect = 1 / math.log2(3) + 1 / math.log2(5), 1 + 1 / math.log2(3)
    assert ndcg(10)(RANKING, right) == pytest.approx(gained / perfect)


@pytest.mark.parametrize("name", MEASURES)
def test_a_perfect_ranking_is_worth_one_and_a_useless_one_nothing(name):
    assert MEASURES[name](["x", "y", "z"], {"x"}) == 1
    assert MEASURES[name](["y", "z"], {"x"}) == 0


def test_the_interval_holds_the_mean_and_is_the_same_each_time():
    values = [0.0, 1.0] * 20
    found = measured(values)

    assert found.low < found.value == 0.5 < found.high
    assert measured(values) == found


def test_a_rare_right_counts_as_much_as_a_usual_one():
    given = [("a", {"a"}), ("a", {"a"}), ("a", {"b"}), ("b", {"b"})]

    # a: called 3, judged 2, right 2 → 0.8; b: called 1, judged 2, right 1 → 2/3
    assert macro_f1(given) == pytest.approx((0.8 + 2 / 3) / 2)
    assert macro_f1([]) == 0


def test_nothing_to_measure_is_said():
    with pytest.raises(ValueError, match="no value"):
        measured([])
