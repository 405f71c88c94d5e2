"""What the past choices of one space add: the projects a département funded before, for each of its others.

Four shares of the weight are compared on the same needs, so that `choices.points` is measured and not only asserted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from maillage.core.ranking import Collection, scored
from maillage.core.ranking.choices import Choice, Past
from maillage.evaluation.packs import Task

SEED, FOLDS = 1, 5
SHARES = (0.0, 0.5, 1.0, 2.0)
"""Of `choices.points`: without past choices, half of it, our weight, twice it."""
DAY = dt.date(2023, 12, 31)
"""When the choices of the pack were made; it only settles which past choice is told."""


def run_choices(task: Task, spaces: Mapping[str, str]) -> dict[float, dict[str, list[str]]]:
    """Share of the weight → need → keys, best first, learning from what the same space was given in other folds.

    `spaces`: need → its space. A space with fewer needs than folds is left out.
    """
    collection = Collection(task.documents)
    keys = np.array([document.key for document in task.documents])
    found: dict[float, dict[str, list[str]]] = {share: {} for share in SHARES}
    for past, asked in _folds(task, spaces):
        for need in asked:
            totals = scored(task.needs[need], collection).totals
            totals = totals / (float(totals.std()) or 1.0)
            lessons = past.lessons(task.needs[need])
            taught = np.array([lessons[key].points if key in lessons else 0.0 for key in keys])
            for share in SHARES:
                found[share][need] = keys[np.argsort(-(totals + share * taught), kind="stable")].tolist()
    return found


def _folds(task: Task, spaces: Mapping[str, str]) -> Iterator[tuple[Past, Sequence[str]]]:
    """The past of each space without one fold, and the needs of that fold."""
    for space in dict.fromkeys(spaces.values()):
        needs = [need for need in task.needs if spaces.get(need) == space]
        if len(needs) < FOLDS:
            continue
        fold_of = np.random.RandomState(SEED).permutation(len(needs)) % FOLDS
        for fold in range(FOLDS):
            kept = [need for need, one in zip(needs, fold_of, strict=True) if one != fold]
            choices = [Choice(task.needs[need], key, "funded", DAY) for need in kept for key in task.right[need]]
            yield Past(choices), [need for need, one in zip(needs, fold_of, strict=True) if one == fold]
