"""From the words other systems file things under to our 87 categories, and back.

The tables are data (`crosswalk_*.csv`). `exact`: the same thing under the same name; `close`: nearly the same thing;
`broad`: one of several subjects it holds. Labels are facts taken from: Communs de la transition écologique des
collectivités (138 thématiques, Apache-2.0), data.inclusion (69 thématiques, Licence Ouverte 2.0), BANATIC (14 groups
of competences, Licence Ouverte), aides-agri (5 sectors, MIT); the ten partners of Aides-territoires with the matching
its team made (ISC). The other matchings are ours.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from maillage.core.text import fold

CONFIDENCES = ("exact", "close", "broad")
"""From the surest to the loosest."""

_TABLES = ("communs", "data_inclusion", "banatic", "aides_agri", "partners")


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A label or code of a vocabulary, one of our categories, and how near they are."""

    vocabulary: str
    label: str
    category: str
    confidence: str


def category_of(vocabulary: str, label: str) -> str | None:
    """Our category nearest to a label or code of another vocabulary; None when the table does not know it."""
    found = categories_of(vocabulary, label)
    return found[0].category if found else None


def categories_of(vocabulary: str, label: str) -> tuple[Correspondence, ...]:
    """Our categories for a label of another vocabulary, the surest first.

    Case, accents and apostrophes do not matter. A partner's label « theme > sub-theme » is also known by its
    sub-theme when only one theme has it.
    """
    return _by_label().get((vocabulary, _key(label)), ())


def labels_of(vocabulary: str, category: str) -> tuple[Correspondence, ...]:
    """The labels of another vocabulary that fall under one of our categories, the surest first."""
    return _surest_first(row for row in correspondences() if (row.vocabulary, row.category) == (vocabulary, category))


@lru_cache(maxsize=1)
def correspondences() -> tuple[Correspondence, ...]:
    """Every row of the tables, in their order."""
    rows: list[Correspondence] = []
    for table in _TABLES:
        text = files(__package__).joinpath(f"crosswalk_{table}.csv").read_text(encoding="utf-8")
        rows += (Correspondence(*row) for row in list(csv.reader(text.splitlines()))[1:])
    return tuple(rows)


@lru_cache(maxsize=1)
def _by_label() -> dict[tuple[str, str], tuple[Correspondence, ...]]:
    whole: dict[tuple[str, str], list[Correspondence]] = {}
    last: dict[tuple[str, str], list[Correspondence]] = {}
    for row in correspondences():
        whole.setdefault((row.vocabulary, _key(row.label)), []).append(row)
        if ">" in row.label:
            last.setdefault((row.vocabulary, _key(row.label.rsplit(">", 1)[1])), []).append(row)
    alone = {key: rows for key, rows in last.items() if len({row.label for row in rows}) == 1}
    return {key: _surest_first(rows) for key, rows in (alone | whole).items()}


def _surest_first(rows: Iterable[Correspondence]) -> tuple[Correspondence, ...]:
    return tuple(sorted(rows, key=lambda row: CONFIDENCES.index(row.confidence)))


def _key(label: str) -> str:
    return " ".join(fold(label).split())
