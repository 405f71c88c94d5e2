"""What a need speaks of: themes, stages, audiences, told with the words that made us think so."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.core.text import stems
from maillage.core.vocabulary import categories


@dataclass(frozen=True, slots=True)
class Tag:
    """Something understood, with its evidence: the very words of the text."""

    code: str
    label: str
    evidence: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Expansion:
    """Stems that stand for a stem of the need."""

    source: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of a text."""

    categories: tuple[Tag, ...] = ()
    stages: tuple[Tag, ...] = ()
    audiences: tuple[Tag, ...] = ()
    competences: tuple[Tag, ...] = ()
    sdgs: tuple[Tag, ...] = ()
    significant: tuple[str, ...] = ()


def expand(found: tuple[str, ...]) -> tuple[Expansion, ...]:
    """Neighbours of these stems; none until the lexicon lands."""
    return tuple(Expansion(source=stem, stems=()) for stem in found[:0])


def understand(text: str) -> Understanding:
    """Categories whose label shares a word with the text."""
    said = stems(text)
    found = tuple(
        Tag(item.code, item.label, tuple(set(stems(item.label)) & set(said)), 1.0)
        for item in categories().values()
        if set(stems(item.label)) & set(said)
    )
    return Understanding(categories=found[:5], significant=said)
