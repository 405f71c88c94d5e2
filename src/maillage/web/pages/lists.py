"""Programmes, acteurs, besoins, études: search and browse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from maillage.actors.queries import network_labels
from maillage.answer.places import Where
from maillage.core.errors import Invalid
from maillage.search.queries import Filters, search
from maillage.territories.queries import present_around
from maillage.web.fragments import render_page
from maillage.web.listing import FACETS, Search, facet_views, kept_filters, known_values, page_links, row_views
from maillage.web.params import chosen, only_known, page_number
from maillage.web.typography import number_in_words
from maillage.web.where import locate, place_of

LONGEST = 300
"""Characters of a search; a need is longer, and has its own page."""

FIELDS = {
    "stage": "stages",
    "nature": "natures",
    "echelon": "echelons",
    "aid_type": "aid_types",
    "audience": "audiences",
    "price": "prices",
    "theme": "themes",
    "category": "categories",
    "network": "networks",
}
DEADLINES = {"": "", "bientot": "soon", "toutes": "all"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One of the four lists."""

    kind: str
    path: str
    title: str
    lead: str


SHELVES = {
    "programme": Shelf(
        kind="programme",
        path="/programmes",
        title="Programmes",
        lead="Ce que les acteurs proposent : de l’ingénierie, de l’argent, ou les deux.",
    ),
    "organisation": Shelf(
        kind="organisation",
        path="/acteurs",
        title="Acteurs",
        lead="Celles et ceux qui aident, avec leur nature, leur échelon et leur territoire.",
    ),
    "need": Shelf(
        kind="need",
        path="/besoins",
        title="Besoins",
        lead="Ce que des personnes ont dit chercher, quelque part, relu avant d’être montré.",
    ),
    "study": Shelf(
        kind="study", path="/etudes", title="Études de besoins", lead="Qui a étudié les besoins, où, comment, quand."
    ),
}


def programmes(request: HttpRequest) -> HttpResponse:
    """The list of programmes."""
    return _list(request, SHELVES["programme"])


def organisations(request: HttpRequest) -> HttpResponse:
    """The list of organisations."""
    return _list(request, SHELVES["organisation"])


def needs(request: HttpRequest) -> HttpResponse:
    """The list of needs."""
    return _list(request, SHELVES["need"])


def studies(request: HttpRequest) -> HttpResponse:
    """The list of studies."""
    return _list(request, SHELVES["study"])


def _list(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    names = [facet.name for facet in FACETS[shelf.kind]]
    deadline = ("cloture",) if shelf.kind == "programme" else ()
    query = only_known(request, ("q", "ou", "territoire", "page", *deadline), repeated=names)
    text = query.get("q", "").strip()
    if len(text) > LONGEST:
        raise Invalid("search_too_long", length=len(text), limit=LONGEST)
    asked = query.get("territoire", "").strip() if query.get("ou", "-").strip() else ""
    located = locate(query.get("ou", ""), asked)
    pairs = _pairs(query, names)
    listed = Search(path=shelf.path, pairs=pairs)
    if located.choices:
        links = [(item, listed.plus("territoire", item.code)) for item in located.choices]
        return render(request, "lists/which_place.html", {"where": query.get("ou", ""), "links": links})
    place = place_of(located.code) if located.code else None
    if place:
        listed = Search(path=shelf.path, pairs=(*pairs, ("territoire", place.code)))
    networks = network_labels() if shelf.kind == "organisation" else {}
    found = search(
        text=text,
        filters=_filters(query, shelf, place, networks),
        page=page_number(query),
        today=timezone.localdate(),
    )
    suffix = f"?territoire={place.code}" if place else ""
    context: dict[str, Any] = {
        "shelf": {"title": gettext(shelf.title), "lead": gettext(shelf.lead), "path": shelf.path, "kind": shelf.kind},
        "text": text,
        "place": place,
        "hidden": [pair for pair in listed.pairs if pair[0] not in ("q", "territoire", "page")],
        "found": found,
        "count": _count(shelf, found.total),
        "rows": row_views(found, suffix=suffix),
        "facets": facet_views(shelf.kind, found, listed, networks),
        "kept": kept_filters(shelf.kind, listed, networks),
        "pages": page_links(found, listed),
        "without_place": listed.without("territoire").address,
        "deadlines": _deadlines(query.get("cloture", ""), listed) if deadline else (),
        "reset": shelf.path,
    }
    return render_page(request, "lists/page.html", "lists/_list.html", context)


def _pairs(query: QueryDict, names: list[str]) -> tuple[tuple[str, str], ...]:
    kept = [(name, value) for name in ("q", "cloture") if (value := query.get(name, "").strip())]
    kept += [(name, value) for name in names for value in dict.fromkeys(query.getlist(name)) if value]
    return tuple(kept)


def _filters(query: QueryDict, shelf: Shelf, place: Where | None, networks: dict[str, str]) -> Filters:
    values = {
        FIELDS[facet.field]: chosen(query, facet.name, known_values(facet.field, networks))
        for facet in FACETS[shelf.kind]
    }
    where: dict[str, tuple[str, ...]] = {}
    if place:
        around = shelf.kind in ("need", "study")
        where = {"around": tuple(present_around(place.code).codes)} if around else {"zones": place.containing}
    deadline = (chosen(query, "cloture", [code for code in DEADLINES if code]) or ("",))[0]
    return Filters(kind=shelf.kind, deadline=DEADLINES[deadline], **values, **where)


def _count(shelf: Shelf, total: int) -> str:
    sentences = {
        "programme": ngettext("%(count)s programme", "%(count)s programmes", total),
        "organisation": ngettext("%(count)s acteur", "%(count)s acteurs", total),
        "need": ngettext("%(count)s besoin", "%(count)s besoins", total),
        "study": ngettext("%(count)s étude", "%(count)s études", total),
    }
    return sentences[shelf.kind] % {"count": number_in_words(total)}


def _deadlines(current: str, listed: Search) -> list[dict[str, Any]]:
    bare = listed.without("cloture")
    labels = {"": gettext("Ouverts"), "bientot": gettext("Clos dans 30 jours"), "toutes": gettext("Même clos")}
    return [
        {
            "label": label,
            "chosen": code == current,
            "address": bare.plus("cloture", code) if code else bare.address,
        }
        for code, label in labels.items()
    ]
