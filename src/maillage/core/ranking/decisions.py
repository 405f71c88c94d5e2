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
from maillage.core.text import stems
from maillage.core.weighing import weight

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decision:
    """A past need and the documents it was given."""

    need: str
    given: AbstractSet[str]


class Decisions:
    """Past decisions about one collection, ready to be asked. Learning 3 000 takes about ten seconds."""

    def __init__(self, decisions: Sequence[Decision], collection: Collection) -> None:
        self.decisions = tuple(decisions)
        self.collection = collection
        self.needs = Collection([Document(key=str(at), title=one.need) for at, one in enumerate(self.decisions)])
        self._words = np.array([self._said(fields[0]) for fields in self.needs.fields])
        self._senses = np.array([learned_words().sense(fields[0]) for fields in self.needs.fields], dtype=np.float64)
        self._answers = np.array([self._answered(one.need) for one in self.decisions])
        likeness = np.array([self.likeness(one.need) for one in self.decisions])
        given = np.array(
            [[float(document.key in one.given) for document in collection.documents] for one in self.decisions]
        )
        ridge = weight("ranking", "ridge") * np.eye(len(self.decisions))
        self._taught = np.linalg.solve(likeness + ridge, given)

    def likeness(self, need: str) -> Floats:
        """How like each past need this one is, from 0 to 4: letters, words, sense, and what it is answered, squared."""
        said = stems(need)
        alike = self.needs.letters.likeness(need) + self._words @ self._said(said)
        alike += self._senses @ learned_words().sense(said) + self._answers @ self._answered(need)
        squared: Floats = np.maximum(alike, 0) ** 2 / 4
        return squared

    def points(self, need: str) -> Floats:
        """What the past teaches of each document for this need, evened; it weighs more the more decisions there are."""
        share = weight("ranking", "history") * len(self.decisions) ** 0.5
        taught = evened(self.likeness(need) @ self._taught)
        found: Floats = share * taught
        return found

    def nearest(self, need: str, key: str, *, most: int = 3) -> list[Decision]:
        """The past needs given this document that are most like this one: the reason to show."""
        likeness = self.likeness(need)
        order = np.argsort(-likeness, kind="stable")
        given = [self.decisions[at] for at in order.tolist() if key in self.decisions[at].given and likeness[at] > 0]
        return given[:most]

    def _said(self, said: Sequence[str]) -> Floats:
        """The words of a text as a vector of length 1, the rare ones more."""
        found = np.zeros(len(self.needs.columns))
        for stem, times in Counter(said).items():
            if (column := self.needs.column(stem)) >= 0:
                found[column] = np.sqrt(times) * self.needs.rarity[column]
        length = float(np.linalg.norm(found))
        return found / length if length else found

    def _answered(self, need: str) -> Floats:
        """What the collection answers without any past, evened, of length 1."""
        points = evened(total(scores(need, self.collection), self.collection))
        answered: Floats = points / max(1, len(points)) ** 0.5
        return answered


def taught(found: Mapping[str, Floats], need: str, decisions: Decisions) -> Mapping[str, Floats]:
    """The parts of `scores`, with what past decisions say added as "history"."""
    plain = evened(total(found, decisions.collection))
    return {"present": plain, "history": decisions.points(need)}
