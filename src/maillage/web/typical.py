"""The typical needs, as pages show them: entries to the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext

from maillage.answer.queries import Answer
from maillage.core.lexicon.lists import words_of
from maillage.core.typical import PlaceKind, TypicalNeed
from maillage.core.vocabulary import Stage, categories, competences
from maillage.inventory.typical import by_theme, referents, typical_needs
from maillage.web.forms.ask import answer_address
from maillage.web.typography import french, in_quotes

SUGGESTED = 4
"""Typical needs proposed when nothing here speaks of a need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalLink:
    """A typical need as a link: to its answer when a place is known, else to its page."""

    title: str
    address: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalView:
    """What an answer says of typical needs: the one whose words were sought, how to refuse it, those to try."""

    near: TypicalLink | None
    shared: str
    inherited: str
    without: str
    again: str
    suggested: tuple[TypicalLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalSheet:
    """A typical need in words."""

    title: str
    slug: str
    intention: str
    objet: str
    categories: tuple[tuple[str, str], ...]
    stages: tuple[str, ...]
    competences: tuple[str, ...]
    sdgs: tuple[str, ...]
    places: tuple[str, ...]
    words: tuple[str, ...]
    forgotten: tuple[str, ...]


def typical_view(found: Answer, *, query: Callable[..., str], refused: bool) -> TypicalView:
    """What the answer's page says of typical needs. `query`: the address of this answer, with parts changed."""
    near = found.near
    poor = found.off_topic or not found.understanding.categories
    ranked = referents().ranked(found.text)[:SUGGESTED] if poor else []
    return TypicalView(
        near=_to_page(near.need) if near else None,
        shared=_quoted(near.shared[:3]) if near else "",
        inherited=_quoted(tuple(near.inherited.values())[:4]) if near else "",
        without=f"/repondre?{query(referent='non')}" if near else "",
        again=f"/repondre?{query(referent='')}" if refused else "",
        suggested=tuple(_to_answer(each.need, found) for each in ranked if not near or each.need != near.need),
    )


def _quoted(words: tuple[str, ...]) -> str:
    return french(", ".join(in_quotes(word) for word in words))


def _to_page(need: TypicalNeed) -> TypicalLink:
    return TypicalLink(title=french(need.title), address=f"/besoins-types/{need.slug}")


def _to_answer(need: TypicalNeed, found: Answer) -> TypicalLink:
    place = found.place
    if place is None:
        return _to_page(need)
    address = answer_address(need=need.title, where=place.label, territory=place.code)
    return TypicalLink(title=french(need.title), address=address)


def themed_links(text: str = "") -> list[tuple[str, list[TypicalLink]]]:
    """The typical needs by theme; with words, only those that share one, told in the same order."""
    kept = {near.need.slug for near in referents().ranked(text)} if text else None
    chosen = tuple(need for need in typical_needs() if kept is None or need.slug in kept)
    return [(french(gettext(theme)), [_listed(need) for need in needs]) for theme, needs in by_theme(chosen).items()]


def _listed(need: TypicalNeed) -> TypicalLink:
    labels = ", ".join(gettext(categories()[code].label) for code in need.categories)
    return TypicalLink(title=french(need.title), address=f"/besoins-types/{need.slug}", detail=french(labels))


def of_the_day(day: dt.date) -> list[TypicalLink]:
    """One typical need per theme, another each day."""
    return [
        TypicalLink(title=french(need.title), address=f"/besoins-types/{need.slug}")
        for needs in by_theme(typical_needs()).values()
        for need in [needs[day.toordinal() % len(needs)]]
    ]


def typical_sheet(need: TypicalNeed) -> TypicalSheet:
    """The page of a typical need, in words."""
    known, trades, goals = categories(), competences(), words_of("sdgs")
    return TypicalSheet(
        title=french(need.title),
        slug=need.slug,
        intention=french(need.intention),
        objet=french(need.objet),
        categories=tuple((french(gettext(known[code].label)), _category_address(code)) for code in need.categories),
        stages=tuple(gettext(Stage(code).label) for code in need.stages),
        competences=tuple(french(gettext(trades[code])) for code in need.competences),
        sdgs=tuple(french(f"{code}. {gettext(goals[code].label)}") for code in need.sdgs),
        places=tuple(gettext(PlaceKind(code).label) for code in need.places),
        words=tuple(french(word) for word in need.words),
        forgotten=tuple(french(sentence) for sentence in need.forgotten),
    )


def _category_address(code: str) -> str:
    return "/programmes?" + urlencode({"theme": categories()[code].theme, "categorie": code})
