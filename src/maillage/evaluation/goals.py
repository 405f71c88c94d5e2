"""The goals found in English texts, as the public table of the SDG classification benchmark computes them."""

from __future__ import annotations

from pathlib import Path

from maillage.core.errors import Invalid
from maillage.core.goals import goals_in_english
from maillage.evaluation.packs import rows

COLUMNS = frozenset({"sdg", "text", "label"})


def goals_accuracy(folder: Path) -> dict[str, list[bool]]:
    """Goal → for each text asked about it, whether we answer as the label does. The measure is the mean over goals.

    Raises Invalid when the table is not there, asks about no goal, or about one that is not a number.
    """
    found: dict[str, list[bool]] = {}
    for row in rows(folder / "benchmark.csv", columns=COLUMNS):
        if not row["sdg"].isdecimal():
            raise Invalid("pack_unreadable", file="benchmark.csv")
        ours = any(tag.goal == int(row["sdg"]) for tag in goals_in_english(row["text"]))
        found.setdefault(row["sdg"], []).append(ours == (row["label"].strip().lower() == "true"))
    if not found:
        raise Invalid("pack_empty")
    return found
