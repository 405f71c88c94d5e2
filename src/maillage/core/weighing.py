"""Reads `weights.toml`, where every weight stands with its unit, its reason and its date."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight: its place in the file, its value, and why it has it."""

    section: str
    name: str
    value: float
    unit: str
    reason: str
    date: str


@lru_cache(maxsize=1)
def weights() -> dict[str, dict[str, Weight]]:
    """Every weight by section and name.

    Each entry of the file is `name = { value = 1.0, unit = "…", reason = "…", date = "2026-11-21" }`.
    """
    text = files("maillage.core").joinpath("weights.toml").read_text(encoding="utf-8")
    return {
        section: {name: Weight(section, name, **entry) for name, entry in entries.items()}
        for section, entries in tomllib.loads(text).items()
    }


@cache
def weight(section: str, name: str) -> float:
    """The value of one weight. Raises KeyError when the file has no such weight."""
    return weights()[section][name].value
