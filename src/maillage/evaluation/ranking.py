"""The ranking on one task: every need against every document."""

from __future__ import annotations

import time
from collections.abc import Collection as AnyOf
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from maillage.core.ranking import Collection, Document, scores
from maillage.core.ranking.mixture import total
from maillage.core.records import ProgrammeRecord
from maillage.core.text import fold
from maillage.evaluation.packs import Task

SAME_TITLE = 80.0
"""From 0 to 100, how alike two titles are when they name the same offer; below, our sheet is left out."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a method answered: need → keys, best first; and how long a need took, in milliseconds."""

    rankings: dict[str, list[str]]
    milliseconds: float


def run(task: Task, *, without: AnyOf[str] = ()) -> Ran:
    """Rank every document for every need of the task."""
    collection = Collection(task.documents)
    keys = [document.key for document in task.documents]
    scores(next(iter(task.needs.values())), collection, without=without)  # what is read once is not a need's time
    started = time.perf_counter()
    rankings = {}
    for need, text in task.needs.items():
        points = total(scores(text, collection, without=without), collection)
        rankings[need] = [keys[row] for row in np.argsort(-points, kind="stable")]
    return Ran(rankings, 1000 * (time.perf_counter() - started) / len(task.needs))


def with_our_sheets(task: Task, ours: list[ProgrammeRecord]) -> Task:
    """The task where each document that our inventory describes too is read with our sheet."""
    titles = [fold(record.title) for record in ours]
    documents = []
    for document in task.documents:
        found = process.extractOne(
            fold(document.title), titles, scorer=fuzz.token_set_ratio, processor=None, score_cutoff=SAME_TITLE
        )
        documents.append(_enriched(document, ours[found[2]]) if found else document)
    return replace(task, documents=tuple(documents))


def _enriched(document: Document, record: ProgrammeRecord) -> Document:
    keywords = ". ".join(filter(None, (document.keywords, record.promise, *record.keywords)))
    body = "\n".join(filter(None, (document.body, record.description, *record.conditions)))
    return replace(document, keywords=keywords, body=body)
