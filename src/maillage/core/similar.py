"""Territories that look like another: as many people, as dense, in the same programmes; with why, in words.

The distance adds what sets two places apart; weights: `[similar]`. Method: docs/method/territoires.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
import numpy.typing as npt

from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

DENSITIES = (
    "grand centre urbain",
    "centre urbain intermédiaire",
    "ceinture urbaine",
    "petite ville",
    "bourg rural",
    "rural à habitat dispersé",
    "rural à habitat très dispersé",
)
"""The seven levels of Insee's density grid, the densest first: level 1 is at place 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a place is compared by. `density`: mean level of its inhabitants, from 1 (dense) to 7, None if unknown.

    `zones`: the programmes, contracts and zonings it is whole in.
    """

    code: str
    name: str
    population: int
    density: float | None
    zones: frozenset[str]

    @property
    def label(self) -> str:
        """The density in words, "" when unknown."""
        return DENSITIES[min(len(DENSITIES), max(1, round(self.density))) - 1] if self.density else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A place, how far it is from the one asked about (0: the same), and what they share, in words."""

    profile: Profile
    distance: float
    reasons: tuple[Reason, ...]


def nearest(asked: Profile, others: Iterable[Profile], *, most: int) -> list[Similar]:
    """The places that look most like this one, itself left out, the nearest first, then by code."""
    ranked = sorted((distance(asked, other), other.code, other) for other in others if other.code != asked.code)
    return [Similar(profile=other, distance=far, reasons=_reasons(asked, other)) for far, _, other in ranked[:most]]


def distance(one: Profile, other: Profile) -> float:
    """What sets two places apart, from 0; the same both ways."""
    apart = Crowd([other.code], [other.population], [other.density]).distances(one)
    return float(apart[0]) + weight("similar", "zones") * _zones_apart(one.zones, other.zones)


class Crowd:
    """Many places, compared at once by what needs no zone: people and density."""

    def __init__(self, codes: Sequence[str], populations: Sequence[int], densities: Sequence[float | None]) -> None:
        self.codes = codes
        self._people = np.log2(np.maximum(1, np.array(populations, dtype=np.float64)))
        self._levels = np.array([np.nan if level is None else level for level in densities])

    def distances(self, asked: Profile) -> npt.NDArray[np.float64]:
        """By place: how far it is, from 0."""
        people = np.abs(self._people - log2(max(1, asked.population)))
        levels = np.abs(self._levels - (np.nan if asked.density is None else asked.density))
        levels = np.where(np.isnan(levels), weight("similar", "unknown_density"), levels)
        apart: npt.NDArray[np.float64] = (
            weight("similar", "population") * people + weight("similar", "density") * levels
        )
        return apart

    def nearest(self, asked: Profile, *, most: int) -> list[str]:
        """The codes of the nearest places, the place itself among them."""
        order = np.argsort(self.distances(asked), kind="stable")[:most]
        return [self.codes[at] for at in order.tolist()]


def _zones_apart(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of their zones that they do not share, from 0 to 1."""
    both = one | other
    return len(one ^ other) / len(both) if both else 0.0


def _reasons(asked: Profile, other: Profile) -> tuple[Reason, ...]:
    share = round(100 * (other.population / max(1, asked.population) - 1))
    written = f"{other.population:,}".replace(",", "\u202f")
    people = because("similar_people", count=written, share=f"{share:+d}\u202f%".replace("-", "−") if share else "=")
    density = [because("similar_density", label=other.label)] if other.label and other.label == asked.label else []
    shared = [because("similar_zones", count=len(asked.zones & other.zones))] if asked.zones & other.zones else []
    return (people, *density, *shared)
