"""What learning from past decisions adds: each need ranked by what the others were given, never by its own label."""

from __future__ import annotations

import time

import numpy as np

from maillage.core.ranking import Collection, scores
from maillage.core.ranking.decisions import Decision, Decisions, taught
from maillage.core.ranking.mixture import total
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran

SEED = 1


def run_learned(task: Task, *, folds: int) -> Ran:
    """Rank every need after learning from the needs of the other folds (drawn with a fixed seed)."""
    collection = Collection(task.documents)
    keys = [document.key for document in task.documents]
    needs = list(task.needs)
    fold_of = dict(zip(needs, np.random.RandomState(SEED).permutation(len(needs)) % folds, strict=True))
    rankings: dict[str, list[str]] = {}
    spent = 0.0
    for fold in range(folds):
        past = [Decision(task.needs[need], task.right[need]) for need in needs if fold_of[need] != fold]
        decisions = Decisions(past, collection)
        started = time.perf_counter()
        for need in (need for need in needs if fold_of[need] == fold):
            text = task.needs[need]
            points = total(taught(scores(text, collection), text, decisions), collection)
            rankings[need] = [keys[row] for row in np.argsort(-points, kind="stable")]
        spent += time.perf_counter() - started
    return Ran(rankings, 1000 * spent / len(needs))
