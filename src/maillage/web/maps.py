"""Maps as SVG: places with a pattern for what they have, circles for what is asked, words for all of it.

The table beside says the same; the file that is taken away carries its own colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.core.vocabulary import GapKind
from maillage.coverage.queries import WHOLE, PlaceRow
from maillage.territories.queries import Outline, outlines

LEGEND = (
    ("whole", _("tout est servi de près")),
    ("most", _("plus de la moitié est servie de près")),
    ("half", _("d’un quart à la moitié est servi de près")),
    ("some", _("moins d’un quart est servi de près")),
    ("distant", _("rien de plus proche que la région ou la nation")),
    ("conditional", _("une offre, mais sous condition")),
    ("nothing", _("aucune offre connue")),
)
"""Class of a place → its words, the best served first."""
COLOURS = {
    "whole": "#0e5a52",
    "most": "#5d9a90",
    "half": "#93bfb6",
    "some": "#c6ded9",
    "distant": "#e9dfc4",
    "conditional": "#f0c9a0",
    "nothing": "#ffffff",
}
"""Of the file one takes away; the page has its tokens."""
LEAST = 0.005
"""Share below which nothing is told served."""
LARGEST = 13.0
"""Radius of the largest circle, in units of a map 400 wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One place of a map: its class, its words, the list it opens, its circle of demand."""

    code: str
    name: str
    path: str
    look: str
    words: str
    address: str
    x: int
    y: int
    radius: str
    is_inside: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A map: its box, its shapes, the legend with how many places are of each class, what has no outline."""

    box: str
    shapes: tuple[Shape, ...]
    legend: tuple[tuple[str, str, int], ...]
    beside: tuple[Shape, ...]
    stroke: str


def look_of(served: float, kind: GapKind | None) -> str:
    """The class of a place: how much of the question is served near there, else the commonest gap."""
    if served >= WHOLE:
        return "whole"
    if served > LEAST:
        return "most" if served >= 0.5 else "half" if served >= 0.25 else "some"
    return {GapKind.DISTANT: "distant", GapKind.CONDITIONAL: "conditional"}.get(kind or GapKind.NOTHING, "nothing")


def drawing_of(rows: Sequence[tuple[PlaceRow, str, str]]) -> Drawing:
    """The map of these places, each with its name and the address it opens."""
    known = outlines()
    most = max((row.demand for row, _, _ in rows), default=0.0) or 1.0
    drawn = [known[row.code] for row, _, _ in rows if row.code in known]
    left, top, right, bottom = _box(drawn)
    wide = max(1, right - left)
    unit = wide / 400
    shapes = [_shape(row, name, address, known.get(row.code), most=most, unit=unit) for row, name, address in rows]
    looks = [look_of(row.served, row.kind) for row, _, _ in rows]
    margin = round(8 * unit)
    return Drawing(
        box=f"{left - margin} {top - margin} {wide + 2 * margin} {bottom - top + 2 * margin}",
        shapes=tuple(shape for shape in shapes if shape.path),
        legend=tuple((look, gettext(words), looks.count(look)) for look, words in LEGEND),
        beside=tuple(shape for shape in shapes if not shape.path),
        stroke=f"{unit:.2f}",
    )


@lru_cache(maxsize=4)
def box_of(kind: str) -> str:
    """The box that holds every outline of a kind (`REG-`), with a little room."""
    left, top, right, bottom = _box([each for code, each in outlines().items() if code.startswith(kind)])
    return f"{left - 10} {top - 10} {right - left + 20} {bottom - top + 20}"


def _box(drawn: Sequence[Outline]) -> tuple[int, int, int, int]:
    if not drawn:
        return 0, 0, 1, 1
    return (
        min(each.left for each in drawn),
        min(each.top for each in drawn),
        max(each.right for each in drawn),
        max(each.bottom for each in drawn),
    )


def _shape(row: PlaceRow, name: str, address: str, outline: Outline | None, *, most: float, unit: float) -> Shape:
    x, y = outline.middle if outline else (0, 0)
    look = look_of(row.served, row.kind)
    return Shape(
        code=row.code,
        name=name,
        path=outline.path if outline else "",
        look=look,
        words=gettext(dict(LEGEND)[look]),
        address=address,
        x=x,
        y=y,
        radius=f"{LARGEST * unit * (row.demand / most) ** 0.5:.1f}" if row.demand else "",
    )
