"""Quality of the duplicate engine on real French pairs, with our weights: it may not fall below the floor."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from maillage.core.dedup.quality import contested, grant_sheets, grant_truth, judge_truth, quality

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def grants(shared_data: Path):
    """Rows, truth and judged pairs of the pack of grants."""
    pack = shared_data / "benchmark_dedup_dotations"
    rows, labels = (list(csv.DictReader((pack / name).open(encoding="utf-8"))) for name in ("records.csv", "pairs.csv"))
    truth = grant_truth(labels)
    return rows, truth, judge_truth(grant_sheets(rows), truth)


def test_real_pairs_are_told_apart(grants):
    _, truth, found = grants

    figures = quality(found, truth)

    assert figures.f1 >= 0.94
    assert figures.precision_auto >= 0.99
    assert figures.recall_auto >= 0.78


def test_where_there_is_a_choice_to_make_too(grants):
    rows, truth, found = grants
    hard = contested(rows, truth)

    figures = quality([pair for pair in found if pair.keys in hard], {keys: truth[keys] for keys in hard})

    assert len(hard) > 600
    assert figures.f1 >= 0.88


def test_the_points_of_each_real_pair_add_up(grants):
    _, _, found = grants

    assert all(abs(sum(clue.points for clue in pair.clues) - pair.points) < 1e-9 for pair in found)


def test_costs_are_never_read(grants):
    rows, truth, found = grants

    priced = grant_sheets([{**row, "cout": "1000", "montant": "10"} for row in rows])

    assert judge_truth(priced, truth) == found
