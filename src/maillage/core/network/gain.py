"""What a link would mend: cells of the fabric where offers stand, none of them linked with another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from maillage.core.network.nodes import Node
from maillage.core.network.places import Bools, Footprints

Place = tuple[str, str, str]
"""Category, stage, nature: a cell of the fabric, wherever it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """`cells`: kinds of cells (theme, stage, nature) mended somewhere; `communes`: communes where one is;

    `total`: cells mended in all, each kind counted in each commune.
    """

    cells: int
    communes: int
    total: int


NOTHING = Gain(cells=0, communes=0, total=0)


class Fabric:
    """Where a declared link already joins the offers of a cell with others.

    A link holds, in the communes where both its ends can be used, the cells of both ends for the themes they share (for
    all their themes when they share none). A cell is loose where no link holds it.
    """

    def __init__(self, nodes: Mapping[str, Node], footprints: Footprints, *, links: Iterable[Sequence[str]]) -> None:
        self._nodes, self._footprints = nodes, footprints
        self._held: dict[Place, Bools] = {}
        for left, right in links:
            if left in nodes and right in nodes:
                self.hold(left, right)

    def hold(self, left: str, right: str) -> None:
        """Count this link as declared from now on."""
        here = self._shared(left, right)
        for place in self._places(left, right):
            self._held[place] = self._held.get(place, False) | here

    def gain(self, left: str, right: str) -> Gain:
        """What a link between these two offers would mend."""
        here = self._shared(left, right)
        anywhere = np.zeros_like(here)
        cells, total = 0, 0
        for place in self._places(left, right):
            mended = here & ~self._held[place] if place in self._held else here
            if count := self._count(mended):
                cells, total = cells + 1, total + count
                anywhere |= mended
        return Gain(cells=cells, communes=self._count(anywhere), total=total)

    def _count(self, blocks: Bools) -> int:
        return int(self._footprints.communes[blocks].sum())

    def _shared(self, left: str, right: str) -> Bools:
        inside = self._footprints.inside
        both: Bools = inside[self._nodes[left].footprint] & inside[self._nodes[right].footprint]
        return both

    def _places(self, left: str, right: str) -> set[Place]:
        ends = (self._nodes[left], self._nodes[right])
        themes = set(ends[0].categories) & set(ends[1].categories) or {*ends[0].categories, *ends[1].categories}
        return {place for end in ends for place in product(themes, end.stages, end.natures)}
