"""Plain BM25 (Robertson and Zaragoza, 2009; Lucene's rarity): one field, whole words, k1 1.2, b 0.75.

It is given our own French stems, which is generous: what is compared is the ranking alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from bench.quality.peers import asked
from maillage.core.text import stems
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran

K1, B = 1.2, 0.75


def rank(task: Task) -> Ran:
    """Documents that share a word with the need, best first."""
    index = Index({document.key: stems(document.text()) for document in task.documents})
    return asked(task, lambda need: index.best(stems(need)))


class Index:
    """Words by document, and how rare each is."""

    def __init__(self, said: dict[str, Sequence[str]], *, k1: float = K1, b: float = B) -> None:
        mean = sum(map(len, said.values())) / len(said) or 1
        self._found: dict[str, dict[str, float]] = {}
        for key, words in said.items():
            for word, times in Counter(words).items():
                length = 1 - b + b * len(words) / mean
                self._found.setdefault(word, {})[key] = times * (k1 + 1) / (times + k1 * length)
        count = len(said)
        self._rarity = {
            word: math.log(1 + (count - len(keys) + 0.5) / (len(keys) + 0.5)) for word, keys in self._found.items()
        }

    def points(self, words: Sequence[str]) -> dict[str, float]:
        """The points of each document that holds one of these words, each counted as often as it is given."""
        found: dict[str, float] = {}
        for word in words:
            for key, value in self._found.get(word, {}).items():
                found[key] = found.get(key, 0.0) + self._rarity[word] * value
        return found

    def best(self, words: Sequence[str]) -> list[str]:
        """The documents that hold one of these words, best first."""
        points = self.points(words)
        return sorted(points, key=lambda key: -points[key])
