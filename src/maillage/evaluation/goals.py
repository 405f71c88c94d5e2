"""The goals found in English texts, as the public table of the SDG classification benchmark computes them."""

from __future__ import annotations

import csv
from pathlib import Path

from maillage.core.goals import goals_in_english


def goals_accuracy(folder: Path) -> dict[str, list[bool]]:
    """Goal → for each text asked about it, whether we answer as the label does. The measure is the mean over goals."""
    found: dict[str, list[bool]] = {}
    with (folder / "benchmark.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            ours = any(tag.goal == int(row["sdg"]) for tag in goals_in_english(row["text"]))
            found.setdefault(row["sdg"], []).append(ours == (row["label"] == "True"))
    return found
