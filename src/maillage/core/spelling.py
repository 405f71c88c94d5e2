"""The known word nearest to one nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
"""Letters below which a word is never corrected: too many neighbours."""

SURE = 5
"""Letters from which any mistake is read; below, only letters swapped (« vleo »), so that « tarte » stays a tart."""


Shelves = Mapping[tuple[str, int], list[str]]
"""Known words by first letter and length."""


def shelved(known: Iterable[str]) -> Shelves:
    """The known words laid out so that `nearest_word` looks at the few that may fit; made once, read often."""
    found: dict[tuple[str, int], list[str]] = {}
    for word in known:
        found.setdefault((word[:1], len(word)), []).append(word)
    return found


def nearest_word(word: str, known: Shelves) -> str | None:
    """The known word within one typing mistake, two from eight letters on; None when there is none.

    A mistake is a letter added, dropped, changed or swapped (optimal string alignment distance). The first letter
    must agree: people rarely miss it, and it keeps the search short. Between equals, the nearest in length.
    """
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return None
    limit = 2 if len(word) >= 8 else 1
    lengths = sorted(range(len(word) - limit, len(word) + limit + 1), key=lambda length: abs(length - len(word)))
    near = [other for length in lengths for other in known.get((word[0], length), ())]
    if len(word) < SURE:
        near = [other for other in near if sorted(other) == sorted(word)]
    best = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=limit)
    return str(best[0]) if best else None
