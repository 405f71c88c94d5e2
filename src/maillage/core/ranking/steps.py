"""Whether a text asks for a study or for works, what it speaks of, and which of its words do not say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
def _stages(text: str) -> tuple[Mapping[str, float], frozenset[str]]:
    return tagging.stages_said(text)


def step_said(text: str) -> float:
    """STUDY, WORKS or NEITHER.

    A study says so by one sure word (« étude de faisabilité d’une chaufferie » names works, and is a study).
    """
    stages, _ = _stages(text)
    study = stages.get(Stage.EMERGENCE, 0.0) + stages.get(Stage.DESIGN, 0.0)
    if study >= weight("tagging", "threshold"):
        return STUDY
    return WORKS if stages.get(Stage.DELIVERY) else NEITHER


def light_words(need: str, stems: Iterable[str]) -> frozenset[str]:
    """Those of the stems of a need that do not say its object: they name a step, or only a project, an aid, a number.

    « Étude de faisabilité pour une chaufferie » is about a chaufferie; the step is a signal of its own.
    """
    _, stepping = _stages(need)
    said = dict.fromkeys(stems)
    telling = set(tagging.significant_stems(said)) - stepping
    return frozenset(stem for stem in said if stem not in telling)
