"""From the zones an offer names to the communes where it can be asked for, on the line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from maillage.core.closure import Closure
from maillage.core.coverage.line import NOWHERE, Bools, Ints, Line, Runs, joined, runs_of


@dataclass(frozen=True, slots=True)
class Reach:
    """Where something can be asked for: in `zones`, less `excluded`; only `within` these zones too, when told.

    Typed codes. `within` None: nothing more is asked; empty: nowhere (a network that has no member).
    """

    zones: frozenset[str]
    excluded: frozenset[str] = frozenset()
    within: frozenset[str] | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Ground:
    """The line, and the closure that says what each zone contains. Where offers reach is kept: they share zones."""

    closure: Closure
    line: Line
    _known: dict[tuple[Reach, str], Runs] = field(default_factory=dict)

    def usable(self, reach: Reach) -> Ints:
        """The communes where something of this reach can be asked for: their places on the line, sorted.

        A part of a commune (quartier, commune déléguée) covers no commune: only an address tells. A zone nobody
        knows raises Unknown("territory_unknown").
        """
        if not reach.excluded and reach.within is None:
            return self._held(reach.zones)
        covered = self._covered(reach.zones) & ~self._covered(reach.excluded)
        if reach.within is not None:
            covered &= self._covered(reach.within)
        return np.flatnonzero(covered)

    def runs(self, reach: Reach, *, level: str = "") -> Runs:
        """The same as runs along the line; with a level, the runs of its places that have one of these communes."""
        found = self._known.get((reach, level))
        if found is None:
            found = self._known[reach, level] = self._runs(reach, level)
        return found

    def _runs(self, reach: Reach, level: str) -> Runs:
        if level:
            return runs_of(self.line.levels[level].met(self.usable(reach)))
        if reach.excluded or reach.within is not None or len(reach.zones) < 2:
            return runs_of(self.usable(reach))
        return joined([self.runs(Reach(frozenset((zone,)))) for zone in reach.zones])

    @cached_property
    def _places(self) -> Ints:
        """For each rank of the closure, the place of that commune on the line."""
        places = np.full(len(self.closure.codes), NOWHERE, dtype=np.int64)
        ranks = np.array([self.closure.index(code) for code in self.line.communes], dtype=np.int64)
        places[ranks] = np.arange(len(ranks))
        return places

    def _held(self, zones: Iterable[str]) -> Ints:
        """The places of these zones, sorted: a few dozens for most offers, where `_covered` writes 35 000 each time."""
        ranks = [self.closure.index(zone) for zone in zones]
        parts = [self._places[self.closure.members.of(rank)] for rank in ranks if not self.closure.part[rank]]
        found = np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)
        kept: Ints = found[found != NOWHERE]
        return kept

    def _covered(self, zones: Iterable[str]) -> Bools:
        covered = np.zeros(len(self.line.communes) + 1, dtype=np.bool_)
        for zone in zones:
            index = self.closure.index(zone)
            if not self.closure.part[index]:
                covered[self._places[self.closure.members.of(index)]] = True
        return covered[:-1]
