"""Rows of numbers that are nearly all zero, kept by column: what each row shares with a new one, quickly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Postings:
    """`owners`, `columns`, `values`: the entries that are not zero; `shape`: how many rows and columns there are."""

    def __init__(self, owners: Ints, columns: Ints, values: Floats, *, shape: tuple[int, int]) -> None:
        self._rows, width = shape
        order = np.argsort(columns, kind="stable")
        self._owners, self._values = owners[order], values[order]
        self._starts = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=width))))

    def shared(self, columns: Ints, values: Floats) -> Floats:
        """By row: the sum of its values times these, on these columns, each named once."""
        firsts = self._starts[columns]
        sizes = self._starts[columns + 1] - firsts
        ends = np.cumsum(sizes)
        if not len(ends) or not ends[-1]:
            return np.zeros(self._rows)
        entries = np.arange(ends[-1]) + np.repeat(firsts - (ends - sizes), sizes)
        products = np.repeat(values, sizes) * self._values[entries]
        return np.bincount(self._owners[entries], weights=products, minlength=self._rows).astype(np.float64)
