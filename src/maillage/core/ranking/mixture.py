"""The five signals, evened within one need and added."""

from __future__ import annotations

import math
from collections.abc import Collection as AnyOf
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maillage.core.lexicon.expansion import spelt_out
from maillage.core.ranking.documents import Collection, Document
from maillage.core.ranking.embeddings import plugged
from maillage.core.ranking.learned import learned_words, unit
from maillage.core.ranking.steps import light_words, step_said, themes_said
from maillage.core.ranking.words import Met, Ranking, words_met
from maillage.core.text import stems, without_names
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]
PARTS = ("words", "letters", "sense", "themes", "step")
REMOVABLE = (*PARTS, "neighbours", "thesaurus", "light")
"""What `scores` can do without: a part, one of the two ways a word is met by another, or counting less the words that
do not say the object of the need."""
LONGEST = 20_000
"""Characters read of a need."""
FLAT = 1e-9
"""Values that differ by less than this part of the largest are equal: what is left is rounding."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document and its points, part by part; they mean something within one need only and are never shown."""

    document: Document
    points: Mapping[str, float]

    @property
    def total(self) -> float:
        """The sum of the parts."""
        return sum(self.points.values())


@dataclass(frozen=True, slots=True)
class Scored:
    """By part, the points of each document for one need; and what each of its words brings, by stem."""

    parts: Mapping[str, Floats]
    met: Mapping[str, Met]

    @property
    def totals(self) -> Floats:
        """The points of each document, all parts together."""
        totals: Floats = np.sum(list(self.parts.values()), axis=0)
        return totals


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says in place of what their words were understood to say: themes with their points, the step."""

    themes: Mapping[str, float]
    step: float


def scores(need: str, collection: Ranking, *, without: AnyOf[str] = ()) -> Mapping[str, Floats]:
    """By part: the points of each document for this need. `without`: those of `REMOVABLE` that are left out."""
    return scored(need, collection, without=without).parts


def scored(need: str, collection: Ranking, *, said: Said | None = None, without: AnyOf[str] = ()) -> Scored:
    """The points of each document for this need, and why. `said`: what the person corrected.

    The part "model" is there when a language model is plugged, and an index, when it was made with that model.
    """
    need = need[:LONGEST]
    words = stems(need)
    themes, step = (said.themes, said.step) if said else (themes_said(need), step_said(need))
    short = min(1.0, weight("ranking", "short") / max(1, len(words)))
    light = light_words(need, words) if "light" not in without else frozenset()
    thesaurus = "thesaurus" not in without
    met = words_met(words, collection, light=light, learned="neighbours" not in without, thesaurus=thesaurus)
    found: dict[str, Floats] = {}
    if "words" not in without:
        found["words"] = evened(sum((each.points for each in met.values()), np.zeros(collection.count)))
    if "letters" not in without:
        spelt = without_names(need, lambda stem: collection.column(stem) >= 0 or stem in learned_words())
        meanings = spelt_out(words) if thesaurus else ""
        found["letters"] = weight("ranking", "letters") * evened(collection.letters.likeness(spelt, spelt_out=meanings))
    if "sense" not in without:
        found["sense"] = short * _senses(words, collection)
    if "themes" not in without:
        each = np.where(collection.stated, weight("ranking", "stated_themes"), weight("ranking", "themes"))
        found["themes"] = each * evened(collection.shared_themes(themes))
    if "step" not in without:
        found["step"] = weight("ranking", "step") * short * step * collection.steps
    model = None if "model" in without else plugged()
    if model and (modelled := collection.modelled(need, model)) is not None:
        found["model"] = weight("ranking", "model") * evened(modelled)
    return Scored(found, met)


def _senses(words: Sequence[str], collection: Ranking) -> Floats:
    """How near the sense of each document, and that of its title, is to that of the need."""
    sense = learned_words().sense(words)
    whole = (collection.senses @ unit(sense - collection.common_sense)).astype(np.float64)
    title = (collection.title_senses @ unit(sense - collection.common_title_sense)).astype(np.float64)
    return weight("ranking", "sense") * evened(whole) + weight("ranking", "title_sense") * evened(title)


def rank(need: str, collection: Collection, *, most: int = 10) -> list[Ranked]:
    """The documents that answer best, best first; equal ones in the order of the collection."""
    found = scores(need, collection)
    order = np.argsort(-total(found, collection), kind="stable")[:most]
    return [
        Ranked(collection.documents[row], {part: float(values[row]) for part, values in found.items()})
        for row in order.tolist()
    ]


def total(found: Mapping[str, Floats], collection: Ranking) -> Floats:
    """The points of each document, all parts together."""
    return sum(found.values(), np.zeros(collection.count))


def evened(values: Floats) -> Floats:
    """The values less their mean, in standard deviations: comparable between parts, within one need."""
    if not len(values):
        return np.zeros(0)
    # Sums and products said plainly: mean and std of numpy cost three times as much on some tens of values.
    apart = values - values.sum() / len(values)
    spread = math.sqrt(apart.dot(apart) / len(apart))
    told_apart = spread > FLAT * max(1.0, values.max(), -values.min())
    return apart / spread if told_apart else np.zeros(len(values))
