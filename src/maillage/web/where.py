"""From what a person typed in « Votre territoire » to one place, or to the choices that remain."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.answer.places import Where, where_is
from maillage.core.errors import Ambiguous, Invalid, Unknown
from maillage.core.text import fold
from maillage.territories.models import Territory

CHOICES = 12
"""Homonyms told on the page of choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A place one may mean."""

    code: str
    label: str
    detail: str


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
        if not typed or typed in (place.label, place.name):
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
    exact = [choice for choice in choices if fold(typed) in (fold(choice.label), fold(choice.label.split(" (")[0]))]
    if len(choices) == 1 or len(exact) == 1:
        return Located(code=(exact or choices)[0].code)
    return Located(choices=tuple(exact or choices))


def find(typed: str, *, limit: int) -> tuple[Choice, ...]:
    """The places whose name, post code, INSEE code or SIREN starts as typed, the most populated first."""
    named = Territory.objects.filter(name__istartswith=typed) | Territory.objects.filter(
        postcodes__contains=f"|{typed}|"
    )
    rows = named.exclude(kind="QPV").order_by("-population", "code").values_list("code", flat=True)[:limit]
    places = [where_is(code) for code in rows]
    return tuple(Choice(code=place.code, label=place.label, detail=place.code) for place in places)


def place_of(code: str) -> Where:
    """The place behind a code. Raises Unknown or Ambiguous naming it."""
    return where_is(code)
