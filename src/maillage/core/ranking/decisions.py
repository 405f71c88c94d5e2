"""What past decisions teach: needs that were given a document, and the new need's likeness to them.

Kernel ridge regression, closed form, no random start: the points of a document are the sum, over past needs, of their
likeness to this one times what they taught. So the reason of a suggestion is a short list of past needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.documents import Collection, Document
from maillage.core.ranking.learned import learned_words
from maillage.core.ranking.mixture import evened, scores, total
from maillage.core.ranking.postings import Postings
from maillage.core.ranking.readings import theme_places
from maillage.core.ranking.steps import step_said, themes_said
from maillage.core.text import stems
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Decision:
    """A past need and the documents it was given."""

    need: str
    given: AbstractSet[str]


class Decisions:
    """Past decisions about one collection, ready to be asked. Learning 2 400 takes about four seconds."""

    def __init__(self, decisions: Sequence[Decision], collection: Collection) -> None:
        self.decisions = tuple(decisions)
        self.collection = collection
        self.needs = Collection([Document(key=str(at), title=one.need) for at, one in enumerate(self.decisions)])
        said = [self._said(fields[0]) for fields in self.needs.fields]
        self._words = self._laid(said)
        self._senses = np.array([learned_words().sense(fields[0]) for fields in self.needs.fields], dtype=np.float64)
        self._themes = np.array([_subjects(one.need) for one in self.decisions])
        self._answers = np.array([self._answered(one.need) for one in self.decisions])
        letters = np.array([self.needs.letters.likeness(one.need) for one in self.decisions])
        words = np.array([self._words.shared(*one) for one in said])
        themes = self._themes @ self._themes.T
        likeness = _squared(letters + words + self._senses @ self._senses.T + themes + self._answers @ self._answers.T)
        given = np.array(
            [[float(document.key in one.given) for document in collection.documents] for one in self.decisions]
        )
        ridge = weight("ranking", "ridge") * np.eye(len(self.decisions))
        self._taught = np.linalg.solve(likeness + ridge, given)

    def likeness(self, need: str, *, answered: Floats | None = None) -> Floats:
        """How like each past need this one is, from 0 to 6.25: letters, words, sense, themes and step, and what it is
        answered, squared.

        `answered`: what the collection answers this need, evened, when it is known already.
        """
        said = stems(need)
        alike = self.needs.letters.likeness(need) + self._words.shared(*self._said(said))
        alike += self._senses @ learned_words().sense(said)
        alike += self._themes @ _subjects(need)
        alike += self._answers @ (self._answered(need) if answered is None else _of_length_one(answered))
        return _squared(alike)

    def points(self, need: str, *, answered: Floats | None = None) -> Floats:
        """What the past teaches of each document for this need, evened; it weighs more the more decisions there are."""
        share = weight("ranking", "history") * len(self.decisions) ** 0.5
        taught = evened(self.likeness(need, answered=answered) @ self._taught)
        found: Floats = share * taught
        return found

    def nearest(self, need: str, key: str, *, most: int = 3) -> list[Decision]:
        """The past needs given this document that are most like this one: the reason to show."""
        likeness = self.likeness(need)
        order = np.argsort(-likeness, kind="stable")
        given = [self.decisions[at] for at in order.tolist() if key in self.decisions[at].given and likeness[at] > 0]
        return given[:most]

    def _said(self, said: Sequence[str]) -> tuple[Ints, Floats]:
        """The words of a text that past needs say, as columns and values of length 1, the rare ones more."""
        counts = {
            self.needs.columns[stem]: times for stem, times in Counter(said).items() if stem in self.needs.columns
        }
        columns = np.array(list(counts), dtype=np.int64)
        values: Floats = np.sqrt(np.array(list(counts.values()), dtype=np.float64)) * self.needs.rarity[columns]
        length = float(np.linalg.norm(values))
        return columns, values / length if length else values

    def _laid(self, said: Sequence[tuple[Ints, Floats]]) -> Postings:
        """The words of the past needs, laid out by word."""
        owners = np.repeat(np.arange(len(said)), [len(columns) for columns, _ in said])
        columns = np.concatenate([columns for columns, _ in said]) if said else np.zeros(0, dtype=np.int64)
        values = np.concatenate([values for _, values in said]) if said else np.zeros(0)
        return Postings(owners, columns, values, shape=(len(said), len(self.needs.columns)))

    def _answered(self, need: str) -> Floats:
        """What the collection answers without any past, evened, of length 1."""
        return _of_length_one(evened(total(scores(need, self.collection), self.collection)))


def _of_length_one(points: Floats) -> Floats:
    """Evened points, of length 1 whatever the number of documents."""
    shortened: Floats = points / max(1, len(points)) ** 0.5
    return shortened


def _subjects(need: str) -> Floats:
    """The themes and the step that a need says, as a vector of length 1; 0 when it says none."""
    themes, step = themes_said(need), step_said(need)
    said = np.zeros(len(theme_places()) + 1)
    said[[theme_places()[code] for code in themes]] = list(themes.values())
    said[-1] = step / 2
    length = float(np.linalg.norm(said))
    return said / length if length else said


def _squared(alike: Floats) -> Floats:
    """The sum of five likenesses, squared so that near needs count most."""
    squared: Floats = np.maximum(alike, 0) ** 2 / 4
    return squared


def taught(found: Mapping[str, Floats], need: str, decisions: Decisions) -> Mapping[str, Floats]:
    """The parts of `scores`, with what past decisions say added as "history"."""
    plain = evened(total(found, decisions.collection))
    return {"present": plain, "history": decisions.points(need, answered=plain)}
