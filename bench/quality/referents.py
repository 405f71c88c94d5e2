"""Our ranking with the words of the typical need that a need is close to, as the answer ranks with them."""

from __future__ import annotations

import time

import numpy as np

from maillage.core.ranking import Collection, scored
from maillage.core.tagging import understand
from maillage.core.typical import Referent, held_words, referent_points
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran


def rank(task: Task) -> Ran:
    """Rank every document for every need; the points of the ranking in standard deviations, those of words added."""
    collection = Collection(task.documents)
    held = [frozenset((*title, *keywords)) for title, keywords, _ in collection.fields]
    scored(next(iter(task.needs.values())), collection)  # what is read once is not a need's time
    started = time.perf_counter()
    rankings = {}
    for need, text in task.needs.items():
        points = scored(text, collection).totals
        points = points / (float(points.std()) or 1.0)
        if near := referent_of(text):
            words = (held_words(near.inherited, stems) for stems in held)
            points += np.array([referent_points(near.inherited, each) for each in words])
        rankings[need] = [task.documents[row].key for row in np.argsort(-points, kind="stable")]
    return Ran(rankings, 1000 * (time.perf_counter() - started) / len(task.needs))


def referent_of(text: str) -> Referent | None:
    """The typical need this need is close to, as the answer looks for it."""
    from maillage.inventory.typical import referents  # wakes our inventory, hence Django

    return referents().near(text, categories={tag.code for tag in understand(text).categories})


def share(task: Task) -> float:
    """The share of the needs that are close to a typical need, from 0 to 1."""
    return sum(referent_of(text) is not None for text in task.needs.values()) / len(task.needs)
