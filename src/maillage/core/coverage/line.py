"""The reference geography laid out on a line: communes one after the other, so that a zone is a few runs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Runs = tuple[Ints, Ints]
"""Where each run begins, and where it ends (excluded)."""

NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Places of one kind, on a line of their own. `of_commune`: for each commune, the place it is in, or NOWHERE."""

    codes: tuple[str, ...]
    of_commune: Ints

    def met(self, communes: Ints) -> Ints:
        """The places that have at least one of these communes, sorted."""
        held = np.zeros(len(self.codes) + 1, dtype=np.bool_)
        held[self.of_commune[communes]] = True
        return np.flatnonzero(held[:-1])

    def total(self, values: Floats) -> Floats:
        """The sum over each place of what its communes have; `values`: one number per commune."""
        sums = np.bincount(self.of_commune + 1, weights=values, minlength=len(self.codes) + 1)
        return np.asarray(sums[1:], dtype=np.float64)


@dataclass(frozen=True, eq=False, repr=False)
class Line:
    """The communes counted, in an order that keeps neighbours together, and the levels they are summed at.

    `communes`: their typed codes. What is not listed is not counted: the universe is given, never that of the offers.
    `population`: inhabitants, 0 where nobody counted. `levels`: name → its places.
    """

    communes: tuple[str, ...]
    population: Floats
    levels: Mapping[str, Level]

    def inhabitants(self, level: str) -> Floats:
        """Of each place of a level."""
        return self._inhabitants[level]

    def commune_counts(self, level: str) -> Floats:
        """How many communes each place of a level has."""
        return self._commune_counts[level]

    def share_of_people(self, level: str, covered: Bools) -> Floats:
        """Share of the inhabitants of each place who live in these communes; of its communes where nobody lives."""
        people = self._inhabitants[level]
        found = self.levels[level].total(self.population * covered)
        lived_in = people > 0
        if lived_in.all():
            return np.asarray(found / people, dtype=np.float64)
        return np.where(lived_in, found / np.where(lived_in, people, 1), self.share_of_communes(level, covered))

    def share_of_communes(self, level: str, covered: Bools) -> Floats:
        """Share of the communes of each place that are among these."""
        found = self.levels[level].total(covered.astype(np.float64))
        return np.asarray(found / np.maximum(self._commune_counts[level], 1), dtype=np.float64)

    @cached_property
    def _inhabitants(self) -> Mapping[str, Floats]:
        return {name: level.total(self.population) for name, level in self.levels.items()}

    @cached_property
    def _commune_counts(self) -> Mapping[str, Floats]:
        return {name: level.total(np.ones(len(self.communes))) for name, level in self.levels.items()}

    @cached_property
    def weights(self) -> Floats:
        """A thousand for each inhabitant, and one for each commune of a place where nobody lives: there, communes are
        counted. Whole numbers: their sums are exact in whatever order."""
        alone = np.zeros(len(self.communes), dtype=np.bool_)
        for name, level in self.levels.items():
            alone |= np.append(self._inhabitants[name] <= 0, False)[level.of_commune]
        return np.asarray(1e3 * self.population + alone, dtype=np.float64)

    @cached_property
    def weights_before(self) -> Floats:
        """What the communes before each one weigh together; at the end, all of them."""
        return np.concatenate(([0.0], np.cumsum(self.weights)))

    @cached_property
    def segments(self) -> tuple[Ints, Mapping[str, Ints]]:
        """Where each stretch of neighbours begins, and the place of each stretch at each level.

        A stretch is the longest run of communes that are in the same place at every level: sums over stretches, then
        over places, cost a hundredth of sums over communes.
        """
        held = np.stack([level.of_commune for level in self.levels.values()]) if self.levels else np.zeros((1, 0))
        if not len(self.communes):
            return np.zeros(0, dtype=np.int64), {name: np.zeros(0, dtype=np.int64) for name in self.levels}
        changes = np.flatnonzero((np.diff(held, axis=1) != 0).any(axis=0)) + 1
        starts = np.concatenate(([0], changes)).astype(np.int64)
        return starts, {name: level.of_commune[starts] for name, level in self.levels.items()}


def line_of(
    communes: Sequence[str], levels: Mapping[str, Mapping[str, str]], *, populations: Mapping[str, float | None]
) -> Line:
    """The line of these communes, neighbours side by side. `levels`: name → commune → the place it is in.

    Communes are put in the order of their places at each level, the first level first, then of their codes: give the
    widest level first.
    """
    order = sorted(communes, key=lambda code: (*(held.get(code, "") for held in levels.values()), code))
    made = {}
    for name, held in levels.items():
        codes = tuple(dict.fromkeys(held[code] for code in order if code in held))
        numbers = {code: number for number, code in enumerate(codes)}
        of_commune = [numbers[held[code]] if code in held else NOWHERE for code in order]
        made[name] = Level(codes=codes, of_commune=np.array(of_commune, dtype=np.int64))
    people = np.array([populations.get(code) or 0.0 for code in order], dtype=np.float64)
    return Line(communes=tuple(order), population=people, levels=made)


def joined(parts: Sequence[Runs]) -> Runs:
    """The runs of all these together: those that touch or overlap make one."""
    starts, ends = (np.concatenate([part[at] for part in parts]) for at in range(2))
    order = np.argsort(starts, kind="stable")
    starts, reached = starts[order], np.maximum.accumulate(ends[order])
    apart = np.flatnonzero(starts[1:] > reached[:-1])
    if not len(starts):
        return starts, reached
    return starts[np.concatenate(([0], apart + 1))], reached[np.concatenate((apart, [len(starts) - 1]))]


def within(starts: Ints, ends: Ints) -> Ints:
    """The numbers of these runs, one after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    found: Ints = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return found


def runs_of(places: Ints) -> Runs:
    """The runs of consecutive numbers in a sorted list of numbers."""
    if not len(places):
        return places, places
    breaks = np.flatnonzero(np.diff(places) > 1)
    starts = places[np.concatenate(([0], breaks + 1))]
    ends = places[np.concatenate((breaks, [len(places) - 1]))] + 1
    return starts, ends
