"""Drawings one takes away: a map or a network as an SVG that carries its own colours, or as an image; a QR code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string

from maillage.web.maps import COLOURS, Drawing
from maillage.web.printing import in_turn


def map_alone(drawing: Drawing, *, title: str, day: dt.date) -> str:
    """The map with its legend, its title and its sources."""
    left, top, wide, high = (int(part) for part in drawing.box.split())
    context = {
        "drawing": drawing,
        "colours": COLOURS,
        "title": title,
        "day": day,
        "box": f"{left} {top} {wide} {round(high + wide * 0.36)}",
        "legend": [
            (COLOURS[look], words, count, left + wide * 0.04, top + high + wide * (0.04 + 0.037 * rank))
            for rank, (look, words, count) in enumerate(drawing.legend)
        ],
        "side": wide * 0.025,
        "shapes": [(shape, COLOURS[shape.look]) for shape in drawing.shapes],
        "note": (left + wide * 0.04, top + high + wide * 0.335),
        "letters": wide * 0.026,
    }
    return render_to_string("coverage/map.svg", context)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code as an SVG shows it: `side` modules wide, margins included; `path`: the dark ones."""

    side: int
    path: str


def drawn_code(address: str) -> Code:
    """The QR code of an address, its quiet zone around it."""
    import qrcode  # 0.1 s to wake, for one page

    made = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    made.add_data(address)
    made.make(fit=True)
    rows = made.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return Code(side=len(rows), path="".join(dark))


WIDTH = 1_600
"""Pixels: a page of A4 at 200 points an inch."""
LETTERS = "DejaVu Sans"
"""The typeface of images, that of Debian; a machine without it draws the map without its words."""


@lru_cache(maxsize=32)
def as_png(svg: str) -> bytes:
    """The drawing as an image, 1 600 pixels wide on paper white. The last ones asked are kept.

    Drawn in its turn, as papers are. Raises Refused("paper_busy").
    """
    import resvg_py

    with in_turn():
        drawn = resvg_py.svg_to_bytes(svg_string=svg, width=WIDTH, background="#fbf9f4", sans_serif_family=LETTERS)
    return bytes(drawn)
