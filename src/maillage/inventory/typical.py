"""The typical needs (« projets référents ») written for Maillage: plain files in `content/typical_needs`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from maillage.core.typical import Referents, TypicalNeed
from maillage.core.vocabulary import categories

FOLDER = Path(__file__).parent / "content" / "typical_needs"


@lru_cache(maxsize=1)
def referents() -> Referents:
    """All the typical needs, read once per process."""
    return Referents(typical_needs())


@lru_cache(maxsize=1)
def typical_needs() -> tuple[TypicalNeed, ...]:
    """Every typical need, in the order of the files, read once per process: the home page asks each time."""
    return tuple(_need(entry) for path in sorted(FOLDER.glob("*.toml")) for entry in _entries(path))


def by_theme(needs: tuple[TypicalNeed, ...]) -> dict[str, list[TypicalNeed]]:
    """Theme → the typical needs whose first category it holds, in the order of the vocabulary."""
    known = categories()
    found: dict[str, list[TypicalNeed]] = {category.theme: [] for category in known.values()}
    for need in needs:
        found[known[need.categories[0]].theme].append(need)
    return {theme: held for theme, held in found.items() if held}


def _entries(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["typical"]
    return found


def _need(entry: dict[str, Any]) -> TypicalNeed:
    values: dict[str, Any] = {name: entry[name] for name in ("slug", "title", "intention", "objet")}
    values |= {
        name: tuple(entry[name]) for name in ("categories", "stages", "competences", "places", "words", "forgotten")
    }
    return TypicalNeed(**values, sdgs=tuple(str(goal) for goal in entry["sdg"]))
