"""Which pairs are worth comparing: those that share rare words, an address, a holder. Never all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from maillage.core.dedup.reading import Corpus
from maillage.core.dedup.rows import Ints, counted
from maillage.core.text import fold
from maillage.core.weighing import weight

ZONES_READ = 2
Couples = tuple[Ints, Ints]
"""Two columns of row numbers, the left one sorted, each couple once."""


def candidates(corpus: Corpus, *, first: int | None = None) -> Couples:
    """The couples of rows that share a key; with `first`, one of the first rows and one of the others.

    A group of up to `whole_group` sheets gives all its pairs; in a larger one, sorted by title, each sheet meets
    the `window` that follow it. So there are at most `keys of a sheet × window` pairs per sheet.
    """
    numbers: dict[str, int] = {}
    keys, rows = [], []
    for row, key in _keys(corpus):
        keys.append(numbers.setdefault(key, len(numbers)))
        rows.append(row)
    rank = np.argsort(np.argsort(np.array(corpus.titles), kind="stable"), kind="stable")
    owners, members = np.array(keys, dtype=np.int64), np.array(rows, dtype=np.int64)
    order = np.lexsort((rank[members], owners))
    owners, members = owners[order], members[order]
    return _distinct(_within(owners, members), count=len(corpus.sheets), first=first)


def _keys(corpus: Corpus) -> Iterator[tuple[int, str]]:
    alone, together = int(weight("dedup", "rare_words")), int(weight("dedup", "rare_couples"))
    for row, sheet in enumerate(corpus.sheets):
        rare = corpus.rare[row][:alone]
        for term in rare:
            yield row, f"w{term}"
        for one, two in combinations(sorted(corpus.rare[row][:together]), 2):
            yield row, f"c{one} {two}"
        for zone in sheet.zones[:ZONES_READ]:
            for term in rare:
                yield row, f"z{zone} {term}"
            if sheet.own_name:
                yield row, f"o{zone}"
        for name in sheet.identifiers:
            yield row, f"i{name}"
        if sheet.own_name:
            yield row, f"n{fold(sheet.own_name)}"
        if corpus.addresses[row] >= 0:
            yield row, f"a{corpus.addresses[row]}"


def _within(owners: Ints, members: Ints) -> Couples:
    """Each sheet with those that follow it in its group: all of them, or the first ones in a large group."""
    if not len(owners):
        return owners, members
    heads = np.flatnonzero(np.diff(owners, prepend=-1))
    sizes = np.diff(np.append(heads, len(owners)))
    ends = np.repeat(heads + sizes, sizes)
    reach = np.where(sizes <= weight("dedup", "whole_group"), sizes, weight("dedup", "window")).astype(np.int64)
    places = np.arange(len(owners))
    follow = np.minimum(np.repeat(reach, sizes), ends - places - 1)
    left = np.repeat(places, follow)
    offsets = np.concatenate(([0], np.cumsum(follow)))
    right = left + 1 + np.arange(offsets[-1]) - np.repeat(offsets[:-1], follow)
    return members[left], members[right]


def _distinct(couples: Couples, *, count: int, first: int | None) -> Couples:
    low, high = np.minimum(*couples), np.maximum(*couples)
    kept = low != high
    if first is not None:
        kept &= (low < first) & (high >= first)
    low, high, _ = counted(low[kept], high[kept], width=max(1, count))
    return low, high
