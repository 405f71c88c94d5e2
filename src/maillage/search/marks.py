"""Facets of a short list, counted from bits: each code of a document is a bit of a few whole numbers beside it.

The engine counts facets by reading the whole query again. Over a list short enough to be held whole, adding up the bits
of its documents takes a quarter of that. Which bit stands for which code is written beside the index.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import tantivy

from maillage.search import engine

COUNTED = (*engine.FACETS, *engine.ON_ASK)

Pair = tuple[str, str]


class Marks:
    """Gives each (facet, code) met its bit, for ever in this generation of the index."""

    def __init__(self) -> None:
        self.bits: dict[Pair, int] = {}
        self.too_many = False

    @classmethod
    def known(cls, told: Mapping[str, Any]) -> Marks:
        """Those of a generation already written, as `told` said them."""
        marks = cls()
        marks.bits = {(facet, code): bit for facet, code, bit in told["bits"]}
        marks.too_many = bool(told["too_many"])
        return marks

    def mark(self, document: tantivy.Document) -> None:
        """Write the bits of the codes that this document holds."""
        columns = [0] * engine.MARK_COLUMNS
        for facet in COUNTED:
            for code in document.get_all(facet):
                bit = self._bit(facet, str(code))
                if bit is None:
                    self.too_many = True
                else:
                    columns[bit // engine.MARKS_EACH] |= 1 << bit % engine.MARKS_EACH
        for number, value in enumerate(columns):
            document.add_integer(f"marks_{number}", value)

    def _bit(self, facet: str, code: str) -> int | None:
        """The bit of a code, the next free one of its numbers when it is met first; None when they are full."""
        found = self.bits.get((facet, code))
        if found is not None:
            return found
        on_ask = facet in engine.ON_ASK
        first, after = (engine.ASKED_FROM, engine.MARK_COLUMNS) if on_ask else (0, engine.ASKED_FROM)
        used = sum(1 for known, _ in self.bits if (known in engine.ON_ASK) == on_ask)
        if used >= (after - first) * engine.MARKS_EACH:
            return None
        self.bits[facet, code] = first * engine.MARKS_EACH + used
        return self.bits[facet, code]

    def told(self) -> dict[str, object]:
        """What readers need: facet, code and bit of each, none when they do not fit."""
        bits = [] if self.too_many else [(facet, code, bit) for (facet, code), bit in self.bits.items()]
        return {"bits": bits, "too_many": self.too_many}


def count_marks(
    held: engine.Reader, addresses: Sequence[tantivy.DocAddress], names: Collection[str]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """For each of these facets, how many of these documents hold each code: the most frequent first."""
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    asked = [mark for mark in held.marks if mark[0] in found] if addresses else []
    numbers = sorted({bit // engine.MARKS_EACH for _, _, bit in asked})
    sums = dict(zip(numbers, _sums(held, list(addresses), numbers), strict=True))
    for facet, code, bit in asked:
        if count := sums[bit // engine.MARKS_EACH][bit % engine.MARKS_EACH]:
            found[facet].append((code, count))
    return {name: tuple(sorted(counts, key=lambda item: (-item[1], item[0]))) for name, counts in found.items()}


def _sums(held: engine.Reader, addresses: list[tantivy.DocAddress], numbers: Sequence[int]) -> list[list[int]]:
    """For each of these whole numbers, how many of the documents have each of its bits."""
    columns = [held.searcher.fast_field_values(f"marks_{number}", addresses) for number in numbers]
    octets = np.array(columns, dtype="<i8").view(np.uint8).reshape(len(numbers), len(addresses), 8)
    sums: list[list[int]] = np.unpackbits(octets, axis=2, bitorder="little").sum(axis=1, dtype=np.uint16).tolist()
    return sums
