"""Every benchmark of a folder of packs, measured with our one set of weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark gave. `milliseconds`: per need, 0 where nothing is ranked."""

    measures: dict[str, Measured]
    milliseconds: float = 0.0


def evaluate_learned(folder: Path, *, progress: Progress | None = None) -> dict[str, Result]:
    """Benchmark → result after learning from the labels of the other folds; minutes for thousands of needs."""
    found = {}
    for name, (folds, measures) in LEARNED.items():
        if (folder / name).is_dir():
            if progress:
                progress(f"{name}, {folds} parts")
            task = READERS[name](folder / name)
            ran = run_learned(task, folds=folds)
            found[name] = _measured(task, ran, measures)
            if name in DESCRIBED:
                firsts = [(ran.rankings[need][0], task.right[need]) for need in task.needs]
                found[name].measures["macro_f1"] = Measured(macro_f1(firsts))
    return found


def evaluate_choices(folder: Path) -> dict[float, Measured]:
    """Share of `choices.points` → how often the first answer is right, for projects of the Fonds vert whose
    département chose before; our sheets beside the official texts. Raises Invalid when the pack has not its shape."""
    task = with_our_sheets(READERS[CHOSEN](folder / CHOSEN), starter_programmes())
    first = MEASURES["accuracy@1"]
    return {
        share: measured([first(ranking, task.right[need]) for need, ranking in rankings.items()])
        for share, rankings in run_choices(task, departments(folder / CHOSEN)).items()
    }


def evaluate(folder: Path, *, ours: bool = True, progress: Progress | None = None) -> dict[str, Result]:
    """Benchmark → result, for those whose folder is there.

    `ours`: measures that our inventory describes are ranked with our sheet beside the official text.
    Raises Invalid when one of them has not its shape.
    """
    present = [name for name in KNOWN if (folder / name).is_dir()]
    found = {}
    for name in present:
        if progress:
            progress(name)
        found[name] = _one(name, folder / name, ours=ours)
    if french_goals.is_readable(folder):
        if progress:
            progress(french_goals.NAME)
        found[french_goals.NAME] = Result(french_goals.goals_in_titles(folder))
    return found


def _one(name: str, folder: Path, *, ours: bool) -> Result:
    if name == GRANTS:
        return Result(duplicates(folder))
    if name == GOALS:
        return evaluate_goals(folder)
    task = READERS[name](folder)
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
