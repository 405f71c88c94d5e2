"""Groups of 3 to 5 letters inside words: « rénovaton » still meets « rénovation », « lampadaires » « lampadaire »."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.postings import Postings
from maillage.core.text import fold
from maillage.core.text.groups import GROUP_COLUMNS, all_groups
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SIZES = (3, 4, 5)
COLUMNS = GROUP_COLUMNS
LONGEST = 20_000
"""Characters read of a text."""
SEEN, UNSURE = 1 << 16, 255
"""Characters that one unit of UTF-16 tells, and the mark of those that are not looked at one by one."""
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
    # What np.unique does, five times as fast on 32 bits: thousands of groups a sheet, 50 000 sheets (2026-11-22).
    found = np.sort(all_groups(_spelt(text[:LONGEST]), SIZES).astype(np.uint32))
    first = np.ones(len(found) + 1, dtype=np.bool_)
    np.not_equal(found[1:], found[:-1], out=first[1:-1])
    heads = first.nonzero()[0]
    return found[heads[:-1]].astype(np.int64), np.diff(heads)


def _spelt(text: str) -> bytes:
    """The words of a text, folded, a blank or more between them and at both ends.

    Folded character by character where each gives one letter or a blank, which most texts hold only; else by `fold`.
    """
    spelt = _alphabet()[np.frombuffer(f" {text} ".encode("utf-16-le", "surrogatepass"), dtype="<u2")]
    return f" {' '.join(_WORD.findall(fold(text)))} ".encode("ascii") if spelt.max() == UNSURE else spelt.tobytes()


@lru_cache(maxsize=1)
def _alphabet() -> npt.NDArray[np.uint8]:
    """For each unit below `SEEN`, the letter it folds to, a blank where it is no letter; `UNSURE` for the others.

    A character that folds to several, or that joins its neighbour (accents written apart), is left to `fold`.
    """
    found = np.full(SEEN, UNSURE, dtype=np.uint8)
    for code in (*range(0x250), *range(0x2010, 0x2030), *range(0x20A0, 0x20C0)):
        spelt = fold(f"a{chr(code)}a")[1:-1]
        if not _WORD.search(spelt) and spelt:
            found[code] = ord(" ")
        elif len(spelt) == 1:
            found[code] = ord(spelt)
    return found
