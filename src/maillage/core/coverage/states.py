"""What each cell is for the people of a place: the share who have something near, only far, only under a condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from maillage.core.coverage.line import NOWHERE, Bools, Floats, Line
from maillage.core.coverage.supply import CONDITIONAL, DISTANT, NEAR, Supply
from maillage.core.coverage.where import column, column_count
from maillage.core.trame import not_expected
from maillage.core.vocabulary import GapKind, Nature, Stage, categories

Shares = npt.NDArray[np.float32]
WIDER = (NEAR, DISTANT, (CONDITIONAL,))
"""The layers that each of the three shares adds to the one before."""
AT_ONCE = 64
"""Columns read together: their communes stay in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Shares of the people of each place, from 0 to 1: [column, place], or [place] for one question.

    `near`: who have an offer of local or departmental échelon. `usable`: who have one of any échelon. `known`: who have
    one, be it under a condition. near ≤ usable ≤ known, always.
    """

    near: Shares
    usable: Shares
    known: Shares

    @property
    def kinds(self) -> dict[GapKind, Shares]:
        """The share of people in each of the three gaps; together with `near` they make 1."""
        return {
            GapKind.NOTHING: 1 - self.known,
            GapKind.CONDITIONAL: self.known - self.usable,
            GapKind.DISTANT: self.usable - self.near,
        }


def standing_of(supply: Supply, *, level: str) -> Standing:
    """The standing of every column at a level, from the table of communes."""
    return standings_of(supply, levels=(level,))[level]


def standings_of(supply: Supply, *, levels: Sequence[str]) -> dict[str, Standing]:
    """The standing of every column at each of these levels: the table of communes is read once."""
    line, table = supply.ground.line, supply.counts
    found = {name: [_nobody(line, name, column_count()) for _ in WIDER] for name in levels}
    for low in range(0, column_count(), AT_ONCE):
        rows = slice(low, low + AT_ONCE)
        covered = np.zeros((table[0, rows].shape[0], len(line.communes)), dtype=np.bool_)
        for rank, layers in enumerate(WIDER):
            for layer in layers:
                covered |= table[layer, rows, :-1] > 0
            sums = _stretches(line, covered)
            for name in levels:
                found[name][rank][rows] = _gathered(line, name, sums)
    return {name: Standing(*tables) for name, tables in found.items()}


def people_reached(line: Line, covered: Bools, *, level: str) -> Shares:
    """Share of the people of each place in covered communes; `covered`: [row, commune] → [row, place]."""
    return _gathered(line, level, _stretches(line, covered))


def _nobody(line: Line, level: str, rows: int) -> Shares:
    return np.zeros((rows, len(line.levels[level].codes)), dtype=np.float32)


def _stretches(line: Line, covered: Bools) -> Floats:
    """The people in covered communes, stretch by stretch: [row, stretch].

    Along a row, the people met so far grow with `weights_before` where communes are covered and stand still elsewhere:
    what each edge adds or takes is enough to know them where a stretch begins.
    """
    size, before = len(line.communes), line.weights_before
    if not size:
        return np.zeros((len(covered), 0), dtype=np.float64)
    bounds = np.append(line.segments[0], size)
    rows, edges = np.divmod(np.flatnonzero(covered[:, 1:] != covered[:, :-1]), max(1, size - 1))
    edges += 1
    jumps = np.where(covered[rows, edges], -before[edges], before[edges])
    cells = rows * len(bounds) + np.searchsorted(bounds, edges)
    jumped = np.bincount(cells, weights=jumps, minlength=len(covered) * len(bounds)).reshape(len(covered), len(bounds))
    met = covered[:, np.minimum(bounds, size - 1)] * before[bounds] + np.cumsum(jumped, axis=1)
    return np.asarray(np.diff(met, axis=1), dtype=np.float64)


def _gathered(line: Line, level: str, sums: Floats) -> Shares:
    """From stretches to the places of a level, as shares of their people."""
    places = line.segments[1][level]
    order = np.argsort(places, kind="stable")[np.count_nonzero(places == NOWHERE) :]
    heads = np.searchsorted(places[order], np.arange(len(line.levels[level].codes)))
    if not len(heads):
        return np.zeros((len(sums), 0), dtype=np.float32)
    people = np.maximum(line.levels[level].total(line.weights), 1)
    shares: Shares = (np.add.reduceat(sums[:, order], heads, axis=1) / people).astype(np.float32)
    return shares


@lru_cache(maxsize=1)
def expected_columns() -> Bools:
    """Whether an offer is expected in each column, whatever the place: expected.toml of the trame."""
    wanted = np.ones(column_count(), dtype=np.bool_)
    for nature, stage in not_expected():
        for category in categories():
            wanted[column(category, Stage(stage), Nature(nature))] = False
    return wanted
