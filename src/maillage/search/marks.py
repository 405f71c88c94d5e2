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
        marks.bits = {(facet, code): bit for bit, (facet, code) in enumerate(told["bits"])}
        marks.too_many = bool(told["too_many"])
        return marks

    def mark(self, document: tantivy.Document) -> None:
        """Write the bits of the codes that this document holds."""
        columns = [0] * engine.MARK_COLUMNS
        for facet in COUNTED:
            for code in document.get_all(facet):
                bit = self.bits.setdefault((facet, str(code)), len(self.bits))
                if bit >= engine.MARK_COLUMNS * engine.MARKS_EACH:
                    self.too_many = True
                else:
                    columns[bit // engine.MARKS_EACH] |= 1 << bit % engine.MARKS_EACH
        for number, value in enumerate(columns):
            document.add_integer(f"marks_{number}", value)

    def told(self) -> dict[str, object]:
        """What readers need: the pairs in the order of their bits, none when they do not fit."""
        return {"bits": [] if self.too_many else list(self.bits), "too_many": self.too_many}


def count_marks(
    held: engine.Reader, addresses: Sequence[tantivy.DocAddress], names: Collection[str]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """For each of these facets, how many of these documents hold each code: the most frequent first."""
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    for (facet, code), count in zip(held.marks, _sums(held, list(addresses)), strict=False):
        if count and facet in found:
            found[facet].append((code, count))
    return {name: tuple(sorted(counts, key=lambda item: (-item[1], item[0]))) for name, counts in found.items()}


def _sums(held: engine.Reader, addresses: list[tantivy.DocAddress]) -> list[int]:
    """How many of the documents have each bit."""
    if not addresses:
        return []
    used = -(-len(held.marks) // engine.MARKS_EACH)
    columns = [held.searcher.fast_field_values(f"marks_{number}", addresses) for number in range(used)]
    octets = np.array(columns, dtype="<i8").view(np.uint8).reshape(used, len(addresses), 8)
    sums = np.unpackbits(octets, axis=2, bitorder="little").sum(axis=1, dtype=np.uint16)
    return [int(count) for count in sums[:, : engine.MARKS_EACH].ravel()]
