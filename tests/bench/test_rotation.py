"""The figures of the method page come from the results at hand, and hold what was promised."""

from __future__ import annotations

import json

from bench import rotation


def results() -> dict:
    return json.loads(rotation.RESULTS.read_text(encoding="utf-8"))


def test_the_figures_of_the_method_page_come_from_the_results():
    page = rotation.PAGE.read_text(encoding="utf-8")

    assert rotation.text_of(page, results()) == page


def test_the_results_hold_the_goals():
    found = {(room["people"], room["workshops"]): room for room in results()["rooms"]}

    assert set(found) == {(people, workshops) for people, workshops, _ in rotation.ROOMS}
    assert [key for key, room in found.items() if room["cpu_p50_ms"] > room["goal_ms"]] == []
    assert found[21, 3]["met"] == [135] * rotation.RUNS
    assert [key for key, room in found.items() if any(room["colleagues"])] == []
