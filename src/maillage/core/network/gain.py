"""What a link would mend: cells of the fabric where offers stand, none of them linked with another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from maillage.core.network.nodes import Node
from maillage.core.network.places import Bools, Footprints
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

Floats = NDArray[np.float64]
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
    demand: float = 0.0
    """What is asked for in those cells, weighed: of their theme, in their commune, once per cell."""

    @property
    def parts(self) -> tuple[tuple[Reason, float], ...]:
        """Why it is worth it, and how much each reason adds."""
        told = f"{self.demand:.1f}".replace(".", ",")
        found = (
            (
                because("gain_cells", count=self.total, communes=self.communes),
                weight("network", "gain_cell") * self.total,
            ),
            (because("gain_demand", demand=told), weight("network", "gain_demand") * self.demand),
        )
        return tuple((reason, points) for reason, points in found if points > 0)

    @property
    def score(self) -> float:
        """The sum of its parts."""
        return sum(points for _, points in self.parts)


NOTHING = Gain(cells=0, communes=0, total=0)


class Fabric:
    """Where a declared link already joins the offers of a cell with others.

    A link holds, in the communes where both its ends can be used, the cells of both ends for the themes they share (for
    all their themes when they share none). A cell is loose where no link holds it. `asked`: category → what is asked
    for in each block of communes, weighed.
    """

    def __init__(
        self,
        nodes: Mapping[str, Node],
        footprints: Footprints,
        *,
        links: Iterable[Sequence[str]],
        asked: Mapping[str, Floats] | None = None,
    ) -> None:
        self._nodes, self._footprints, self._asked = nodes, footprints, asked or {}
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
        cells, total, demand = 0, 0, 0.0
        for place in self._places(left, right):
            mended = here & ~self._held[place] if place in self._held else here
            if count := self._count(mended):
                cells, total = cells + 1, total + count
                anywhere |= mended
                demand += float(self._asked[place[0]][mended].sum()) if place[0] in self._asked else 0.0
        return Gain(cells=cells, communes=self._count(anywhere), total=total, demand=demand)

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
