"""Which goals of the Agenda 2030 an English text speaks of, by the words that say so.

French needs are read by `core.tagging`. Reports and studies are often in English: each word has learned points for
each goal (`facts/english_goals.csv`, made by `scripts/learn_goals.py`), and a text adds up those of its words.
Method: docs/method/odd.md.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from maillage.core.weighing import weight

GOALS = tuple(range(1, 18))
LONGEST = 100_000
"""Characters read of a text."""
PREFIX = 7
"""Letters kept of a word: « sanitation » and « sanitary » part, « forests » and « forest » meet."""
_WORD = re.compile(r"[a-z]{3,}")
_EMPTY = frozenset(
    "the and for that are with from this have which not their its these was were also can more such other than "
    "between they will been but may there all into most some however one would about over through who using used use "
    "based has".split()
)


@dataclass(frozen=True, slots=True)
class GoalTag:
    """A goal a text speaks of: its number from 1 to 17, its points, and the words that say most of them."""

    goal: int
    points: float
    evidence: tuple[str, ...]


def english_words(text: str) -> list[str]:
    """The meaningful words of an English text, cut to their first letters."""
    return [word[:PREFIX] for word in _WORD.findall(text[:LONGEST].lower()) if word not in _EMPTY]


def goals_in_english(text: str) -> tuple[GoalTag, ...]:
    """The goals whose points pass the threshold, best first; none when the words say too little."""
    brought = _brought(text)
    totals = {goal: sum(words.values()) for goal, words in brought.items()}
    least = weight("goals", "threshold")
    kept = sorted((goal for goal, points in totals.items() if points >= least), key=lambda goal: (-totals[goal], goal))
    return tuple(GoalTag(goal, round(totals[goal], 3), _strongest(brought[goal])) for goal in kept)


def _brought(text: str) -> dict[int, dict[str, float]]:
    """For each goal, what each word of the text brings to it."""
    table = _table()
    counts = Counter(word for word in english_words(text) if word in table)
    said = {word: (1 + math.log(times)) * table[word][0] for word, times in counts.items()}
    length = math.sqrt(sum(value**2 for value in said.values()))
    found: dict[int, dict[str, float]] = {}
    for word, value in said.items():
        for goal, points in table[word][1].items():
            found.setdefault(goal, {})[word] = points * value / length
    return found


def _strongest(words: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(
        sorted((word for word, points in words.items() if points > 0), key=lambda word: (-words[word], word))[:5]
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[float, dict[int, float]]]:
    """word → (rarity, goal → points)."""
    text = files("maillage.core").joinpath("facts/english_goals.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        pairs = (pair.split(":") for pair in row["goals"].split())
        found[row["word"]] = (float(row["rarity"]), {int(goal): float(points) for goal, points in pairs})
    return found
