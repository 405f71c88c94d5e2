"""Typical needs (« projets référents »): what territories most often want to do, and which of them a need is close to.

The sheets are written for Maillage in `inventory/content/typical_needs`. A need close to one of them may be searched
with its words too, and says so: « proche du projet référent … ». Method: docs/method/comprehension.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from maillage.core.tagging import significant_stems
from maillage.core.text import required_stems, stems, tokens
from maillage.core.vocabulary import Labelled
from maillage.core.weighing import weight

LONGEST = 600
"""Characters of a need that are compared: a longer one says too many things to be close to one of these."""
ENOUGH_WORDS = 3
"""Common words that outweigh a subject read otherwise."""
MOST_INHERITED = 8
"""Words a need takes from the typical need it is close to: the first ones said, the most telling."""


class PlaceKind(Labelled):
    """Where a typical need is most often met."""

    RURAL = "rural", "commune rurale"
    TOWN = "town", "bourg ou petite ville"
    CITY = "city", "ville"
    SUBURB = "suburb", "commune périurbaine"
    DISTRICT = "district", "quartier populaire"
    MOUNTAIN = "mountain", "montagne"
    COAST = "coast", "littoral"
    OVERSEAS = "overseas", "outre-mer"


@dataclass(frozen=True, kw_only=True)
class TypicalNeed:
    """One typical need, as people say it. `words`: what they also say; `forgotten`: what is usually forgotten."""

    slug: str
    title: str
    intention: str
    objet: str
    categories: tuple[str, ...]
    stages: tuple[str, ...]
    competences: tuple[str, ...]
    sdgs: tuple[str, ...]
    places: tuple[str, ...]
    words: tuple[str, ...]
    forgotten: tuple[str, ...]

    @cached_property
    def said(self) -> frozenset[str]:
        """Every meaningful stem of the title, the object and the words."""
        return frozenset(significant_stems(stems(" , ".join((self.title, self.objet, *self.words)))))

    @cached_property
    def main(self) -> frozenset[str]:
        """The meaningful stems of the title and the object, which say what it is about."""
        return frozenset(significant_stems(stems(f"{self.title} , {self.objet}")))

    @cached_property
    def single(self) -> dict[str, str]:
        """stem → word, of the words said in one; an expression is not taken by its parts."""
        found: dict[str, str] = {}
        for word in self.words:
            parts = required_stems(word)
            if len(parts) == 1 and parts == significant_stems(parts):
                found.setdefault(parts[0], word)
        return found

    @cached_property
    def titled(self) -> frozenset[str]:
        """Every stem of the title, those that only say project included: they settle between equals."""
        return frozenset(stems(self.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class Referent:
    """A typical need close to a need: `closeness` from 0 to 1, and the words of the need that make it so."""

    need: TypicalNeed
    closeness: float
    shared: tuple[str, ...]
    inherited: Mapping[str, str] = field(default_factory=dict)
    """stem → word taken from the typical need."""
    titled: int = 0
    """Words of its title that the need says, those that only say project included: they settle between equals."""

    def treats(self, categories: Collection[str]) -> bool:
        """Whether it is about one of these subjects, or shares so many words that they may have been misread."""
        told = not categories or not set(self.need.categories).isdisjoint(categories)
        return told or len(self.shared) >= ENOUGH_WORDS


def held_words(inherited: Mapping[str, str], stems: Set[str]) -> tuple[str, ...]:
    """The inherited words that a title or keywords hold, in their order."""
    return tuple(word for stem, word in inherited.items() if stem in stems)


def referent_points(inherited: Mapping[str, str], held: Collection[str]) -> float:
    """What holding these inherited words adds, in standard deviations of the points of the need."""
    return weight("typical", "inherited") * len(held) / len(inherited) if held else 0.0


class Referents:
    """All the typical needs, ready to be compared with a need (some 50 µs)."""

    def __init__(self, needs: Iterable[TypicalNeed]) -> None:
        self.needs = tuple(needs)
        self.by_slug = {need.slug: need for need in self.needs}
        held = Counter(stem for need in self.needs for stem in need.said)
        self._rarity = {stem: math.log(1 + len(self.needs) / count) for stem, count in held.items()}
        # A word no typical need says is often the name of a place: it counts, for half.
        self._unknown = math.log(1 + len(self.needs)) / 2
        self._by_stem: dict[str, list[TypicalNeed]] = {}
        for need in self.needs:
            for stem in need.said:
                self._by_stem.setdefault(stem, []).append(need)

    def near(self, text: str, *, categories: Collection[str] = ()) -> Referent | None:
        """The typical need this need is close to; often none, and none when two are as close.

        `categories`: what was understood of the need; a typical need that shares few words treats one of them.
        """
        least = weight("typical", "near_from")
        kept = [each for each in self.ranked(text) if each.closeness >= least and each.treats(categories)]
        if not kept or (len(kept) > 1 and _rank(kept[0]) == _rank(kept[1])):
            return None
        return kept[0]

    def ranked(self, text: str) -> list[Referent]:
        """The typical needs that share words with a text, the closest first, however far."""
        text = text[:LONGEST]
        written = {token.stem: token.surface for token in reversed(tokens(text))}
        said = {stem: written.get(stem, stem) for stem in significant_stems(required_stems(text))}
        if not said:
            return []
        whole = sum(self._rarity.get(stem, self._unknown) for stem in said)
        points: dict[str, float] = {}
        for stem in said:
            for need in self._by_stem.get(stem, ()):
                part = 1.0 if stem in need.main else weight("typical", "other_word")
                points[need.slug] = points.get(need.slug, 0.0) + part * self._rarity[stem]
        found = [self._near(self.by_slug[slug], value / whole, said, written.keys()) for slug, value in points.items()]
        return sorted(found, key=lambda near: (_rank(near), near.need.slug))

    def _near(self, need: TypicalNeed, share: float, said: Mapping[str, str], spoken: Set[str]) -> Referent:
        shared = [stem for stem in said if stem in need.said]
        return Referent(
            need=need,
            closeness=share if len(shared) > 1 or self._says_it_alone(shared[0], need, said) else 0.0,
            shared=tuple(said[stem] for stem in shared),
            inherited=_inherited(need.single, said),
            titled=len(spoken & need.titled),
        )

    def _says_it_alone(self, stem: str, need: TypicalNeed, said: Mapping[str, str]) -> bool:
        """Whether one word is enough: the need has no other, or only this typical need is about it."""
        rare = len(self._by_stem[stem]) == 1
        if len(said) > 1:
            return rare and stem in need.main
        return stem in need.main or (rare and stem in need.single)


def _rank(near: Referent) -> tuple[float, int, int]:
    """What puts one before another; two of the same rank are as close."""
    return (-near.closeness, -len(near.shared), -near.titled)


def _inherited(words: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """The single words a need does not say yet, the most telling first."""
    new = (pair for pair in words.items() if pair[0] not in said)
    return dict(islice(new, MOST_INHERITED))
