"""From what a person typed in « Votre territoire » to one place, or to the choices that remain."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.answer.places import Where, where_is
from maillage.core.errors import Ambiguous, Invalid, Unknown
from maillage.core.gazetteer import How
from maillage.core.text import fold
from maillage.territories.queries import search_places

CHOICES = 12
"""Homonyms told on the page of choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A place one may mean. `sure` is False for a guess about a typing mistake."""

    code: str
    name: str
    label: str
    detail: str
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """What the typed place came to: a code, or choices, or nothing."""

    code: str = ""
    choices: tuple[Choice, ...] = ()


def locate(typed: str, territory: str) -> Located:
    """The place meant. A chosen `territory` stands as long as the words typed still name it.

    Raises Unknown("territory_unknown") when nothing has that name or code, Invalid for a malformed code.
    """
    typed = " ".join(typed.split())
    if territory:
        place = where_is(territory)
        if not typed or typed.partition(" (")[0] == place.name:
            return Located(code=place.code)
    return _named(typed) if typed else Located()


def _named(typed: str) -> Located:
    if any(character.isdigit() for character in typed):
        try:
            return Located(code=where_is(typed).code)
        except (Unknown, Ambiguous, Invalid):
            pass
    choices = find(typed, limit=CHOICES)
    if not choices:
        raise Unknown("territory_unknown", value=typed)
    exact = [choice for choice in choices if fold(typed) in (fold(choice.name), fold(choice.label))]
    kept = exact or list(choices)
    return Located(code=kept[0].code) if len(kept) == 1 and kept[0].sure else Located(choices=tuple(kept))


def find(typed: str, *, limit: int) -> tuple[Choice, ...]:
    """The places whose name, post code, INSEE code or SIREN answers what is typed, the likeliest first."""
    return tuple(
        Choice(code=hit.code, name=hit.place.name, label=hit.label, detail=hit.detail, sure=hit.how is not How.TYPO)
        for hit in search_places(typed, limit)
    )


def place_of(code: str) -> Where:
    """The place behind a code. Raises Unknown or Ambiguous naming it."""
    return where_is(code)
