"""The French gold set of goals: kappa by hand, figures of the page those of the set, identifiers only."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest

from maillage.core.errors import Invalid
from maillage.evaluation.french_goals import (
    GOALS,
    TITLES,
    Labelled,
    agreement,
    goals_in_titles,
    gold,
    is_readable,
    kappa,
    scores,
)

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/method/odd_gold.md"
ROWS = gold()


def test_kappa_by_hand():
    # 6 agreements of 8; each pass says yes 4 times: chance .5, kappa (.75 - .5) / .5.
    first = [True, True, True, True, False, False, False, False]
    second = [True, True, True, False, True, False, False, False]

    assert kappa(first, second) == pytest.approx(0.5)
    assert kappa(first, first) == 1
    assert kappa([True, False], [False, True]) == -1
    assert kappa([False, False], [False, False]) == 1


def test_the_set_is_large_distinct_and_holds_only_identifiers_and_labels():
    text = (ROOT / "src/maillage/evaluation/facts/odd_gold.csv").read_text("utf-8")

    assert len({(row.pack, row.key) for row in ROWS}) == len(ROWS) >= 300
    assert {row.pack for row in ROWS} == set(TITLES)
    assert {goal for row in ROWS for goal in (*row.first, *row.second)} <= set(GOALS)
    assert max(len(row.first) for row in ROWS) <= 4
    assert all(re.fullmatch(r"besoins_\w+,\w+,[\d ]*,[\d ]*", line) for line in text.splitlines()[1:])


def test_what_one_pass_alone_gave_is_neither_right_nor_wrong():
    rows = [Labelled("p", "1", ("7", "13"), ("7",)), Labelled("p", "2", (), ())]

    told = scores(rows, [["7", "13"], ["4"]])

    assert (told["precision"].value, told["recall"].value, told["first"].value) == (0.5, 1.0, 1.0)
    assert told["f1"].value == pytest.approx(2 / 3)


def test_the_page_gives_the_agreement_of_the_set():
    told = agreement(ROWS)
    names = {"ensemble": "all", "principal": "main"} | {goal: goal for goal in GOALS}
    rows = re.findall(rf"^\| ({'|'.join(names)}) \| ([\d,]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    page = dict(rows)

    assert page == {name: f"{told[key]:.2f}".replace(".", ",") for name, key in names.items()}


def test_a_folder_that_holds_no_title_of_the_set_is_refused(tmp_path):
    assert not is_readable(tmp_path)
    for pack, (name, key, title) in TITLES.items():
        (tmp_path / pack).mkdir()
        with gzip.open(tmp_path / pack / name, "wt", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([[key, title], ["inconnu", "Une école"]])

    assert is_readable(tmp_path)
    with pytest.raises(Invalid):
        goals_in_titles(tmp_path)


@pytest.mark.data
def test_the_set_is_the_one_the_script_draws(shared_data):
    from scripts.sample_odd_gold import drawn

    assert [(pack, key) for pack, key, _ in drawn(shared_data)] == [(row.pack, row.key) for row in ROWS]
