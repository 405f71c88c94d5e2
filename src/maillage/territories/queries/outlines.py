"""The outlines of régions, départements and intercommunalités, for maps: read once per process from the facts."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from maillage.territories.files import FACTS

OUTLINES = "outlines.csv.gz"


@dataclass(frozen=True, slots=True)
class Outline:
    """The `d` of an SVG path, and the box it fills: left, top, right, bottom, in the units of the path."""

    path: str
    left: int
    top: int
    right: int
    bottom: int

    @property
    def middle(self) -> tuple[int, int]:
        """The middle of its box."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2


@lru_cache(maxsize=1)
def outlines() -> Mapping[str, Outline]:
    """Typed code → outline. Régions and départements share one plane, overseas ones beside the mainland; EPCI are on
    a finer one, where they are. Collectivités d’outre-mer have none."""
    text = gzip.decompress((FACTS / OUTLINES).read_bytes()).decode()
    return {
        row["code"]: Outline(row["path"], *(int(row[name]) for name in ("left", "top", "right", "bottom")))
        for row in csv.DictReader(io.StringIO(text))
    }
