"""What a space chose before for needs like this one: kept, funded, refused, set aside. It orders offers, says so.

Kernel ridge regression on a few hundred past needs, closed form, no random start: what an offer gains is the sum, over
past needs, of their likeness to this one times what they taught. Method: docs/method/classement.md.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.learned import learned_words
from maillage.core.text import stems
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """What became of one offer for one past need. `outcome`: "funded", "kept", "refused" or "dropped"."""

    need: str
    key: str
    outcome: str
    day: dt.date

    @property
    def worth(self) -> float:
        """From -1, never again, to 1."""
        return weight("choices", f"worth_{self.outcome}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the past adds to one offer, in standard deviations, and the past choice that says it most."""

    points: float
    choice: Choice

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """In words, when it can be seen in the order."""
        if abs(self.points) < weight("matching", "difference_told"):
            return ()
        choice = self.choice
        return (because(f"past_{choice.outcome}", need=_short(choice.need), day=choice.day.isoformat()),)


class Past:
    """The choices of one space, ready to be asked; learning two hundred takes about ten milliseconds."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.choices = tuple(choices)
        needs = list(dict.fromkeys(one.need for one in self.choices))
        self._places = {need: place for place, need in enumerate(needs)}
        self._keys = list(dict.fromkeys(one.key for one in self.choices))
        self._words = [_weighed(need) for need in needs]
        self._senses = np.array([learned_words().sense(stems(need)) for need in needs], dtype=np.float64)
        worth = np.zeros((len(needs), len(self._keys)))
        for one in self.choices:
            worth[self._places[one.need], self._keys.index(one.key)] = one.worth
        likeness = np.array([self.likeness(need) for need in needs])
        self._taught = np.linalg.solve(likeness + weight("choices", "ridge") * np.eye(len(needs)), worth)

    def likeness(self, need: str) -> Floats:
        """How like each past need this one is, from 0 to 1: the words they share and their sense, squared."""
        said, sense = _weighed(need), learned_words().sense(stems(need))
        shared = [sum(value * theirs.get(stem, 0.0) for stem, value in said.items()) for theirs in self._words]
        alike: Floats = np.maximum((np.array(shared) + self._senses @ sense) / 2, 0) ** 2
        return alike

    def lessons(self, need: str) -> dict[str, Lesson]:
        """Offer → what the past says of it for this need."""
        likeness = self.likeness(need)
        points = weight("choices", "points") * (likeness @ self._taught)
        found: dict[str, Lesson] = {}
        for key, value in zip(self._keys, points.tolist(), strict=True):
            told = [one for one in self.choices if one.key == key and one.worth * value > 0]
            if told:
                nearest = max(told, key=lambda one: (abs(one.worth) * likeness[self._places[one.need]], one.day))
                found[key] = Lesson(value, nearest)
        return found


@lru_cache(maxsize=64)
def past(choices: tuple[Choice, ...]) -> Past:
    """The same choices are learnt once per process."""
    return Past(choices)


def _weighed(need: str) -> Mapping[str, float]:
    """The words of a need as a vector of length 1: the rarer in public texts, the more; unknown words count whole."""
    learned = learned_words()
    counts = Counter(stems(need))
    values = {
        stem: float(learned.weights[learned.numbers[stem]] if stem in learned else 1.0) * times**0.5
        for stem, times in counts.items()
    }
    length = sum(value**2 for value in values.values()) ** 0.5
    return {stem: value / length for stem, value in values.items()}


def _short(need: str, most: int = 90) -> str:
    return need if len(need) <= most else need[:most].rsplit(" ", 1)[0] + "…"
