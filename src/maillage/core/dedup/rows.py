"""Sparse rows and their products in numpy: one row per sheet, one column per word or group of letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ENTRIES_AT_ONCE = 2_000_000
"""Entries of right rows unrolled together: 48 MB."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Row `i` holds `terms[starts[i]:starts[i + 1]]` with as many `values`; each row has length 1, or 0 if empty.

    `rarity`: natural logarithm by term.
    """

    starts: Ints
    terms: Ints
    values: Floats
    rarity: Floats

    def products(self, left: Ints, right: Ints) -> Floats:
        """The product of row `left[k]` and row `right[k]` for each k; `left` is sorted."""
        found = np.zeros(len(left))
        dense = np.zeros(len(self.rarity))
        sizes = np.diff(self.starts)[right]
        for begin, end in _batches(sizes):
            self._fill(found[begin:end], dense, left[begin:end], right[begin:end])
        return found

    def _fill(self, found: Floats, dense: Floats, left: Ints, right: Ints) -> None:
        entries, offsets = self._unrolled(right)
        columns, values = self.terms[entries], self.values[entries]
        heads = np.flatnonzero(np.diff(left, prepend=-1))
        for begin, end in zip(heads, np.append(heads[1:], len(left)), strict=True):
            row = slice(self.starts[left[begin]], self.starts[left[begin] + 1])
            part = slice(offsets[begin], offsets[end])
            dense[self.terms[row]] = self.values[row]
            values[part] *= dense[columns[part]]
            dense[self.terms[row]] = 0.0
        sums = np.concatenate(([0.0], np.cumsum(values)))
        found[:] = sums[offsets[1:]] - sums[offsets[:-1]]

    def _unrolled(self, rows: Ints) -> tuple[Ints, Ints]:
        """The places of every entry of these rows, one row after the other, and where each row begins."""
        sizes = self.starts[rows + 1] - self.starts[rows]
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        return np.arange(offsets[-1]) + np.repeat(self.starts[rows] - offsets[:-1], sizes), offsets


def _batches(sizes: Ints) -> Iterable[tuple[int, int]]:
    if not len(sizes):
        return
    number = np.cumsum(sizes) // ENTRIES_AT_ONCE
    heads = np.flatnonzero(np.diff(number, prepend=-1))
    yield from zip(heads.tolist(), [*heads[1:].tolist(), len(sizes)], strict=True)


def weighted(owners: Ints, terms: Ints, *, count: int, width: int) -> Rows:
    """Rows of unit length from one (row, term) per occurrence: root of the occurrences × rarity of the term.

    Rarity: ln(1 + N / (1 + rows that hold the term)), N rows in all, so never 0.
    """
    owners, terms, occurrences = counted(owners, terms, width=width)
    rarity = np.log(1 + count / (1 + np.bincount(terms, minlength=width)))
    return unit_rows(owners, terms, occurrences, rarity, count=count)


def unit_rows(owners: Ints, terms: Ints, occurrences: Ints, rarity: Floats, *, count: int) -> Rows:
    """The same with a rarity known beforehand, from distinct (row, term) in order."""
    values = np.sqrt(occurrences) * rarity[terms]
    lengths = np.sqrt(np.bincount(owners, weights=values**2, minlength=count))
    starts = np.searchsorted(owners, np.arange(count + 1))
    return Rows(starts, terms, values / lengths[owners] if len(values) else values, rarity)


def counted(owners: Ints, terms: Ints, *, width: int) -> tuple[Ints, Ints, Ints]:
    """Distinct (row, term) in order, and how often each occurs."""
    cells = np.sort(owners * width + terms)
    heads = np.flatnonzero(np.diff(cells, prepend=-1))
    cells, occurrences = cells[heads], np.diff(np.append(heads, len(cells)))
    return cells // width, cells % width, occurrences


def numbered(values: Iterable[str]) -> Ints:
    """The same number for the same value, in order of arrival; -1 for an empty one."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) if value else -1 for value in values], dtype=np.int64)


def by_combination(left: Ints, right: Ints, judge: Callable[[int, int], float]) -> Floats:
    """`judge(left[k], right[k])` for each k, asked once per distinct couple."""
    if not len(left):
        return np.zeros(0)
    width = int(max(left.max(), right.max())) + 1
    couples, places = np.unique(left * width + right, return_inverse=True)
    answers = np.array([judge(*divmod(int(couple), width)) for couple in couples])
    return answers[places]


def flattened(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Every item of every list, with the number of its list: (owners, items)."""
    owners = np.repeat(np.arange(len(lists)), [len(items) for items in lists])
    return owners, np.array([item for items in lists for item in items], dtype=np.int64)
