"""The values of a rotation: who takes part, where each one sits, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from maillage.core.vocabulary import Labelled

ABSENT = -1
"""The seat of someone who is not there at a round."""

LEAST, MOST = 2, 6
"""Numbers of workshops we plan for: beyond six, a day is too short for as many rounds of twenty minutes."""

Encounters = Mapping[frozenset[str], int]
"""Two keys of participants → in how many past sessions they shared a table."""


class Mode(Labelled):
    """How people turn."""

    GROUPS = "GROUPS", "Groupes constitués"
    MIXING = "MIXING", "Brassage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Someone who turns. `organisation`, `nature`, `echelon`: empty when unknown.

    `arrives`: the first round (from 0) where the person is there. `leaves`: the first round where she no longer
    is, None when she stays to the end. Someone absent all day is not a participant.
    """

    key: str
    organisation: str = ""
    nature: str = ""
    echelon: str = ""
    arrives: int = 0
    leaves: int | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A choice made by hand: this person is at this workshop (from 0) at this round (from 0)."""

    key: str
    round: int
    workshop: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What a plan could not hold. `kind`: size, colleagues, nature, echelon; `label`: the value concerned.

    `places`: by how many places the tables differ beyond one, over all the rounds.
    """

    kind: str
    label: str
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a plan is worth. `met`: pairs that share a table at least once; `met_at_most`: no plan can do better.

    `new`: the same pairs, where two people who have met before count less and two colleagues nothing;
    `new_at_most`: no plan can do better. `pairs`: every pair of participants.
    """

    met: int
    met_at_most: int
    pairs: int
    new: float
    new_at_most: float
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where each one sits. `seats`: key → one workshop per round, from 0, `ABSENT` where the person is not there.

    `moved`: keys whose seats differ from those of the plan it replaces. `solver`: `search` or `cp_sat`.
    """

    mode: Mode
    workshops: int
    seats: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    seed: int
    score: Score
    solver: str = "search"
    moved: tuple[str, ...] = ()

    def table(self, *, workshop: int, round: int) -> tuple[str, ...]:
        """The keys of those who sit there, in the order of the plan."""
        return tuple(key for key, seats in self.seats.items() if seats[round] == workshop)
