"""How good verdicts are, on pairs whose truth is known. Thresholds are ours, never tuned on the pairs given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from maillage.core.dedup.judging import pairs
from maillage.core.dedup.shapes import Pair, Sheet, Verdict

Row = Mapping[str, str]
Truth = Mapping[frozenset[str], bool]
"""Two keys → whether they are one."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 to 1. The first three call one what is `same` or `doubtful`, the last two only what is `same`."""

    f1: float
    precision: float
    recall: float
    precision_auto: float
    recall_auto: float


def quality(found: Iterable[Pair], truth: Truth) -> Quality:
    """Verdicts against the truth; a pair not found counts as different, a pair of unknown truth is not counted."""
    verdicts = {pair.keys: pair.verdict for pair in found if pair.keys in truth}
    likely = _shares({keys for keys, it in verdicts.items() if it is not Verdict.DIFFERENT}, truth)
    sure = _shares({keys for keys, it in verdicts.items() if it is Verdict.SAME}, truth)
    f1 = 2 * likely[0] * likely[1] / sum(likely) if any(likely) else 0.0
    return Quality(f1, *likely, *sure)


def _shares(called_one: set[frozenset[str]], truth: Truth) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(truth[keys] for keys in called_one)
    wanted = sum(truth.values())
    return right / len(called_one) if called_one else 1.0, right / wanted if wanted else 1.0


def grant_sheets(rows: Iterable[Row]) -> list[Sheet]:
    """Sheets of a pack of grants, one per row of `records.csv`: the words of the project, whose, where, which list.

    Costs are never read, even where a file has them: the truth was built from them.
    """
    return [
        Sheet(
            key=row["id"],
            title=row["description"],
            own_name=row["beneficiaire"],
            zones=(_zone(row),),
            source=f"{row['dotation']} {row['annee']}",
        )
        for row in rows
    ]


def _zone(row: Row) -> str:
    return f"{'EPCI' if row['echelon'].lower() == 'epci' else 'COM'}-{row['code_geo']}"


def grant_truth(rows: Iterable[Row]) -> dict[frozenset[str], bool]:
    """The truth of each pair of `pairs.csv`."""
    return {frozenset((row["id_a"], row["id_b"])): row["match"] == "1" for row in rows}


def judge_truth(sheets: Sequence[Sheet], truth: Truth) -> list[Pair]:
    """The pairs whose truth is known, judged as the engine judges them among all the sheets.

    A pair that names an unknown sheet is not judged: `quality` then counts it as different.
    """
    keys = {sheet.key for sheet in sheets}
    return pairs(sheets, among=[(min(both), max(both)) for both in truth if len(both) == 2 and both <= keys])


def grants_quality(records: Iterable[Row], labels: Iterable[Row]) -> Quality:
    """Quality on a pack of grants (`records.csv`, `pairs.csv`)."""
    truth = grant_truth(labels)
    return quality(judge_truth(grant_sheets(records), truth), truth)


def contested(records: Iterable[Row], truth: Truth) -> set[frozenset[str]]:
    """The pairs that share their block (same year, same place) with another pair: where there is a choice to make."""
    block = {row["id"]: (row["annee"], row["code_geo"]) for row in records}
    blocks = {keys: block[min(keys)] for keys in truth}
    sizes = Counter(blocks.values())
    return {keys for keys, where in blocks.items() if sizes[where] > 1}
