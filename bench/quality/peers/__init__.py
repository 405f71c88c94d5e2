"""The methods of others, written again from what they publish, each in one small file. Each ranks a `Task`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran

Answer = Callable[[str], Sequence[str]]
"""From a need, the keys it finds, best first; what it does not find is left out."""


def asked(task: Task, answer: Answer) -> Ran:
    """Every need of the task put to a method, and the mean time it took."""
    answer(next(iter(task.needs.values())))  # what is prepared once is not a need's time
    started = time.perf_counter()
    rankings = {need: list(answer(text)) for need, text in task.needs.items()}
    return Ran(rankings, 1000 * (time.perf_counter() - started) / len(task.needs))
