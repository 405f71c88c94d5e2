"""The goals found in French titles of real projects, against a set labelled by hand twice.

The set (`facts/odd_gold.csv`) holds identifiers and labels only: the titles stay in their packs. A goal both passes
gave is right, one neither gave is wrong, one that only one gave is left out. Guide: docs/method/odd_gold.md.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from maillage.core.errors import Invalid
from maillage.core.tagging import understand
from maillage.evaluation.measures import DRAWS, SEED, Measured

NAME = "benchmark_odd_fr"
GOALS = tuple(str(goal) for goal in range(1, 18))
TITLES = {
    "besoins_fonds_vert": ("fonds_vert_2023_projets.csv.gz", "numero_dossier_ds", "nom_du_projet"),
    "besoins_detr_dsil": ("projets_dotations_2018_2019.csv.gz", "id", "description"),
}
"""Pack → its file, the column of the identifier, that of the title."""
Goals = frozenset[str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One title of the set: where it is, and the goals each pass gave, the main one first."""

    pack: str
    key: str
    first: tuple[str, ...]
    second: tuple[str, ...]

    @property
    def right(self) -> Goals:
        """The goals both passes gave."""
        return frozenset(self.first) & frozenset(self.second)

    @property
    def doubtful(self) -> Goals:
        """The goals only one pass gave."""
        return frozenset(self.first) ^ frozenset(self.second)


def gold() -> tuple[Labelled, ...]:
    """The whole set."""
    text = files("maillage.evaluation").joinpath("facts/odd_gold.csv").read_text(encoding="utf-8")
    return tuple(
        Labelled(row["pack"], row["id"], tuple(row["first"].split()), tuple(row["second"].split()))
        for row in csv.DictReader(text.splitlines())
    )


def is_readable(folder: Path) -> bool:
    """Whether the packs that should hold the titles are there."""
    return all((folder / pack / name).is_file() for pack, (name, _, _) in TITLES.items())


def goals_in_titles(folder: Path) -> dict[str, Measured]:
    """What the goals we suggest are worth: precision, recall, F1 over pairs (title, goal), and the first one suggested.

    Titles that the packs of the folder do not hold are left out. Raises Invalid when they hold none, or are unreadable.
    """
    said = titles(folder, gold())
    rows = [row for row in gold() if (row.pack, row.key) in said]
    if not rows:
        raise Invalid("titles_absent", file=TITLES["besoins_fonds_vert"][0])
    ours = [[tag.code for tag in understand(said[row.pack, row.key]).sdgs] for row in rows]
    return scores(rows, ours)


def titles(folder: Path, rows: Sequence[Labelled]) -> dict[tuple[str, str], str]:
    """(pack, identifier) → title, of the titles of the set."""
    wanted = {(row.pack, row.key) for row in rows}
    found: dict[tuple[str, str], str] = {}
    for pack, (name, key, title) in TITLES.items():
        try:
            with gzip.open(folder / pack / name, "rt", encoding="utf-8", newline="") as handle:
                for row in csv.DictReader(handle):
                    if (pack, row.get(key)) in wanted:
                        found[pack, row[key]] = row.get(title) or ""
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise Invalid("pack_unreadable", file=name) from error
    return found


def scores(rows: Sequence[Labelled], ours: Sequence[Sequence[str]]) -> dict[str, Measured]:
    """Precision, recall and F1, with intervals by draws of titles; « first »: the first one suggested is right."""
    counts = np.array([_counts(row, frozenset(goals)) for row, goals in zip(rows, ours, strict=True)], dtype=np.float64)
    first = np.array(
        [
            [float(goals[0] in row.right if goals else 0.0), 1.0]
            for row, goals in zip(rows, ours, strict=True)
            if row.right
        ]
    )
    return {
        "f1": _drawn(counts, lambda sums: 2 * sums[:, 0] / np.maximum(1, sums[:, 1] + sums[:, 2])),
        "precision": _drawn(counts, lambda sums: sums[:, 0] / np.maximum(1, sums[:, 1])),
        "recall": _drawn(counts, lambda sums: sums[:, 0] / np.maximum(1, sums[:, 2])),
        "first": _drawn(first, lambda sums: sums[:, 0] / np.maximum(1, sums[:, 1])),
    }


def _counts(row: Labelled, ours: Goals) -> tuple[int, int, int]:
    """Right ones suggested, suggested, right; doubtful goals left out."""
    settled = ours - row.doubtful
    return len(settled & row.right), len(settled), len(row.right)


def _drawn(counts: np.ndarray, value: Callable[[np.ndarray], np.ndarray]) -> Measured:
    draws = np.random.default_rng(SEED).integers(0, len(counts), size=(DRAWS, len(counts)))
    low, high = np.quantile(value(counts[draws].sum(axis=1)), [0.025, 0.975])
    return Measured(float(value(counts.sum(axis=0, keepdims=True))[0]), float(low), float(high))


def kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Cohen’s kappa of two passes over the same questions; 1 when they agree on all and only one answer is given."""
    agreed = sum(one == other for one, other in zip(first, second, strict=True)) / len(first)
    yes, also = sum(first) / len(first), sum(second) / len(second)
    chance = yes * also + (1 - yes) * (1 - also)
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def agreement(rows: Sequence[Labelled]) -> Mapping[str, float]:
    """Goal → kappa of the two passes, « all » over every pair, « main » over the main goals (none is one of them)."""
    found = {goal: kappa([goal in row.first for row in rows], [goal in row.second for row in rows]) for goal in GOALS}
    pairs = [(goal in row.first, goal in row.second) for row in rows for goal in GOALS]
    found["all"] = kappa([one for one, _ in pairs], [other for _, other in pairs])
    found["main"] = _kappa_of_names([(row.first[:1], row.second[:1]) for row in rows])
    return found


def _kappa_of_names(pairs: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> float:
    names = {name for pair in pairs for name in pair}
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    chance = (
        sum(sum(one == name for one, _ in pairs) * sum(other == name for _, other in pairs) for name in names)
        / len(pairs) ** 2
    )
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)
