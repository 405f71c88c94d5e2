"""Groups of 3 to 5 letters inside words: « rénovaton » still meets « rénovation », « lampadaires » « lampadaire »."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.postings import Postings
from maillage.core.text import fold
from maillage.core.text.groups import GROUP_COLUMNS, letter_groups
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SIZES = (3, 4, 5)
COLUMNS = GROUP_COLUMNS
LONGEST = 20_000
"""Characters read of a text."""
_WORD = re.compile(r"[a-z0-9]+")


class Letters:
    """Texts as unit vectors of groups of letters, each group weighed by its rarity among them."""

    def __init__(self, texts: Sequence[str]) -> None:
        said = [_groups(text) for text in texts]
        owners = np.repeat(np.arange(len(said)), [len(groups) for groups, _ in said])
        groups = np.concatenate([groups for groups, _ in said]) if said else np.zeros(0, dtype=np.int64)
        times = np.concatenate([times for _, times in said]) if said else np.zeros(0)
        self._count = len(said)
        holding = np.bincount(groups, minlength=COLUMNS)
        self._rarity = np.where(holding > 0, np.log(1 + self._count / (holding + 0.5)), 0.0)
        values = times * self._rarity[groups]
        lengths = np.sqrt(np.bincount(owners, weights=values**2, minlength=self._count))
        values = values / lengths[owners] if len(values) else values
        self._said = Postings(owners, groups, values, shape=(self._count, COLUMNS))

    def likeness(self, text: str, *, spelt_out: str = "") -> Floats:
        """The cosine of a text with each of these, from 0 to 1. `spelt_out`: the meanings of its acronyms."""
        groups, times = groups_asked(text, spelt_out)
        values = times * self._rarity[groups]
        length = float(np.sqrt((values**2).sum()))
        return self._said.shared(groups, values / length) if length else np.zeros(self._count)


def _groups(text: str) -> tuple[Ints, Floats]:
    """The groups of letters of a text, each once, and how much it says them: 1 + the logarithm of how often."""
    groups, times = groups_of(text)
    return groups, 1 + np.log(times)


def groups_asked(text: str, spelt_out: str) -> tuple[Ints, Floats]:
    """The groups of letters of a need, those of the meanings of its acronyms counting as a synonym does."""
    groups, times = _groups(text)
    if not spelt_out:
        return groups, times
    others, theirs = _groups(spelt_out)
    found = np.union1d(groups, others)
    much = np.zeros(len(found))
    much[np.searchsorted(found, others)] = weight("ranking", "synonym") * theirs
    own = np.searchsorted(found, groups)
    much[own] = np.maximum(much[own], times)
    return found, much


def groups_of(text: str) -> tuple[Ints, Ints]:
    """The columns of the groups of letters of a text, growing, and how often it says each."""
    words = _WORD.findall(fold(text[:LONGEST]))
    if not words:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    # What np.unique does, five times as fast on 32 bits: thousands of groups a sheet, 50 000 sheets (2026-11-22).
    found = np.sort(np.concatenate([_groups_of_word(word) for word in words]))
    heads = np.flatnonzero(np.concatenate(([True], found[1:] != found[:-1])))
    return found[heads].astype(np.int64), np.diff(np.append(heads, len(found)))


@lru_cache(maxsize=20_000)
def _groups_of_word(word: str) -> npt.NDArray[np.uint32]:
    """The groups of one word, the blanks around it counting as letters; kept, since texts share their words (10 MB)."""
    letters = f" {word} ".encode("ascii", "ignore")
    return np.concatenate([letter_groups(letters, size)[1] for size in SIZES]).astype(np.uint32)
