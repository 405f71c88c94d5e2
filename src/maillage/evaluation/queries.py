"""Every benchmark of a folder of packs, measured with our one set of weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from maillage.core.errors import MaillageError
from maillage.evaluation import french_goals
from maillage.evaluation.choices import run_choices
from maillage.evaluation.duplicates import duplicates
from maillage.evaluation.goals import goals_accuracy
from maillage.evaluation.learning import run_learned
from maillage.evaluation.measures import MEASURES, Measured, macro_f1, measured
from maillage.evaluation.packs import READERS, Task, departments
from maillage.evaluation.ranking import Ran, run, with_our_sheets
from maillage.inventory.starter import starter_programmes

ASKED = {
    "benchmark_mte": ("ndcg@10", "recall@50", "mrr"),
    "benchmark_fonds_vert": ("accuracy@1", "accuracy@3", "mrr"),
    "benchmark_ademe": ("accuracy@1", "mrr"),
    "benchmark_cnil": ("accuracy@1", "recall@10", "mrr"),
}
CHOSEN = "benchmark_fonds_vert"
"""The benchmark that says which space chose: a département."""
GOALS, GRANTS = "benchmark_odd", "benchmark_dedup_dotations"
KNOWN = (*READERS, GOALS, GRANTS)
DESCRIBED = ("benchmark_fonds_vert",)
"""Benchmarks whose documents our own inventory describes too."""
LEARNED = {"benchmark_mte": (10, ("ndcg@10", "recall@50")), "benchmark_fonds_vert": (5, ("accuracy@1", "accuracy@3"))}
"""Benchmarks with enough labels to learn from: folds, and the measures after learning."""
Progress = Callable[[str], None]
Refusal = Callable[[str, MaillageError], None]
"""Told of a benchmark that has not its shape, and why."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark gave. `milliseconds`: per need, 0 where nothing is ranked."""

    measures: dict[str, Measured]
    milliseconds: float = 0.0


def evaluate_learned(
    folder: Path, *, progress: Progress | None = None, refused: Refusal | None = None
) -> dict[str, Result]:
    """Benchmark → result after learning from the labels of the other folds; minutes for thousands of needs.

    `refused`: as in `evaluate`.
    """
    found: dict[str, Result] = {}
    for name in LEARNED:
        if (folder / name).is_dir():
            if progress:
                progress(f"{name}, {LEARNED[name][0]} parts")
            with _telling(name, refused):
                found[name] = _after_learning(name, folder / name)
    return found


def _after_learning(name: str, folder: Path) -> Result:
    folds, measures = LEARNED[name]
    task = READERS[name](folder)
    ran = run_learned(task, folds=min(folds, len(task.needs)))
    result = _measured(task, ran, measures)
    if name in DESCRIBED:
        firsts = [(ran.rankings[need][0], task.right[need]) for need in task.needs]
        result.measures["macro_f1"] = Measured(macro_f1(firsts))
    return result


def evaluate_choices(folder: Path) -> dict[float, Measured]:
    """Share of `choices.points` → how often the first answer is right, for projects of the Fonds vert whose
    département chose before; our sheets beside the official texts. Raises Invalid when the pack has not its shape."""
    task = with_our_sheets(READERS[CHOSEN](folder / CHOSEN), starter_programmes())
    first = MEASURES["accuracy@1"]
    return {
        share: measured([first(ranking, task.right[need]) for need, ranking in rankings.items()])
        for share, rankings in run_choices(task, departments(folder / CHOSEN)).items()
    }


def evaluate(
    folder: Path, *, ours: bool = True, progress: Progress | None = None, refused: Refusal | None = None
) -> dict[str, Result]:
    """Benchmark → result, for those whose folder is there.

    `ours`: measures that our inventory describes are ranked with our sheet beside the official text.
    `refused`: told of each benchmark that has not its shape, the others being measured; without it, Invalid is raised.
    """
    present = [name for name in KNOWN if (folder / name).is_dir()]
    found: dict[str, Result] = {}
    for name in [*present, *([french_goals.NAME] if french_goals.is_readable(folder) else [])]:
        if progress:
            progress(name)
        with _telling(name, refused):
            found[name] = _one(name, folder, ours=ours)
    return found


@contextmanager
def _telling(name: str, refused: Refusal | None) -> Iterator[None]:
    """A benchmark that has not its shape is told to `refused`; without it, the error goes up."""
    try:
        yield
    except MaillageError as error:
        if not refused:
            raise
        refused(name, error)


def _one(name: str, folder: Path, *, ours: bool) -> Result:
    if name == french_goals.NAME:
        return Result(french_goals.goals_in_titles(folder))
    if name == GRANTS:
        return Result(duplicates(folder / name))
    if name == GOALS:
        return evaluate_goals(folder / name)
    task = READERS[name](folder / name)
    if ours and name in DESCRIBED:
        task = with_our_sheets(task, starter_programmes())
    return _measured(task, run(task), ASKED[name])


def evaluate_goals(folder: Path) -> Result:
    """The goals found in English texts: the mean of the accuracies of the goals."""
    return Result({"accuracy": _mean_over_goals(goals_accuracy(folder))})


def _measured(task: Task, ran: Ran, measures: tuple[str, ...]) -> Result:
    values = {
        measure: measured([MEASURES[measure](ran.rankings[need], task.right[need]) for need in task.needs])
        for measure in measures
    }
    return Result(values, ran.milliseconds)


def _mean_over_goals(answers: dict[str, list[bool]]) -> Measured:
    """The mean of the accuracies of the goals, as the public table computes it."""
    mean = sum(sum(right) / len(right) for right in answers.values()) / len(answers)
    return Measured(mean)
