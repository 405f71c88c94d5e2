"""The Agenda 2030: 17 goals and 169 targets, with their official labels in French and English.

Tables: `facts/goals.csv` and `facts/targets.csv`, written by `scripts/build_goals.py`; source in `facts/SOURCES.md`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

TRANSVERSAL = 17
"""The goal of partnerships: all this commons serves it, so it is told apart and never counted beside the others."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One of the 17: its number, its short name and its official title, in both languages."""

    number: int
    short_fr: str
    title_fr: str
    short_en: str
    title_en: str

    def short(self, language: str) -> str:
        """Its short name in `fr` or `en`."""
        return self.short_en if language == "en" else self.short_fr

    def title(self, language: str) -> str:
        """Its official title in `fr` or `en`."""
        return self.title_en if language == "en" else self.title_fr


@dataclass(frozen=True, slots=True)
class Target:
    """One of the 169: its code (`11.7`, `17.a`), the number of its goal, its official text in both languages."""

    code: str
    goal: int
    fr: str
    en: str

    def text(self, language: str) -> str:
        """Its official text in `fr` or `en`."""
        return self.en if language == "en" else self.fr


@lru_cache(maxsize=1)
def goals() -> Mapping[int, Goal]:
    """The 17 goals by number."""
    return {int(row["goal"]): Goal(int(row.pop("goal")), **row) for row in _rows("goals.csv")}


@lru_cache(maxsize=1)
def targets() -> Mapping[str, Target]:
    """The 169 targets by code, in their order."""
    found = (
        Target(row["target"], int(row["target"].partition(".")[0]), row["fr"], row["en"])
        for row in _rows("targets.csv")
    )
    return {target.code: target for target in found}


def targets_of(goal: int) -> tuple[Target, ...]:
    """The targets of a goal, in their order."""
    return tuple(target for target in targets().values() if target.goal == goal)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("maillage.core").joinpath(f"facts/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
