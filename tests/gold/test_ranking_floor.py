"""The ranking never falls below what it reached on real labels.

Floors stand half a point to one point under `bench/results/quality.json` (one or two needs where there are few).
"""

from __future__ import annotations

import pytest

from maillage.evaluation.queries import evaluate

pytestmark = [pytest.mark.data, pytest.mark.slow]

FLOORS = {
    "benchmark_mte": {"ndcg@10": 0.515, "recall@50": 0.655},
    "benchmark_fonds_vert": {"accuracy@1": 0.80, "accuracy@3": 0.915},
    "benchmark_ademe": {"accuracy@1": 0.845, "mrr": 0.90},
    "benchmark_cnil": {"accuracy@1": 0.48, "recall@10": 0.84},
    "benchmark_odd": {"accuracy": 0.845},
    "benchmark_odd_fr": {"f1": 0.61, "precision": 0.53, "recall": 0.71, "first": 0.68},
}


@pytest.fixture(scope="module")
def results(shared_data):
    return evaluate(shared_data)


@pytest.mark.parametrize("name", FLOORS)
def test_no_measure_falls_below_its_floor(results, name):
    measures = results[name].measures

    assert {key: measures[key].value for key, floor in FLOORS[name].items() if measures[key].value < floor} == {}
