"""The figures of the duplicate engine come from the results at hand, and the sets are read as they are."""

from __future__ import annotations

import json

from bench import duplicates, duplicates_page
from bench.classics import fields_of


def results() -> dict:
    return json.loads(duplicates.RESULTS.read_text(encoding="utf-8"))


def test_the_figures_of_the_method_page_come_from_the_results():
    page = duplicates_page.PAGE.read_text(encoding="utf-8")

    assert duplicates_page.text_of(page, results()) == page


def test_the_results_hold_the_floor_and_the_memory():
    found = results()

    assert found["speed"]["sheets"] == 50_000
    assert found["speed"]["peak_mb"] < 1024
    for figures in (found["grants"]["ours"], found["grants"]["cross_validated"]["all"]):
        assert figures["f1"] >= 0.94
        assert figures["precision_auto"] >= 0.99
        assert figures["recall_auto"] >= 0.78


def test_a_serialised_record_gives_its_columns():
    text = "COL name VAL ` la grenouille ' COL addr VAL ' 3 e. 52nd st. ' COL city VAL  COL phone VAL 212-752-1495"

    assert fields_of(text) == {"name": "la grenouille", "addr": "3 e. 52nd st.", "city": "", "phone": "212-752-1495"}


def test_the_best_threshold_is_found_and_is_never_under_a_given_one():
    truth = {frozenset("ab"): True, frozenset("cd"): True, frozenset("ef"): False}
    scores = {frozenset("ab"): 0.4, frozenset("cd"): 0.3, frozenset("ef"): 0.1}

    assert duplicates._best_f1(scores, truth) == 1.0
    assert duplicates._peer(scores, truth)["f1"] == 0.0
