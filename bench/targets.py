"""The figures to reach, and whether they are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "targets.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One figure to reach: the measure at `path` of the results must be at most `at_most`."""

    name: str
    path: str
    at_most: float
    unit: str
    source: str

    def measured(self, results: Mapping[str, Any]) -> float | None:
        """The figure in these results, None when it was not measured."""
        value: Any = results
        for step in self.path.split("."):
            if not isinstance(value, Mapping) or step not in value:
                return None
            value = value[step]
        return float(value)

    def is_met(self, results: Mapping[str, Any]) -> bool:
        """False when it is missed, or was not measured."""
        value = self.measured(results)
        return value is not None and value <= self.at_most


def targets() -> list[Target]:
    """Every target, in the order of the file."""
    return [Target(**entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["target"]]
