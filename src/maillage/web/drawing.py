"""A network as an SVG shows it: a point per node, its shape says the nature, its number is that of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from maillage.articulation.network import View
from maillage.core.network.graph import graph_of
from maillage.core.network.layout import layout
from maillage.core.network.measures import nature_bits
from maillage.core.vocabulary import Nature

WIDTH, HEIGHT, MARGIN, APART = 860.0, 520.0, 26.0, 44.0
SHAPES = {0: "unsaid", 1: Nature.PUBLIC.value, 2: Nature.PROJECT.value, 4: Nature.CATALYST.value}
"""The shape of the bits of natures; any other is « several »."""
RADIUS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A node: where, its number, its name; `shape`: a nature, « several » or « unsaid »; `outline`: of that shape."""

    number: int
    name: str
    x: str
    y: str
    shape: str
    outline: str
    is_fragile: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A link between two nodes, with the numbers of both."""

    x1: str
    y1: str
    x2: str
    y2: str
    ends: tuple[int, int]
    is_bridge: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is drawn, lines first."""

    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    box: str


def drawing(view: View, nodes: Sequence[int], *, first: int) -> Drawing:
    """These nodes of a view and the links between them; the first one bears the number `first`."""
    names = tuple(view.graph.names[node] for node in nodes)
    pairs, where = _placed(view, names)
    number = {name: place for place, name in enumerate(names, start=first)}
    rank = dict(zip(names, nodes, strict=True))
    return Drawing(
        lines=tuple(_line(view, pair, where=where, number=number, rank=rank) for pair in pairs),
        dots=tuple(
            _dot(view, name, where[name], number=number[name], is_fragile=rank[name] in view.fragile.points)
            for name in names
        ),
        box=f"0 0 {WIDTH + 2 * MARGIN:.0f} {HEIGHT + 2 * MARGIN:.0f}",
    )


@lru_cache(maxsize=64)
def _placed(view: View, names: tuple[str, ...]) -> tuple[list[tuple[str, str]], dict[str, tuple[float, float]]]:
    """The links between these nodes, and where each is drawn: some 40 ms, kept for the next reader."""
    kept = frozenset(names)
    pairs = [pair for pair in view.ties if kept.issuperset(pair)]
    part = graph_of(names, pairs)
    shapes = [nature_bits(view.members[name].natures) for name in part.names]
    points = layout(part, groups=shapes, width=WIDTH, height=HEIGHT, apart=APART)
    return pairs, {name: (x + MARGIN, y + MARGIN) for name, (x, y) in zip(part.names, points.tolist(), strict=True)}


def _line(
    view: View,
    pair: tuple[str, str],
    *,
    where: dict[str, tuple[float, float]],
    number: dict[str, int],
    rank: dict[str, int],
) -> Line:
    (x1, y1), (x2, y2) = where[pair[0]], where[pair[1]]
    low, high = sorted((rank[pair[0]], rank[pair[1]]))
    return Line(
        x1=f"{x1:.1f}",
        y1=f"{y1:.1f}",
        x2=f"{x2:.1f}",
        y2=f"{y2:.1f}",
        ends=(number[pair[0]], number[pair[1]]),
        is_bridge=(low, high) in view.fragile.bridges,
        is_confirmed=any(tie.confirmed for tie in view.ties[pair]),
    )


def _dot(view: View, name: str, point: tuple[float, float], *, number: int, is_fragile: bool) -> Dot:
    shape = shape_of(view.members[name].natures)
    x, y = point
    return Dot(
        number=number,
        name=view.members[name].name,
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        shape=shape,
        outline=outline(shape, x, y),
        is_fragile=is_fragile,
    )


def shape_of(natures: Sequence[str]) -> str:
    """What says the natures of a node: one of them, « several » or « unsaid »."""
    return SHAPES.get(nature_bits(natures), "several")


def outline(shape: str, x: float, y: float, radius: float = RADIUS) -> str:
    """The outline of a shape around a point: circle, square, diamond; a hexagon for several natures."""
    if shape in (Nature.PUBLIC, "unsaid"):
        return (
            f"M{x - radius:.1f} {y:.1f}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0Z"
        )
    corners = {
        Nature.PROJECT.value: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        Nature.CATALYST.value: ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        "several": ((-0.55, -0.95), (0.55, -0.95), (1.1, 0), (0.55, 0.95), (-0.55, 0.95), (-1.1, 0)),
    }[shape]
    return "M" + "L".join(f"{x + radius * dx:.1f} {y + radius * dy:.1f}" for dx, dy in corners) + "Z"
