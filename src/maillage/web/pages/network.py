"""Réseau: who works with whom, who holds it together; its drawing, its table and its files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from maillage.answer.places import Where
from maillage.articulation.network import SHARED, Of, Tie, View, view_of
from maillage.core.errors import Invalid, Unknown
from maillage.core.spreadsheet import neutral
from maillage.core.vocabulary import Echelon, LinkKind, Nature, themes
from maillage.web.drawing import drawing, outline, shape_of
from maillage.web.drawn import as_png as image_of
from maillage.web.listing import Search
from maillage.web.params import chosen, only_known, page_number
from maillage.web.typography import french
from maillage.web.where import Choice, locate, place_of

PATH = "/reseau"
PER_PAGE = 40
LINKS_TOLD = 12
"""Links of a node told at once: the others are on the page around it."""
ASKED = ("vue", "theme", "ou", "territoire", "montrer", "autour")
COLUMNS = ("de", "de_nom", "vers", "vers_nom", "lien", "niveau", "adresse")
SHOWN: dict[str, tuple[str, Callable[[View, int], float]]] = {
    "ponts": (_("Les ponts : le plus de chemins passent par eux"), lambda view, node: view.passages[node]),
    "fragiles": (_("Les points de fragilité"), lambda view, node: view.fragile.points.get(node, 0)),
    "natures": (_("Qui relie les trois natures"), lambda view, node: view.liaisons[node]),
    "ecart": (_("À l’écart du plus grand groupe"), lambda view, node: node in view.apart),
}
OF = {Of.BODIES: _("Les acteurs"), Of.OFFERS: _("Les offres")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The network an address asks for."""

    of: Of
    theme: str
    place: Where | None
    shown: str
    around: str
    choices: tuple[Choice, ...] = ()

    @property
    def search(self) -> Search:
        """What can be written back in an address."""
        pairs = [("vue", self.of.value)] if self.of is not Of.BODIES else []
        pairs += [("theme", self.theme)] if self.theme else []
        pairs += [("territoire", self.place.code)] if self.place else []
        pairs += [("montrer", self.shown)] if self.shown else []
        pairs += [("autour", self.around)] if self.around else []
        return Search(path=PATH, pairs=tuple(pairs))

    def view(self) -> View:
        """Its network."""
        return view_of(self.of, theme=self.theme, place=frozenset(self.place.containing if self.place else ()))

    def nodes(self, view: View) -> list[int]:
        """The nodes it shows: those asked for, the most linked first."""
        near = view.graph.neighbours
        found = list(range(len(view.graph)))
        if self.around:
            if self.around not in view.graph.names:
                raise Unknown(
                    "choice_unknown", field="autour", value=self.around[:80], expected=list(view.graph.names[:3])
                )
            centre = view.graph.names.index(self.around)
            found = [centre, *near[centre]]
        measure = SHOWN[self.shown][1] if self.shown else None
        if measure:
            found = [node for node in found if measure(view, node)]
        return sorted(
            found,
            key=lambda node: (-measure(view, node) if measure else 0, -len(near[node]), view.graph.names[node]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTold:
    """A link as read from one node."""

    other: str
    other_address: str
    words: str
    address: str
    is_bridge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A node in the table, in words."""

    number: int
    name: str
    address: str
    around: str
    natures: str
    shape: str
    outline: str
    echelon: str
    links: tuple[LinkTold, ...]
    more: int
    degree: int
    passage: str
    cut: int
    liaison: int
    constraint: str
    is_apart: bool


def read_wanted(request: HttpRequest, *, accepted: tuple[str, ...] = ()) -> Wanted:
    """What the address says, strictly."""
    query = only_known(request, (*ASKED, *accepted))
    [of, *_rest] = chosen(query, "vue", [one.value for one in Of]) or (Of.BODIES.value,)
    [theme, *_rest] = chosen(query, "theme", themes()) or ("",)
    [shown, *_rest] = chosen(query, "montrer", SHOWN) or ("",)
    located = locate(query.get("ou", ""), query.get("territoire", "").strip() if query.get("ou", "-").strip() else "")
    place = place_of(located.code) if located.code and not located.choices else None
    around = query.get("autour", "")
    return Wanted(of=Of(of), theme=theme, place=place, shown=shown, around=around, choices=located.choices)


def network(request: HttpRequest) -> HttpResponse:
    """The drawing, the table, and in plain words who holds the network together."""
    wanted = read_wanted(request, accepted=("page",))
    search = wanted.search
    if wanted.choices:
        links = [(item, search.plus("territoire", item.code)) for item in wanted.choices]
        return render(request, "lists/which_place.html", {"where": request.GET.get("ou", ""), "links": links})
    view = wanted.view()
    page = _page(wanted.nodes(view), page_number(request.GET))
    first = page.start_index() or 1
    nodes = tuple(page.object_list)
    drawn, rows = _told(view, search, nodes=nodes, first=first, _language=get_language() or "")
    context = {
        "wanted": wanted,
        "page": page,
        "keep": f"{search.query}&" if search.query else "",
        "rows": rows,
        "drawn": drawn,
        "keys": _keys(),
        "figures": _figures(view, search),
        "mixing": _mixing(view),
        "views": [(gettext(words), _with(search, "vue", one.value), one is wanted.of) for one, words in OF.items()],
        "themes": [(theme, gettext(theme)) for theme in themes()],
        "shown_words": gettext(SHOWN[wanted.shown][0]) if wanted.shown else "",
        "everything": search.without("montrer", "autour").address,
        "around_name": view.members[wanted.around].name if wanted.around else "",
        "exports": [
            (name, Search(path=f"{PATH}.{name}", pairs=search.pairs).address)
            for name in ("svg", "png", "csv", "graphml")
        ],
        "missing": Search(
            path=f"{PATH}/liens-manquants", pairs=search.without("vue", "montrer", "autour").pairs
        ).address,
    }
    return render(request, "network/network.html", context)


@lru_cache(maxsize=64)
def _told(
    view: View, search: Search, *, nodes: tuple[int, ...], first: int, _language: str
) -> tuple[SafeString, SafeString]:
    """The drawing and the rows of the table, written once in each language: only a new view changes them."""
    asked, row = dict(search.pairs), get_template("network/_row.html")
    of, around = Of(asked.get("vue", Of.BODIES)), asked.get("autour", "")
    numbered = enumerate(nodes, start=first)
    rows = [_row(search, view, node, of=of, around=around, number=number) for number, node in numbered]
    drawn = render_to_string("network/_graph.html", {"drawing": drawing(view, nodes, first=first)})
    return drawn, SafeString("".join(row.render({"row": each}) for each in rows))


def as_svg(request: HttpRequest) -> HttpResponse:
    """The drawing alone."""
    return _taken_away(_drawn(request), "image/svg+xml; charset=utf-8", "svg")


def as_png(request: HttpRequest) -> HttpResponse:
    """The drawing alone, as an image."""
    return _taken_away(image_of(_drawn(request)), "image/png", "png")


def _drawn(request: HttpRequest) -> str:
    wanted = read_wanted(request, accepted=("page",))
    view = wanted.view()
    page = _page(wanted.nodes(view), page_number(request.GET))
    context = {"drawing": drawing(view, list(page.object_list), first=page.start_index() or 1), "alone": True}
    return render_to_string("network/_graph.html", context)


def _taken_away(body: str | bytes, content_type: str, kind: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="maillage-reseau.{kind}"'
    return response


def as_csv(request: HttpRequest) -> HttpResponse:
    """Every declared link of the view, one per line."""
    wanted = read_wanted(request)
    view = wanted.view()
    kept = {view.graph.names[node] for node in wanted.nodes(view)}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="maillage-reseau.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow(COLUMNS)
    for pair, ties in view.ties.items():
        for tie in ties if kept.issuperset(pair) else ():
            names = (view.members[tie.left].name, view.members[tie.right].name)
            address = request.build_absolute_uri(_address_of(tie)) if tie.uid else ""
            cells = (tie.left, names[0], tie.right, names[1], _kind(tie), _level(tie), address)
            writer.writerow([neutral(cell) for cell in cells])
    return response


def as_graphml(request: HttpRequest) -> HttpResponse:
    """The view with its measures, for tools that read GraphML."""
    wanted = read_wanted(request)
    view = wanted.view()
    kept = sorted(wanted.nodes(view))
    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    keys = {"nom": "string", "natures": "string", "echelon": "string", "liens": "int", "pont": "double", "coupe": "int"}
    for name, kind in keys.items():
        ElementTree.SubElement(root, "key", {"id": name, "for": "node", "attr.name": name, "attr.type": kind})
    ElementTree.SubElement(root, "key", {"id": "lien", "for": "edge", "attr.name": "lien", "attr.type": "string"})
    graph = ElementTree.SubElement(root, "graph", id="maillage", edgedefault="undirected")
    for node in kept:
        member = view.members[view.graph.names[node]]
        said = (member.name, " ".join(member.natures), member.echelon)
        values = (
            *said,
            len(view.graph.neighbours[node]),
            round(view.passages[node], 6),
            view.fragile.points.get(node, 0),
        )
        drawn = ElementTree.SubElement(graph, "node", id=member.slug)
        for name, value in zip(keys, values, strict=True):
            ElementTree.SubElement(drawn, "data", key=name).text = str(value)
    names = {view.graph.names[node] for node in kept}
    for pair, ties in view.ties.items():
        if names.issuperset(pair):
            edge = ElementTree.SubElement(graph, "edge", source=pair[0], target=pair[1])
            ElementTree.SubElement(edge, "data", key="lien").text = ", ".join(sorted({_kind(tie) for tie in ties}))
    response = HttpResponse(
        ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), content_type="application/graphml+xml"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="maillage-reseau.graphml"'
    return response


def _page(nodes: Sequence[int], number: int) -> Page[int]:
    try:
        return Paginator(list(nodes), PER_PAGE).page(number)
    except EmptyPage as error:
        raise Invalid("page_unknown", page=str(number)) from error


def _row(search: Search, view: View, node: int, *, of: Of, around: str, number: int) -> Row:
    name = view.graph.names[node]
    member = view.members[name]
    near = view.graph.neighbours[node]
    told = near if around == name else near[:LINKS_TOLD]
    constraint = view.constraints[node]
    return Row(
        number=number,
        name=member.name,
        address=_member_address(of, name),
        around=_with(search.without("montrer"), "autour", name),
        natures=", ".join(gettext(Nature(code).label) for code in member.natures) or gettext("nature non dite"),
        shape=shape_of(member.natures),
        outline=outline(shape_of(member.natures), 12, 12, 8),
        echelon=gettext(Echelon(member.echelon).label) if member.echelon else "",
        links=tuple(_link(of, view, node, other) for other in told),
        more=len(near) - len(told),
        degree=len(near),
        passage=_percent(view.passages[node]),
        cut=view.fragile.points.get(node, 0),
        liaison=view.liaisons[node],
        constraint=_percent(min(1.0, constraint)) if constraint is not None else "",
        is_apart=node in view.apart,
    )


def _link(of: Of, view: View, node: int, other: int) -> LinkTold:
    mine, yours = view.graph.names[node], view.graph.names[other]
    ties = view.ties[min(mine, yours), max(mine, yours)]
    cited = next((tie for tie in ties if tie.uid), None)
    return LinkTold(
        other=view.members[yours].name,
        other_address=_member_address(of, yours),
        words=french(", ".join(dict.fromkeys(_kind(tie) for tie in ties))),
        address=_address_of(cited) if cited else "",
        is_bridge=(min(node, other), max(node, other)) in view.fragile.bridges,
    )


def _figures(view: View, search: Search) -> list[tuple[str, int, str]]:
    """What the network is, each figure with the list behind it."""
    found = [(gettext("liens déclarés"), len(view.ties), search.without("montrer").address)]
    counts = {
        "fragiles": (gettext("points de fragilité"), len(view.fragile.points)),
        "natures": (gettext("relient les trois natures"), sum(1 for value in view.liaisons if value)),
        "ponts": (gettext("servent de pont"), sum(1 for value in view.passages if value)),
        "ecart": (gettext("à l’écart du plus grand groupe"), len(view.apart)),
    }
    return found + [(words, count, _with(search, "montrer", name)) for name, (words, count) in counts.items()]


def _mixing(view: View) -> list[tuple[str, str]]:
    """Between which natures the links go, as shares; nothing when there is no link."""
    total = sum(view.mixing.values())
    names = {code: gettext(Nature(code).label) for code in Nature.codes()}
    return [
        (f"{names[left]} – {names[right]}" if left != right else names[left], _percent(value / total))
        for (left, right), value in view.mixing.items()
        if total
    ]


def _keys() -> list[tuple[str, str, str]]:
    """The shapes with their words, as the legend shows them."""
    words = {code: gettext(Nature(code).label) for code in Nature.codes()}
    words |= {"several": gettext("plusieurs natures"), "unsaid": gettext("nature non dite")}
    return [(shape, outline(shape, 12, 12, 8), label) for shape, label in words.items()]


def _with(search: Search, name: str, value: str) -> str:
    return search.without(name, "page").plus(name, value)


def _percent(share: float) -> str:
    return french(f"{100 * share:.1f} %".replace(".", ",") if share < 0.1 else f"{100 * share:.0f} %")


def _member_address(of: Of, slug: str) -> str:
    return f"/acteurs/{slug}" if of is Of.BODIES else f"/programmes/{slug}"


def _address_of(tie: Tie) -> str:
    return f"/articulations/{tie.uid}"


def _kind(tie: Tie) -> str:
    return _kind_told(tie.kind, get_language() or "")


@lru_cache(maxsize=64)
def _kind_told(kind: str, _language: str) -> str:
    """A thousand times a page: what a link is called, in the language of the page."""
    return gettext("même offre") if kind == SHARED else gettext(LinkKind(kind).label)


def _level(tie: Tie) -> str:
    if tie.kind == SHARED:
        return gettext("écrit dans la fiche")
    return gettext("confirmé par les deux") if tie.confirmed else gettext("documenté")
