"""The known word nearest to one nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5
"""Letters below which a word is never corrected: too many neighbours."""


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word within one typing mistake, two from eight letters on; None when there is none.

    A mistake is a letter added, dropped, changed or swapped (optimal string alignment distance). The first letter
    must agree: people rarely miss it, and it keeps the search short.
    """
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return None
    limit = 2 if len(word) >= 8 else 1
    near = [other for other in known if other[:1] == word[:1] and abs(len(other) - len(word)) <= limit]
    best = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=limit)
    return str(best[0]) if best else None
