"""The wheel of goals: sixteen spokes around the seventeenth, as the numbers an SVG needs. The table beside says all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from maillage.core.agenda import TRANSVERSAL
from maillage.inventory.goals import GoalCount

INNER, OUTER, LABEL = 34.0, 104.0, 116.0
"""Radii: where spokes start, where the longest one ends, where numbers stand."""
GAP = 0.025
"""Radians left between two spokes."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A part of a spoke: what it counts (a CSS class says how it looks), and its outline."""

    kind: str
    outline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoke:
    """One goal on the wheel: its parts from the centre out, the whole room it has, and where its number stands."""

    goal: int
    rings: tuple[Ring, ...]
    room: str
    x: str
    y: str


def spokes(counts: Sequence[GoalCount]) -> tuple[Spoke, ...]:
    """The spokes of goals 1 to 16, clockwise from the top; a length is to the count as in the longest one.

    A spoke with anything at all is at least two units long, so that it is seen.
    """
    shown = [count for count in counts if count.goal != TRANSVERSAL]
    most = max((count.total + count.suggested for count in shown), default=0) or 1
    step = 2 * math.pi / max(1, len(shown))
    return tuple(
        _spoke(count, start=index * step + GAP, end=(index + 1) * step - GAP, most=most)
        for index, count in enumerate(shown)
    )


def _spoke(count: GoalCount, *, start: float, end: float, most: int) -> Spoke:
    rings, inner = [], INNER
    for kind, value in (("reviewed", count.reviewed), ("declared", count.declared), ("suggested", count.suggested)):
        if value:
            outer = min(OUTER, inner + max(2.0, (OUTER - INNER) * value / most))
            rings.append(Ring(kind, _outline(start, end, inner, outer)))
            inner = outer
    middle = (start + end) / 2
    x, y = _point(middle, LABEL)
    return Spoke(goal=count.goal, rings=tuple(rings), room=_outline(start, end, INNER, OUTER), x=x, y=y)


def _outline(start: float, end: float, inner: float, outer: float) -> str:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = (
        _point(start, inner),
        _point(start, outer),
        _point(end, outer),
        _point(end, inner),
    )
    out = f"M{ax} {ay}L{bx} {by}A{outer:.1f} {outer:.1f} 0 0 1 {cx} {cy}"
    return f"{out}L{dx} {dy}A{inner:.1f} {inner:.1f} 0 0 0 {ax} {ay}Z"


def _point(angle: float, radius: float) -> tuple[str, str]:
    """Clockwise from the top."""
    return f"{radius * math.sin(angle):.1f}", f"{-radius * math.cos(angle):.1f}"
