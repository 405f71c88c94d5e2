"""Grants by block (same year, same place): refitting without a fold, and intervals by resampling blocks."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.dataset import SEED, SHARED
from bench.timing import percentile
from maillage.core.dedup import Pair
from maillage.core.dedup.quality import Quality, Row, contested, grant_sheets, grant_truth, judge_truth, quality
from maillage.core.weighing import weight

FOLDS, DRAWS = 10, 1000
STARTS = np.arange(-6, 0.01, 0.25)
SLOPES = np.arange(4, 11.01, 0.5)
Block = tuple[str, str]
Column = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Grants:
    """The pack of grants: rows, truth, and every labelled pair judged with our weights."""

    rows: list[Row]
    truth: dict[frozenset[str], bool]
    found: list[Pair]

    @classmethod
    def read(cls) -> Grants:
        """Read the pack in place and judge its pairs."""
        pack = SHARED / "benchmark_dedup_dotations"
        rows, labels = (
            list(csv.DictReader((pack / name).open("r", encoding="utf-8"))) for name in ("records.csv", "pairs.csv")
        )
        truth = grant_truth(labels)
        return cls(rows, truth, judge_truth(grant_sheets(rows), truth))

    @cached_property
    def blocks(self) -> dict[Block, list[Pair]]:
        """The judged pairs of each block, in a stable order."""
        home = {row["id"]: (row["annee"], row["code_geo"]) for row in self.rows}
        found: dict[Block, list[Pair]] = {}
        for pair in sorted(self.found, key=lambda pair: (pair.left, pair.right)):
            found.setdefault(home[pair.left], []).append(pair)
        return dict(sorted(found.items()))

    def quality(self, *, contested_only: bool = False) -> Quality:
        """Quality over all pairs, or over those of blocks with a choice."""
        if not contested_only:
            return quality(self.found, self.truth)
        hard = contested(self.rows, self.truth)
        return quality([pair for pair in self.found if pair.keys in hard], {keys: self.truth[keys] for keys in hard})


def resampled(grants: Grants) -> dict[str, dict[str, list[float]]]:
    """95 % intervals of each figure when blocks are drawn again with replacement, weights unchanged."""
    blocks = list(grants.blocks.values())
    everywhere = [_counts(pairs, grants) for pairs in blocks]
    hard = [counts for pairs, counts in zip(blocks, everywhere, strict=True) if len(pairs) > 1]
    return {"all": _intervals(everywhere), "contested": _intervals(hard)}


def _counts(pairs: Sequence[Pair], grants: Grants) -> tuple[int, ...]:
    """Right, called one, wanted; right and called one automatically."""
    likely = [pair for pair in pairs if pair.points >= weight("dedup", "doubtful_from")]
    sure = [pair for pair in pairs if pair.points >= weight("dedup", "same_from")]
    right = [sum(grants.truth[pair.keys] for pair in some) for some in (likely, sure, pairs)]
    return right[0], len(likely), right[2], right[1], len(sure)


def _intervals(counts: Sequence[tuple[int, ...]]) -> dict[str, list[float]]:
    draw = random.Random(SEED)
    found: dict[str, list[float]] = {}
    for _ in range(DRAWS):
        right, called, wanted, right_auto, called_auto = (
            sum(column) for column in zip(*draw.choices(counts, k=len(counts)), strict=True)
        )
        values = Quality(
            2 * right / (called + wanted), right / called, right / wanted, right_auto / called_auto, right_auto / wanted
        )
        for name, value in asdict(values).items():
            found.setdefault(name, []).append(value)
    return {name: [round(percentile(values, share), 4) for share in (0.025, 0.975)] for name, values in found.items()}


def cross_validated(grants: Grants) -> dict[str, Any]:
    """Both learned weights (start in a place, slope) refitted without each fold of blocks, then tried on that fold."""
    order = list(grants.blocks)
    random.Random(SEED).shuffle(order)
    scores: dict[frozenset[str], float] = {}
    fitted = []
    for fold in range(FOLDS):
        kept = [grants.blocks[block] for at, block in enumerate(order) if at % FOLDS != fold]
        start, slope = _fit(kept, grants)
        fitted.append((start, slope))
        for at, block in enumerate(order):
            if at % FOLDS == fold:
                pairs = grants.blocks[block]
                scores |= dict(zip([pair.keys for pair in pairs], _scores([pairs], start, slope).tolist(), strict=True))
    hard = contested(grants.rows, grants.truth)
    return {
        "all": _at_our_thresholds(scores, grants.truth),
        "contested": _at_our_thresholds(scores, {keys: it for keys, it in grants.truth.items() if keys in hard}),
        "start": [min(start for start, _ in fitted), max(start for start, _ in fitted)],
        "slope": [min(slope for _, slope in fitted), max(slope for _, slope in fitted)],
    }


def _fit(blocks: Sequence[Sequence[Pair]], grants: Grants) -> tuple[float, float]:
    """The start and the slope under which the truth of these blocks is likeliest, on a grid."""
    truth = np.array([grants.truth[pair.keys] for pairs in blocks for pair in pairs])
    tried = {(start, slope): _scores(blocks, start, slope) for start in STARTS for slope in SLOPES}
    best = min(tried, key=lambda both: float(np.sum(np.logaddexp(0, np.where(truth, -1, 1) * tried[both]))))
    return float(best[0]), float(best[1])


def _scores(blocks: Sequence[Sequence[Pair]], start: float, slope: float) -> Column:
    """Points of the pairs of blocks under another start and another slope, rivals of the block counted again."""
    pairs = [pair for block in blocks for pair in block]
    alike = np.array([_alike(pair) for pair in pairs])
    other = np.array([_points(pair, "dup_numbers") for pair in pairs])
    raw = start + slope * alike + other
    strength = np.exp(raw)
    return raw - np.log1p(sum(_rivals([getattr(pair, side) for pair in pairs], strength) for side in ("left", "right")))


def _rivals(keys: Sequence[str], strength: Column) -> Column:
    _, group = np.unique(np.array(keys), return_inverse=True)
    return np.maximum(0.0, np.bincount(group, weights=strength)[group] - strength)


def _alike(pair: Pair) -> float:
    """Sum of both cosines."""
    return _points(pair, "dup_words") / weight("dedup", "words") + _points(pair, "dup_letters") / weight(
        "dedup", "letters"
    )


def _points(pair: Pair, code: str) -> float:
    return sum(clue.points for clue in pair.clues if clue.reason.code == code)


def _at_our_thresholds(scores: dict[frozenset[str], float], truth: dict[frozenset[str], bool]) -> dict[str, float]:
    wanted = sum(truth.values())
    called = [keys for keys in truth if scores[keys] >= weight("dedup", "doubtful_from")]
    sure = [keys for keys in truth if scores[keys] >= weight("dedup", "same_from")]
    right, right_auto = (sum(truth[keys] for keys in some) for some in (called, sure))
    values = Quality(
        2 * right / (len(called) + wanted),
        right / len(called),
        right / wanted,
        right_auto / len(sure),
        right_auto / wanted,
    )
    return {name: round(value, 4) for name, value in asdict(values).items()}
