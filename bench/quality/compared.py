"""Every method on one task, with intervals, and how far each is from ours on the same needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.quality import referents
from bench.quality.methods import OURS, methods
from maillage.evaluation.measures import MEASURES, measured
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran

PLACES = 4


def compared(task: Task, measures: Sequence[str], *, shared: Path, progress: Callable[[str], None]) -> dict[str, Any]:
    """Method → measures as [value, low, high], the gap of the first one to ours, time, share of needs left silent."""
    found: dict[str, Any] = {"needs": len(task.needs), "documents": len(task.documents), "methods": {}}
    found["referents"] = round(referents.share(task), PLACES)
    ours: dict[str, list[float]] = {}
    for name, method in methods(shared).items():
        progress(f"  {name}")
        ran = method(task)
        values = {measure: _each(task, ran, measure) for measure in measures}
        ours = values if name == OURS else ours
        first = measures[0]
        gaps = [theirs - mine for theirs, mine in zip(values[first], ours[first], strict=True)]
        found["methods"][name] = {
            "measures": {measure: interval(each) for measure, each in values.items()},
            "gap": interval(gaps),
            "silent": round(sum(not ran.rankings[need] for need in task.needs) / len(task.needs), PLACES),
            "ms": round(ran.milliseconds, 2),
        }
    return found


def interval(each: Sequence[float]) -> list[float]:
    """The mean of one value per need and its 95 % interval."""
    found = measured(each)
    return [round(value or 0.0, PLACES) for value in (found.value, found.low, found.high)]


def _each(task: Task, ran: Ran, measure: str) -> list[float]:
    return [MEASURES[measure](ran.rankings[need], task.right[need]) for need in task.needs]
