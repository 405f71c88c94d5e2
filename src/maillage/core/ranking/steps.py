"""Whether a text asks for a study or for works, and what it speaks of, by the words of the lexicon."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from maillage.core.tagging import points
from maillage.core.vocabulary import Stage
from maillage.core.weighing import weight

STUDY, WORKS, NEITHER = 1.0, -1.0, 0.0


@lru_cache(maxsize=4096)
def themes_and_step(text: str) -> tuple[Mapping[str, float], float]:
    """The points of each theme, and the step: STUDY, WORKS or NEITHER.

    A study says so by one sure word (« étude de faisabilité d’une chaufferie » names works, and is a study).
    """
    said = points(text)
    stages = said["stages"]
    study = stages.get(Stage.EMERGENCE, 0.0) + stages.get(Stage.DESIGN, 0.0)
    if study >= weight("tagging", "threshold"):
        return said["categories"], STUDY
    return said["categories"], WORKS if stages.get(Stage.DELIVERY) else NEITHER
