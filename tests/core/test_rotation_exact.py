"""From four workshops on, CP-SAT takes over where it is installed; without it, the search's answer stands."""

from __future__ import annotations

import numpy as np
import pytest

from maillage.core.rotation import Participant, exact, plan
from maillage.core.rotation.asking import Asked, problem_of
from maillage.core.rotation.rooms import Problem, weigh
from maillage.core.rotation.shapes import Mode

CROWD = [Participant(key=f"p{number}", organisation=f"o{number // 2}", nature="AB"[number % 2]) for number in range(8)]


def problem() -> Problem:
    return problem_of(
        Asked(people=tuple(CROWD), workshops=4, mode=Mode.MIXING, seed=1, encounters={}, pins=()),
    )


def test_cp_sat_betters_a_poor_choice_with_the_same_cost_as_ours():
    pytest.importorskip("ortools")
    asked, poor = problem(), np.zeros(8, dtype=np.int64)

    better = exact.improve(asked, poor, seed=1, seconds=4)

    assert better is not None
    found = weigh(asked, better)
    assert found.is_even
    assert found.cost < weigh(asked, poor).cost
    assert found.cost <= weigh(asked, np.arange(8) % 4).cost


def test_nothing_is_asked_where_the_bound_is_reached_or_the_room_too_large(monkeypatch):
    monkeypatch.setattr(exact, "_library", lambda: pytest.fail("not needed"))

    reached = plan([Participant(key=f"p{number}") for number in range(12)], workshops=4)

    assert (reached.score.met, reached.solver) == (reached.score.met_at_most, "search")


def test_without_the_library_the_search_answers_alone(monkeypatch):
    monkeypatch.setattr(exact, "_library", lambda: None)

    found = plan(CROWD, workshops=4)

    assert found.solver == "search"
    assert [fault for fault in found.score.faults if fault.kind == "size"] == []
