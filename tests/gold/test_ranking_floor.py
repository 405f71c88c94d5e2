"""The ranking never falls below what it reached on real labels.

Floors stand half a point to one point under `bench/results/quality.json` (one or two needs where there are few).
"""

from __future__ import annotations

import pytest

from maillage.evaluation.queries import evaluate, evaluate_learned

pytestmark = [pytest.mark.data, pytest.mark.slow]

FLOORS = {
    "benchmark_mte": {"ndcg@10": 0.513, "recall@50": 0.665},
    "benchmark_fonds_vert": {"accuracy@1": 0.838, "accuracy@3": 0.936},
    "benchmark_ademe": {"accuracy@1": 0.858, "mrr": 0.91},
    "benchmark_cnil": {"accuracy@1": 0.50, "recall@10": 0.86},
    "benchmark_odd": {"accuracy": 0.845},
    "benchmark_odd_fr": {"f1": 0.62, "precision": 0.54, "recall": 0.72, "first": 0.69},
}
LEARNED_FLOORS = {
    "benchmark_mte": {"ndcg@10": 0.63, "recall@50": 0.82},
    "benchmark_fonds_vert": {"accuracy@1": 0.90, "accuracy@3": 0.97, "macro_f1": 0.80},
}


@pytest.fixture(scope="module")
def results(shared_data):
    return evaluate(shared_data)


@pytest.mark.parametrize("name", FLOORS)
def test_no_measure_falls_below_its_floor(results, name):
    measures = results[name].measures

    assert {key: measures[key].value for key, floor in FLOORS[name].items() if measures[key].value < floor} == {}


def test_learning_from_past_decisions_never_falls_below_its_floor(shared_data):
    found = evaluate_learned(shared_data)

    told = {
        (name, key): found[name].measures[key].value
        for name, floors in LEARNED_FLOORS.items()
        for key, floor in floors.items()
        if found[name].measures[key].value < floor
    }
    assert told == {}
