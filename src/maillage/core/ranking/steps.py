"""Whether a text asks for a study or for works, and what it speaks of, by the words of the lexicon."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from maillage.core import tagging
from maillage.core.vocabulary import Stage
from maillage.core.weighing import weight

STUDY, WORKS, NEITHER = 1.0, -1.0, 0.0


@lru_cache(maxsize=4096)
def themes_said(text: str) -> Mapping[str, float]:
    """The points of each theme."""
    return tagging.themes_said(text)


@lru_cache(maxsize=4096)
def step_said(text: str) -> float:
    """STUDY, WORKS or NEITHER.

    A study says so by one sure word (« étude de faisabilité d’une chaufferie » names works, and is a study).
    """
    stages = tagging.stages_said(text)
    study = stages.get(Stage.EMERGENCE, 0.0) + stages.get(Stage.DESIGN, 0.0)
    if study >= weight("tagging", "threshold"):
        return STUDY
    return WORKS if stages.get(Stage.DELIVERY) else NEITHER
