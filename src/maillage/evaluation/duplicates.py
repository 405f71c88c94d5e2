"""Duplicates between two lists of grants (`records.csv`, `pairs.csv`), with our fixed thresholds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from maillage.core.dedup.quality import grants_quality
from maillage.evaluation.measures import Measured
from maillage.evaluation.packs import rows

RECORDS = frozenset({"id", "annee", "dotation", "echelon", "code_geo", "beneficiaire", "description"})
PAIRS = frozenset({"id_a", "id_b", "match"})


def duplicates(folder: Path) -> dict[str, Measured]:
    """F1, precision and recall of what is called one, and of what is merged alone. Raises Invalid for another shape."""
    records = list(rows(folder / "records.csv", columns=RECORDS))
    found = grants_quality(records, list(rows(folder / "pairs.csv", columns=PAIRS)))
    return {name: Measured(value) for name, value in asdict(found).items()}
