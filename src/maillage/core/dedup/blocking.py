"""Which pairs are worth comparing: those that share rare words, an address, a holder. Never all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from maillage.core.dedup.reading import Corpus
from maillage.core.dedup.rows import Ints, counted
from maillage.core.text import fold
from maillage.core.weighing import weight

ZONES_READ = 2
ABSENT = -1
BEYOND_WORDS = 1 << 62
"""Keys from there on are not made of words: those are two numbers of 31 bits each."""
Couples = tuple[Ints, Ints]
"""Two columns of row numbers, the left one sorted, each couple once."""


def candidates(corpus: Corpus, *, first: int | None = None) -> Couples:
    """The couples of rows that share a key; with `first`, one of the first rows and one of the others.

    A group of up to `whole_group` sheets gives all its pairs; in a larger one, sorted by title, each sheet meets
    the `window` that follow it. So there are at most `keys of a sheet × window` pairs per sheet.
    """
    owners, members = _keys(corpus)
    if first is not None:
        owners, members = _of_both_sides(owners, members, first=first)
    rank = np.empty(len(corpus.sheets), dtype=np.int64)
    rank[sorted(range(len(corpus.sheets)), key=corpus.titles.__getitem__)] = np.arange(len(corpus.sheets))
    order = np.lexsort((rank[members], owners))
    return _distinct(_within(owners[order], members[order]), count=len(corpus.sheets), first=first)


def _of_both_sides(owners: Ints, members: Ints, *, first: int) -> tuple[Ints, Ints]:
    """The keys that both a row before `first` and another have; the others give no couple that is asked for.

    Five hundred sheets against a file of 50 000: nearly all its keys are its own.
    """
    kept = np.isin(owners, np.intersect1d(owners[members < first], owners[members >= first]))
    return owners[kept], members[kept]


def _keys(corpus: Corpus) -> tuple[Ints, Ints]:
    """Every key of every row, as numbers, and its row. A key is a kind and up to two numbers."""
    alone, together = int(weight("dedup", "rare_words")), int(weight("dedup", "rare_couples"))
    rare = _columns([terms[:together] for terms in corpus.rare], together)
    zones = _columns(_zone_numbers(corpus), ZONES_READ)
    single = [(rare[:, at], np.zeros(len(rare), dtype=np.int64)) for at in range(alone)]
    couples = [(np.minimum(one, two), 1 + np.maximum(one, two)) for one, two in combinations(rare.T, 2)]
    placed = [
        (np.where(zones[:, zone] > ABSENT, rare[:, at], ABSENT), 1 + len(corpus.columns) + zones[:, zone])
        for at in range(alone)
        for zone in range(ZONES_READ)
    ]
    found = [_present(*part) for part in (*single, *couples, *placed)]
    named, rows = _told(corpus)
    owners = np.concatenate([*(keys for keys, _ in found), BEYOND_WORDS + named])
    return owners, np.concatenate([*(members for _, members in found), rows])


def _present(one: Ints, two: Ints) -> tuple[Ints, Ints]:
    """One number for both where the first is not absent, and the rows where it is so."""
    rows = np.flatnonzero(one > ABSENT)
    return one[rows] << 31 | two[rows], rows


def _columns(lists: Sequence[Sequence[int]], width: int) -> Ints:
    """One row per list, cut or filled with -1 to `width` columns."""
    table = np.full((len(lists), width), ABSENT, dtype=np.int64)
    for row, items in enumerate(lists):
        table[row, : len(items)] = items[:width]
    return table


def _zone_numbers(corpus: Corpus) -> list[list[int]]:
    numbers: dict[str, int] = {}
    return [[numbers.setdefault(zone, len(numbers)) for zone in sheet.zones[:ZONES_READ]] for sheet in corpus.sheets]


def _told(corpus: Corpus) -> tuple[Ints, Ints]:
    """Keys that are not words, numbered, and their rows: identifiers, page, holder, place of the holder."""
    numbers: dict[str, int] = {}
    found: list[tuple[int, int]] = []
    for row, sheet in enumerate(corpus.sheets):
        names = [f"i{name}" for name in sheet.identifiers]
        if corpus.addresses[row] >= 0:
            names.append(f"a{corpus.addresses[row]}")
        if sheet.own_name:
            names += [f"n{fold(sheet.own_name)}", *(f"o{zone}" for zone in sheet.zones[:ZONES_READ])]
        found += [(numbers.setdefault(name, len(numbers)), row) for name in names]
    table = np.array(found, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


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
