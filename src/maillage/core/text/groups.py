"""Groups of neighbouring letters inside words, as numbers: what a typing mistake leaves of a word."""

from __future__ import annotations

from collections.abc import Sequence

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
    ((whole, code),) = _codes(text, (size,))
    return np.flatnonzero(whole), _columns(code[whole])


def all_groups(text: bytes, sizes: Sequence[int]) -> Ints:
    """The columns of the groups of these sizes, growing, in no other order: `letter_groups` of each in one pass."""
    return _columns(np.concatenate([code[whole] for whole, code in _codes(text, sizes)]))


def _codes(text: bytes, sizes: Sequence[int]) -> list[tuple[npt.NDArray[np.bool_], Ints]]:
    """For each size, growing: which places open a group that stays in one word, and the number of the letters there.

    The number of a group is that of the group one letter shorter, then its last letter: sizes share their work.
    """
    code = letters = np.frombuffer(text, dtype=np.uint8).astype(np.int64)
    inside = letters != ord(" ")
    whole = np.ones(len(letters), dtype=np.bool_)
    found = []
    for size in range(1, max(sizes) + 1):
        count = max(0, len(letters) - size + 1)
        if size > 1:
            code = code[:count] * _BASE + letters[size - 1 :]
        whole = whole[:count] & inside[size - 2 : size - 2 + count] if size > 2 else whole[:count]
        if size in sizes:
            found.append((whole, code))
    return found


def _columns(codes: Ints) -> Ints:
    return (codes * _SPREAD >> _KEPT) & (GROUP_COLUMNS - 1)
