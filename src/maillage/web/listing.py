"""Lists as their page shows them: rows, facets as links, pages as links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from maillage.answer.listed import Listed
from maillage.core.sheets import Sheet
from maillage.core.text import highlight
from maillage.core.vocabulary import (
    AidType,
    Audience,
    Echelon,
    Labelled,
    Nature,
    Price,
    Stage,
    categories,
    competences,
)
from maillage.search.documents import Card
from maillage.search.queries import Found
from maillage.web.messages import reason_told
from maillage.web.typography import day_in_words, french, number_in_words

VOCABULARIES: dict[str, type[Labelled]] = {
    "stage": Stage,
    "nature": Nature,
    "echelon": Echelon,
    "aid_type": AidType,
    "audience": Audience,
    "price": Price,
}
SHOWN_VALUES = 8
"""Values of a facet told at once; the others unfold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A way to narrow a list: its field in the index, its name in the address, its title."""

    field: str
    name: str
    title: str
    needs: str = ""
    """Told only once this other parameter is chosen."""


COMPETENCE = Facet(field="competence", name="competence", title=_("Compétence"), needs="competence")
FACETS: dict[str, tuple[Facet, ...]] = {
    "programme": (
        Facet(field="stage", name="etape", title=_("Étape")),
        Facet(field="nature", name="nature", title=_("Nature d’ingénierie")),
        Facet(field="aid_type", name="aide", title=_("Type d’aide")),
        Facet(field="theme", name="theme", title=_("Thème")),
        Facet(field="category", name="categorie", title=_("Catégorie"), needs="theme"),
        COMPETENCE,
        Facet(field="audience", name="public", title=_("Pour qui")),
        Facet(field="echelon", name="echelon", title=_("Échelon")),
        Facet(field="price", name="prix", title=_("Prix")),
    ),
    "organisation": (
        Facet(field="nature", name="nature", title=_("Nature d’ingénierie")),
        Facet(field="echelon", name="echelon", title=_("Échelon")),
        COMPETENCE,
        Facet(field="network", name="reseau", title=_("Réseau")),
    ),
    "need": (
        Facet(field="theme", name="theme", title=_("Thème")),
        COMPETENCE,
        Facet(field="stage", name="etape", title=_("Étape")),
        Facet(field="nature", name="nature", title=_("Nature d’ingénierie")),
    ),
    "study": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a facet, as a link that adds or removes it."""

    label: str
    count: str
    address: str
    chosen: bool
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetView:
    """A facet and its values; `more` unfolds."""

    title: str
    name: str
    values: tuple[Value, ...]
    more: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One result."""

    address: str
    title: SafeString
    by: str
    text: SafeString
    natures: tuple[tuple[str, str], ...]
    echelon: str
    notes: tuple[str, ...]
    why: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """One page of the list; no address for the page one is on, no number for what is skipped."""

    number: int
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What the address of a list says, as pairs that can be written back, its page left out."""

    path: str
    pairs: tuple[tuple[str, str], ...]

    @cached_property
    def query(self) -> str:
        """The pairs as an address writes them."""
        return urlencode(self.pairs)

    def plus(self, name: str, value: str) -> str:
        """The same list with this pair."""
        return f"{self.before_more}{name}={quote_plus(value)}"

    @cached_property
    def before_more(self) -> str:
        """The list as an address that takes one more pair."""
        return f"{self.path}?{self.query}{'&' if self.query else ''}"

    def without(self, *names: str) -> Search:
        """The same list without these parameters."""
        return Search(path=self.path, pairs=tuple(pair for pair in self.pairs if pair[0] not in names))

    def minus(self, name: str, value: str) -> str:
        """The same list without this pair."""
        kept = tuple(pair for pair in self.pairs if pair != (name, value))
        return Search(path=self.path, pairs=kept).address

    @property
    def address(self) -> str:
        """The list itself, at its first page."""
        return f"{self.path}?{self.query}" if self.query else self.path


def facet_views(kind: str, found: Found, search: Search, networks: Mapping[str, str]) -> tuple[FacetView, ...]:
    """The facets that still narrow something, or that are chosen."""
    views, language = [], get_language()
    for facet in FACETS[kind]:
        chosen = {value for name, value in search.pairs if name == facet.name}
        if facet.needs and not chosen and not any(name == facet.needs for name, _ in search.pairs):
            continue
        counts = dict(found.facets.get(facet.field, ()))
        codes = [code for code in _order(facet.field, counts) if counts.get(code) or code in chosen]
        codes += [code for code in sorted(chosen) if code not in codes]
        values = tuple(_value(facet, code, counts.get(code, 0), search, networks, language) for code in codes)
        if values:
            at_once = max(SHOWN_VALUES, 1 + max((codes.index(code) for code in chosen), default=0))
            views.append(
                FacetView(title=gettext(facet.title), name=facet.name, values=values[:at_once], more=values[at_once:])
            )
    return tuple(views)


def _order(field: str, counts: Mapping[str, int]) -> Sequence[str]:
    if field in ("stage", "nature", "echelon"):
        return VOCABULARIES[field].codes()
    return list(counts)


def _value(
    facet: Facet, code: str, count: int, search: Search, networks: Mapping[str, str], language: str | None
) -> Value:
    chosen = (facet.name, code) in search.pairs
    network = networks.get(code, code) if facet.field == "network" else ""
    label, anchor, pair = _written(facet, code, network, language)
    return Value(
        label=label,
        count=number_in_words(count),
        address=search.minus(facet.name, code) if chosen else f"{search.before_more}{pair}",
        chosen=chosen,
        anchor=anchor,
    )


@lru_cache(maxsize=2048)
def _written(facet: Facet, code: str, network: str, _language: str | None) -> tuple[str, str, str]:
    """The words of a value in this language, where it is on the page, and what it adds to an address: a page has more
    than a hundred, always the same."""
    anchor = f"f-{facet.name}-{code}".replace(" ", "-").replace("/", "")
    return french(label_of(facet.field, code, {code: network})), anchor, f"{facet.name}={quote_plus(code)}"


def label_of(field: str, code: str, networks: Mapping[str, str]) -> str:
    """The words of a code of this field."""
    if field in VOCABULARIES:
        return gettext(VOCABULARIES[field](code).label).capitalize()
    if field == "category":
        return gettext(categories()[code].label)
    if field == "competence":
        return gettext(competences()[code])
    if field == "network":
        return networks.get(code, code)
    return gettext(code)


def row_views(found: Found, *, suffix: str, why: Mapping[str, Listed] | None = None) -> tuple[RowView, ...]:
    """The results, the words searched marked. `suffix` carries the place to the sheets of programmes; `why`: what puts
    each there, by slug."""
    stems = frozenset((*found.words.stems, *found.words.neighbours))
    why = why or {}
    return tuple(
        _programme_row(item, stems, suffix, why.get(item.slug, Listed()))
        if isinstance(item, Sheet)
        else _card_row(item, stems)
        for item in found.items
    )


def _programme_row(sheet: Sheet, stems: frozenset[str], suffix: str, listed: Listed) -> RowView:
    closes = sheet.closes()
    language = get_language()
    notes = [_label(Price, sheet.price, language)]
    if closes:
        notes.append(gettext("clôture le %(day)s") % {"day": day_in_words(closes)})
    if not sheet.verified_on:
        notes.append(gettext("à vérifier"))
    return RowView(
        address=f"/programmes/{sheet.slug}{suffix}",
        title=marked(sheet.title, stems),
        by=french(" · ".join(sheet.operators[:2])),
        text=marked(sheet.summary, stems),
        natures=tuple((code, _label(Nature, code, language)) for code in sheet.natures),
        echelon=_label(Echelon, sheet.echelon, language),
        notes=tuple(notes),
        why=" ; ".join(map(reason_told, listed.reasons)),
        lacks=" ; ".join(map(reason_told, listed.lacks)),
    )


def _card_row(card: Card, stems: frozenset[str]) -> RowView:
    language = get_language()
    return RowView(
        address=card.url,
        title=marked(card.title, stems),
        by=french(_by_parts(card.subtitle)),
        text=marked(card.summary, stems),
        natures=tuple((code, _label(Nature, code, language)) for code in card.natures),
        echelon=_label(Echelon, card.echelon, language) if card.echelon else "",
        notes=(),
    )


@lru_cache(maxsize=512)
def _label(kind: type[Price | Nature | Echelon], code: str, _language: str | None) -> str:
    """The words of a code in this language: a page says the same ones twenty times."""
    return gettext(kind(code).label)


def _by_parts(subtitle: str) -> str:
    """`Réseau · Arras` with the kind in the language of the page; names stay as they are."""
    return " · ".join(gettext(part) for part in subtitle.split(" · ") if part)


def marked(text: str, stems: frozenset[str]) -> SafeString:
    """The text escaped, the words whose stem is searched inside `<mark>`."""
    if not stems or not text:
        return mark_safe(escape(french(text)))  # noqa: S308 - escaped
    parts = (
        f"<mark>{escape(french(piece.text))}</mark>" if piece.marked else escape(french(piece.text))
        for piece in highlight(text, stems)
    )
    return mark_safe("".join(parts))  # noqa: S308 - every piece is escaped


def page_links(found: Found, search: Search) -> tuple[PageLink, ...]:
    """First, last, and the two pages around; 0 stands for what is skipped."""
    near = {1, found.pages, *range(found.page - 2, found.page + 3)}
    numbers = [number for number in sorted(near) if 1 <= number <= found.pages]
    links: list[PageLink] = []
    for number in numbers:
        if links and number > links[-1].number + 1:
            links.append(PageLink(number=0))
        here = number == found.page
        links.append(PageLink(number=number, address="" if here else search.plus("page", str(number))))
    return tuple(links) if found.pages > 1 else ()


def kept_filters(kind: str, search: Search, networks: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every filter in force, with the link that drops it."""
    fields = {facet.name: facet.field for facet in FACETS[kind]}
    return [
        {"label": french(label_of(fields[name], value, networks)), "without": search.minus(name, value)}
        for name, value in search.pairs
        if name in fields
    ]
