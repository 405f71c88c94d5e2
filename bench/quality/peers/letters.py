"""TF-IDF of groups of 3 to 5 letters inside words and cosine, as scikit-learn's `char_wb`, the usual cheap baseline."""

from __future__ import annotations

import math
from collections import Counter

from bench.quality.peers import asked
from maillage.core.text import fold
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran

SIZES = (3, 4, 5)


def rank(task: Task) -> Ran:
    """Documents that share a group of letters with the need, best first."""
    said = {document.key: _groups(document.text()) for document in task.documents}
    holding = Counter(group for groups in said.values() for group in groups)
    rarity = {group: 1 + math.log((1 + len(said)) / (1 + count)) for group, count in holding.items()}
    found: dict[str, dict[str, float]] = {}
    for key, groups in said.items():
        for group, value in _of_length_one(groups, rarity).items():
            found.setdefault(group, {})[key] = value

    def answer(need: str) -> list[str]:
        points: dict[str, float] = {}
        for group, value in _of_length_one(_groups(need), rarity).items():
            for key, theirs in found[group].items():
                points[key] = points.get(key, 0.0) + value * theirs
        return sorted(points, key=lambda key: -points[key])

    return asked(task, answer)


def _groups(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in "".join(char if char.isalnum() else " " for char in fold(text)).split():
        padded = f" {word} "
        for size in SIZES:
            found.update(padded[at : at + size] for at in range(max(1, len(padded) - size + 1)))
    return found


def _of_length_one(groups: Counter[str], rarity: dict[str, float]) -> dict[str, float]:
    values = {group: (1 + math.log(times)) * rarity[group] for group, times in groups.items() if group in rarity}
    length = math.sqrt(sum(value**2 for value in values.values())) or 1.0
    return {group: value / length for group, value in values.items()}
