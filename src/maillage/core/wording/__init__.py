"""Codes of errors and reasons → French sentences, marked for translation, used by every door.

A module per room, or per thing that several rooms speak of. `_` only marks: a door that speaks another language passes
its own `translate`. Keys are alphabetical within each table; facts fill the braces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from maillage.core.errors import MaillageError
from maillage.core.wording import (
    answer,
    coverage,
    curation,
    dialogue,
    duplicates,
    evaluation,
    files,
    harvest,
    inventory,
    network,
    ranking,
    rules,
    search,
    statements,
    storage,
    surveys,
    territories,
    workshops,
)
from maillage.core.wording.expected import EXPECTED

Sentences = Mapping[str, str]


def _together(*tables: Sentences) -> dict[str, str]:
    """These tables as one, in alphabetical order. ValueError when two of them say the same code."""
    found: dict[str, str] = {}
    for table in tables:
        if twice := found.keys() & table.keys():
            raise ValueError(f"codes said twice: {sorted(twice)}")
        found |= table
    return dict(sorted(found.items()))


ERRORS: Sentences = _together(
    answer.ERRORS,
    coverage.ERRORS,
    curation.ERRORS,
    dialogue.ERRORS,
    evaluation.ERRORS,
    files.ERRORS,
    harvest.ERRORS,
    inventory.ERRORS,
    network.ERRORS,
    rules.ERRORS,
    search.ERRORS,
    statements.ERRORS,
    storage.ERRORS,
    surveys.ERRORS,
    territories.ERRORS,
    workshops.ERRORS,
)
REASONS: Sentences = _together(
    answer.REASONS,
    coverage.REASONS,
    curation.REASONS,
    dialogue.REASONS,
    duplicates.REASONS,
    files.REASONS,
    inventory.REASONS,
    network.REASONS,
    ranking.REASONS,
    statements.REASONS,
    territories.REASONS,
)
TEMPLATES: Mapping[str, Sentences] = {"error": ERRORS, "reason": REASONS, "expected": EXPECTED}


COUNTED = frozenset({"before", "count", "length", "limit", "now", "size"})
"""Facts of errors that are counts."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code and the facts its sentence needs."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The reason in words."""
        return translate(REASONS[self.code]).format(**dict(self.facts))


def because(code: str, **facts: object) -> Reason:
    """A reason with its facts."""
    return Reason(code=code, facts=tuple((name, str(value)) for name, value in facts.items()))


def expectation(code: str, facts: Mapping[str, object], translate: Callable[[str], str] = str) -> str:
    """What was expected, in words."""
    return translate(EXPECTED[code]).format(**_words(facts))


def error_sentence(error: MaillageError, translate: Callable[[str], str] = str) -> str:
    """The error in words; facts it does not use are left out, lists are joined by commas."""
    return translate(ERRORS[error.code]).format(**_words(error.facts))


def _words(facts: Mapping[str, object]) -> dict[str, str]:
    return {
        name: ", ".join(map(str, value))
        if isinstance(value, list | tuple | set | frozenset)
        else _counted(value)
        if name in COUNTED
        else str(value)
        for name, value in facts.items()
    }


def _counted(value: object) -> str:
    """A count as people read it, three digits by three; it may have been kept as text."""
    text = str(value)
    return f"{int(text):,}".replace(",", "\u202f") if text.isascii() and text.isdigit() else text
