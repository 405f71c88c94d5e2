"""Programmes, acteurs, besoins, études: search and browse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from maillage.actors.queries import network_labels
from maillage.answer.listed import why_listed
from maillage.answer.places import Where
from maillage.search.queries import search
from maillage.search.wanted import Wanted, read_wanted
from maillage.web.feeds import ways_to_be_told
from maillage.web.fragments import render_page
from maillage.web.listing import FACETS, Search, facet_views, kept_filters, page_links, row_views
from maillage.web.params import only_known, page_number
from maillage.web.typography import number_in_words
from maillage.web.where import Choice, locate, place_of


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
        title=_("Programmes"),
        lead=_("Ce que les acteurs proposent : de l’ingénierie, de l’argent, ou les deux."),
    ),
    "organisation": Shelf(
        kind="organisation",
        path="/acteurs",
        title=_("Acteurs"),
        lead=_("Celles et ceux qui aident, avec leur nature, leur échelon et leur territoire."),
    ),
    "need": Shelf(
        kind="need",
        path="/besoins",
        title=_("Besoins"),
        lead=_("Ce que des personnes ont dit chercher, quelque part, relu avant d’être montré."),
    ),
    "study": Shelf(
        kind="study",
        path="/etudes",
        title=_("Études de besoins"),
        lead=_("Qui a étudié les besoins, où, comment, quand."),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The list an address asks for, and its place; or the places one may mean, when several have that name."""

    wanted: Wanted
    place: Where | None = None
    choices: tuple[Choice, ...] = ()


def read_asked(request: HttpRequest, kind: str, *, accepted: tuple[str, ...] = ()) -> Asked:
    """What the address says, strictly: nothing unknown, nothing dropped."""
    names = [facet.name for facet in FACETS[kind]]
    deadline = ("cloture",) if kind == "programme" else ()
    query = only_known(request, ("q", "ou", "territoire", *accepted, *deadline), repeated=names)
    wanted = read_wanted(kind, [(name, value) for name in ("q", *deadline, *names) for value in query.getlist(name)])
    asked = query.get("territoire", "").strip() if query.get("ou", "-").strip() else ""
    located = locate(query.get("ou", ""), asked)
    if located.choices or not located.code:
        return Asked(wanted=wanted, choices=located.choices)
    place = place_of(located.code)
    return Asked(wanted=replace(wanted, place=place.code), place=place)


def _list(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    asked = read_asked(request, shelf.kind, accepted=("page",))
    wanted, place = asked.wanted, asked.place
    listed = Search(path=shelf.path, pairs=wanted.pairs)
    if asked.choices:
        typed = request.GET.get("ou", "")
        links = [(item, listed.plus("territoire", item.code)) for item in asked.choices]
        return render(request, "lists/which_place.html", {"where": typed, "links": links})
    networks = network_labels() if shelf.kind == "organisation" else {}
    filters = wanted.filters()
    asked_too = {"category": filters.themes or filters.categories, "competence": filters.competences}
    found = search(
        text=wanted.text,
        filters=filters,
        page=page_number(request.GET),
        today=timezone.localdate(),
        counted=tuple(name for name, chosen in asked_too.items() if chosen),
    )
    suffix = f"?territoire={place.code}" if place else ""
    context: dict[str, Any] = {
        "shelf": {"title": gettext(shelf.title), "lead": gettext(shelf.lead), "path": shelf.path, "kind": shelf.kind},
        "text": wanted.text,
        "place": place,
        "hidden": [pair for pair in listed.pairs if pair[0] not in ("q", "territoire", "page")],
        "found": found,
        "count": _count(shelf, found.total),
        "rows": row_views(found, suffix=suffix, why=why_listed(found, text=wanted.text, today=timezone.localdate())),
        "why_not": urlencode({"besoin": wanted.text, "territoire": place.code if place else ""})
        if shelf.kind == "programme" and wanted.text
        else "",
        "facets": facet_views(shelf.kind, found, listed, networks),
        "kept": kept_filters(shelf.kind, listed, networks),
        "pages": page_links(found, listed),
        "without_place": listed.without("territoire").address,
        "deadlines": _deadlines(wanted.deadline, listed) if shelf.kind == "programme" else (),
        "reset": shelf.path,
        "told": ways_to_be_told(wanted),
        "goals": Search(path="/odd", pairs=listed.pairs).address if shelf.kind == "programme" else "",
    }
    return render_page(request, "lists/page.html", "lists/_list.html", context)


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
