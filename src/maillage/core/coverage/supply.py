"""Supply: how many offers in each place, column and layer.

The table is made of differences: an offer adds one where each run of its places begins and takes it back where the run
ends; one running sum along the line then counts every place at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from maillage.core.coverage.ground import Ground, Reach
from maillage.core.coverage.line import Ints
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
"""Offers that one cell can count."""
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
    """The table of these offers. Raises OverflowError beyond 32 767 offers, which a cell could not count."""
    kept = once(offers)
    if len(kept) > MOST:
        raise OverflowError(f"{len(kept)} offers")
    size = len(ground.line.levels[level].codes) if level else len(ground.line.communes)
    counts = np.zeros((LAYERS, column_count(), size + 1), dtype=np.int16)
    for layer in range(LAYERS):
        _add(counts[layer], [offer for offer in kept if offer.layer == layer], ground, level)
    return Supply(ground=ground, level=level, counts=counts)


def _add(table: Counts, offers: Sequence[Supplied], ground: Ground, level: str) -> None:
    """Write the differences of these offers, then sum them along each column that has one."""
    opened, closed = [], []
    width = table.shape[1]
    for offer in offers:
        starts, ends = ground.runs(offer.reach, level=level)
        heads = offer.columns[:, None] * width
        opened.append((heads + starts).ravel())
        closed.append((heads + ends).ravel())
    if not opened:
        return
    flat, cells = table.reshape(-1), np.concatenate(opened)
    np.add.at(flat, cells, np.int16(1))
    np.add.at(flat, np.concatenate(closed), np.int16(-1))
    for row in np.unique(cells // width).tolist():
        np.cumsum(table[row], out=table[row])
