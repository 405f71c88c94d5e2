"""Groups of neighbouring letters inside words, as numbers: what a typing mistake leaves of a word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

GROUP_COLUMNS = 1 << 18
"""Groups are folded into that many columns; two of them share one rarely, and it matters little."""
_BASE, _SPREAD, _KEPT = 257, 2_654_435_761, 7


def letter_groups(text: bytes, size: int) -> tuple[Ints, Ints]:
    """The groups of `size` letters of an ASCII text: where each begins, and its column.

    A blank counts as a letter at either end of a group, never inside: a group stays in one word and knows whether it
    begins or ends it.
    """
    letters = np.frombuffer(text, dtype=np.uint8).astype(np.int64)
    blank = letters == ord(" ")
    count = max(0, len(letters) - size + 1)
    code = np.zeros(count, dtype=np.int64)
    whole = np.ones(count, dtype=np.bool_)
    for step in range(size):
        code = code * _BASE + letters[step : step + count]
        if 0 < step < size - 1:
            whole &= ~blank[step : step + count]
    return np.flatnonzero(whole), (code[whole] * _SPREAD >> _KEPT) % GROUP_COLUMNS
