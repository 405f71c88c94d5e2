"""Supply: how many offers in each place, column and layer.

The table is made of differences: an offer adds one where each run of its places begins and takes it back where the run
ends. Sorted along the line, they say how long each number lasts, and each cell is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from maillage.core.coverage.ground import Ground, Reach
from maillage.core.coverage.line import Ints, within
from maillage.core.coverage.where import column_count, columns
from maillage.core.vocabulary import Echelon

Counts = npt.NDArray[np.int16]

ECHELONS = Echelon.codes()
CONDITIONAL = len(ECHELONS)
"""The layer of what waits for a condition, whatever its échelon; the others are the échelons, the most local first."""
LAYERS = len(ECHELONS) + 1
NEAR = (ECHELONS.index(Echelon.LOCAL), ECHELONS.index(Echelon.DEPARTMENTAL))
DISTANT = (ECHELONS.index(Echelon.REGIONAL), ECHELONS.index(Echelon.NATIONAL))
MOST = np.iinfo(np.int16).max
"""Offers that one cell can count, all layers together."""
FEW_RUNS = 8
"""Beyond, the places of an offer that changes are written one by one rather than run by run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """What coverage needs of an offer. `key`: what makes it the same offer, however many sources list it.

    `worth`: from 0 to 1, how much of a full offer it is (freshness, capacity, price). `echelon`: where one knocks.
    `conditional`: it waits for a condition that the place does not meet by being there (closed, reserved to members).
    `names`: the uids of its sheets, for lists.
    """

    key: str
    reach: Reach
    categories: tuple[str, ...]
    stages: tuple[str, ...]
    natures: tuple[str, ...]
    echelon: str
    worth: float = 1.0
    conditional: bool = False
    names: tuple[str, ...] = ()

    @property
    def columns(self) -> Ints:
        """The columns it stands in."""
        return columns(self.categories, self.stages, self.natures)

    @property
    def layer(self) -> int:
        """The layer it is counted in."""
        return CONDITIONAL if self.conditional else ECHELONS.index(self.echelon)


def once(offers: Iterable[Supplied]) -> list[Supplied]:
    """The same, each key once: what several sources say of one offer is put together, at its most usable.

    The offers of a key have one reach: two zones are two offers, for what one says of its zone is not true of another.
    """
    found: dict[tuple[str, Reach], Supplied] = {}
    for offer in offers:
        name = (offer.key, offer.reach)
        known = found.get(name)
        found[name] = _together(known, offer) if known else offer
    return list(found.values())


def _together(one: Supplied, other: Supplied) -> Supplied:
    def union(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*getattr(one, name), *getattr(other, name))))

    return replace(
        one,
        categories=union("categories"),
        stages=union("stages"),
        natures=union("natures"),
        names=union("names"),
        echelon=min(one.echelon, other.echelon, key=ECHELONS.index),
        worth=max(one.worth, other.worth),
        conditional=one.conditional and other.conditional,
    )


@dataclass(frozen=True, eq=False, repr=False)
class Supply:
    """Offers counted: `counts[layer, column, place]`; the last place is no place, it only closes the runs.

    `level`: "" for the communes where an offer can be asked for; the name of a level for the places it meets.
    """

    ground: Ground
    level: str
    counts: Counts

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The typed codes of the places, in the order of the table."""
        return self.ground.line.levels[self.level].codes if self.level else self.ground.line.communes

    def of_layers(self, layers: Sequence[int]) -> Counts:
        """Offers of these layers: [column, place]."""
        found: Counts = self.counts[list(layers), :, :-1].sum(axis=0, dtype=np.int16)
        return found

    def change(self, *, before: Supplied | None, after: Supplied | None) -> None:
        """One offer came, changed or went: its cells are counted again, and no other. Each key must come once."""
        for offer, step in ((before, -1), (after, 1)):
            if offer is None:
                continue
            starts, ends = self.ground.runs(offer.reach, level=self.level)
            table = self.counts[offer.layer]
            if len(starts) <= FEW_RUNS:
                for start, end in zip(starts, ends, strict=True):
                    table[offer.columns, start:end] += np.int16(step)
            else:
                places = np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])
                table[np.ix_(offer.columns, places)] += np.int16(step)


def supply_of(ground: Ground, offers: Iterable[Supplied], *, level: str = "") -> Supply:
    """The table of these offers. Raises OverflowError beyond 32 767 in one column, which a cell could not count."""
    kept = once(offers)
    size = len(ground.line.levels[level].codes) if level else len(ground.line.communes)
    shape = (LAYERS, column_count(), size + 1)
    return Supply(ground=ground, level=level, counts=_summed(_marks(kept, ground, level, width=size + 1), shape=shape))


def _marks(offers: Sequence[Supplied], ground: Ground, level: str, *, width: int) -> Ints:
    """Where runs of offers begin and end in the flat table, sorted: twice the cell, plus one for a beginning."""
    if not offers:
        return np.zeros(0, dtype=np.int64)
    runs = [ground.runs(offer.reach, level=level) for offer in offers]
    bounds = np.cumsum([0, *(len(starts) for starts, _ in runs)])
    stands = [offer.columns for offer in offers]
    of = np.repeat(np.arange(len(offers)), [len(columns) for columns in stands])
    layers, stood = np.array([offer.layer for offer in offers], dtype=np.int64), np.concatenate(stands)
    if (most := int(np.bincount(stood).max(initial=0))) > MOST:
        raise OverflowError(f"{most} offers in one column")
    rows = (layers[of] * column_count() + stood) * width
    heads = np.repeat(rows, (bounds[1:] - bounds[:-1])[of])
    picked = within(bounds[of], bounds[of + 1])
    opened, closed = (heads + np.concatenate([run[at] for run in runs])[picked] for at in range(2))
    return np.sort(np.concatenate((2 * opened + 1, 2 * closed)))


def _summed(marks: Ints, *, shape: tuple[int, int, int]) -> Counts:
    """The running sum of the marks: written stretch by stretch, each of one number. Every row ends at zero."""
    cells, steps = marks >> 1, 2 * (marks & 1) - 1
    last = np.flatnonzero(np.diff(cells, append=-1))
    values = np.concatenate(([0], np.cumsum(steps)[last])).astype(np.int16)
    lengths = np.diff(cells[last], prepend=0, append=int(np.prod(shape)))
    return np.repeat(values, lengths).reshape(shape)
