"""What people said of offers in answers, read by animateurs, space by space."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.answer.actions import erase_comment
from maillage.answer.judgements import opinions, spaces_counted
from maillage.answer.models import Judgement
from maillage.answer.places import zone_names
from maillage.core.errors import Invalid
from maillage.core.vocabulary import categories
from maillage.web.guard import animators
from maillage.web.params import chosen, only_known, page_number
from maillage.web.typography import french

PER_PAGE = 30
PATH = "/animation/avis"
NOWHERE = "sans-lieu"
"""How an address names the opinions given without a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One judgement, as an animateur reads it."""

    row: Judgement
    themes: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceLink:
    """A space, how many opinions it holds, and the list it narrows to."""

    label: str
    count: int
    address: str
    is_chosen: bool


@animators
def listed(request: HttpRequest) -> HttpResponse:
    """The opinions that hold a word, or all of them, the latest first."""
    query = only_known(request, ("espace", "tous", "page"))
    everything = bool(chosen(query, "tous", ("oui",)))
    counts = spaces_counted(with_words=not everything)
    space = query.get("espace", "")
    rows = opinions(with_words=not everything, space=_code(space) if space else None)
    shown = Paginator(rows, PER_PAGE).get_page(page_number(query))
    names = zone_names(code for code, _ in counts)
    kept = {"espace": space, "tous": "oui" if everything else ""}
    context = {
        "shown": shown,
        "keep": _query(**kept, page="").lstrip("?") + "&" if any(kept.values()) else "",
        "opinions": [_told(row, names) for row in shown.object_list],
        "spaces": [_link(code, count, space, names, tous=kept["tous"]) for code, count in counts],
        "everywhere": PATH + _query(tous=kept["tous"]),
        "space": space,
        "everything": everything,
        "other": PATH + _query(espace=space, tous="" if everything else "oui"),
    }
    return render(request, "animation/opinions.html", context)


def _code(space: str) -> str:
    """The space of an address. Raises Invalid("choice_unknown") when nobody ever gave an opinion there."""
    known = [code for code, _ in spaces_counted()]
    code = "" if space == NOWHERE else space
    if code not in known:
        expected = [each or NOWHERE for each in known]
        raise Invalid("choice_unknown", field="espace", value=space[:80], expected=expected)
    return code


def _link(code: str, count: int, space: str, names: dict[str, str], *, tous: str) -> SpaceLink:
    name = code or NOWHERE
    address = PATH + _query(espace=name, tous=tous)
    return SpaceLink(label=_place(code, names), count=count, address=address, is_chosen=name == space)


def _place(code: str, names: dict[str, str]) -> str:
    return french(names.get(code, code)) if code else gettext("Sans lieu")


def _told(row: Judgement, names: dict[str, str]) -> Opinion:
    known = categories()
    labels = [gettext(known[code].label) for code in row.understanding.split("|") if code in known]
    return Opinion(row=row, themes=french(", ".join(labels)), place=_place(row.space, names))


def _query(**parts: str) -> str:
    said = {name: value for name, value in parts.items() if value}
    return f"?{urlencode(said)}" if said else ""


@require_POST
@animators
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the words of an opinion; the opinion stays."""
    erase_comment(judgement=get_object_or_404(Judgement, pk=pk))
    messages.success(request, gettext("Le mot est effacé ; l’avis reste compté."))
    return HttpResponseRedirect(PATH)
