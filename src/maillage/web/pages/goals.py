"""The goals of the Agenda 2030: what the commons does for each, for a list, a territory or as a whole."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from maillage.core.agenda import TRANSVERSAL, goals, targets_of
from maillage.core.errors import Ambiguous, Invalid
from maillage.core.spreadsheet import neutral
from maillage.inventory.goals import GoalCount, Mark, coverage, goals_to_review, local_targets, sheets_of_goal
from maillage.inventory.models import Programme, SdgTag, TagState
from maillage.search.queries import slugs_matching
from maillage.web.listing import Search
from maillage.web.pages.lists import Asked, read_asked
from maillage.web.params import page_number
from maillage.web.wheel import spokes

PER_PAGE = 30
COLUMNS = ("odd;nom;intitule;directement;indirectement;frein;annonce_par_la_fiche;besoins_relus;adresse").split(";")
MARKS = {
    Mark.DIRECT: _("y contribue directement, relu par une personne"),
    Mark.INDIRECT: _("y contribue indirectement, relu par une personne"),
    Mark.OBSTACLE: _("y fait frein, relu par une personne"),
    Mark.DECLARED: _("annoncé par la fiche, pas encore relu"),
    Mark.SUGGESTED: _("suggéré par ses mots et son sujet, à relire"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One goal in the table: its names in the language of the page, its counts, its own page."""

    count: GoalCount
    short: str
    title: str
    address: str
    is_transversal: bool


def overview(request: HttpRequest) -> HttpResponse:
    """The wheel and its table, for the whole inventory or the list the address asks for."""
    asked = read_asked(request, "programme")
    wanted = asked.wanted
    listed = Search(path="/odd", pairs=wanted.pairs)
    if asked.choices:
        links = [(item, listed.plus("territoire", item.code)) for item in asked.choices]
        return render(request, "lists/which_place.html", {"where": request.GET.get("ou", ""), "links": links})
    reviewing = _is_reviewing(request)
    counts = coverage(_slugs(asked))
    if not reviewing:
        counts = [replace(count, suggested=0) for count in counts]
    context = {
        "reviewing": reviewing,
        "rows": _rows(counts, listed),
        "spokes": spokes(counts),
        "transversal": goals()[TRANSVERSAL].short(get_language() or "fr"),
        "told": wanted.told() if wanted.pairs else "",
        "list": wanted.address,
        "place": asked.place,
        "hidden": [pair for pair in wanted.pairs if pair[0] != "territoire"],
        "local": local_targets(territories=asked.place.containing) if asked.place else [],
        "export": Search(path="/odd.csv", pairs=wanted.pairs).address,
        "waiting": goals_to_review().count() if reviewing else 0,
    }
    return render(request, "goals/overview.html", context)


def exported(request: HttpRequest) -> HttpResponse:
    """The table as a file for a spreadsheet."""
    asked = read_asked(request, "programme")
    if asked.choices:
        codes = [choice.code for choice in asked.choices]
        raise Ambiguous("territory_ambiguous", value=request.GET.get("ou", ""), candidates=codes)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="maillage-odd.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow(COLUMNS)
    for row in _rows(coverage(_slugs(asked)), Search(path="/odd", pairs=asked.wanted.pairs)):
        one = row.count
        cells = (one.goal, row.short, row.title, one.direct, one.indirect, one.obstacle, one.declared)
        writer.writerow([neutral(str(cell)) for cell in (*cells, one.needs, request.build_absolute_uri(row.address))])
    return response


def goal(request: HttpRequest, number: int) -> HttpResponse:
    """One goal: its targets, what is said of each, and the sheets that serve it, the surest first."""
    if number not in goals():
        raise Http404
    asked = read_asked(request, "programme", accepted=("page",))
    listed = Search(path=f"/odd/{number}", pairs=asked.wanted.pairs)
    if asked.choices:
        links = [(item, listed.plus("territoire", item.code)) for item in asked.choices]
        return render(request, "lists/which_place.html", {"where": request.GET.get("ou", ""), "links": links})
    hidden = () if _is_reviewing(request) else (Mark.SUGGESTED,)
    found = [one for one in sheets_of_goal(number, _slugs(asked)) if one[1] not in hidden]
    try:
        page = Paginator(found, PER_PAGE).page(page_number(request.GET))
    except EmptyPage as error:
        raise Invalid("page_unknown", page=request.GET.get("page", "")) from error
    language = get_language() or "fr"
    one = goals()[number]
    context: dict[str, Any] = {
        "number": number,
        "short": one.short(language),
        "title": one.title(language),
        "is_transversal": number == TRANSVERSAL,
        "targets": _targets(number, language),
        "page": page,
        "sheets": _titles(page.object_list),
        "told": asked.wanted.told() if asked.wanted.pairs else "",
        "overview": Search(path="/odd", pairs=asked.wanted.pairs).address,
        "previous": listed.plus("page", str(page.number - 1)),
        "following": listed.plus("page", str(page.number + 1)),
    }
    return render(request, "goals/goal.html", context)


def _is_reviewing(request: HttpRequest) -> bool:
    """Suggestions are for those who read them again: nothing automatic is published."""
    return bool(getattr(request.user, "is_animator", False))


def _slugs(asked: Asked) -> frozenset[str] | None:
    """The sheets of the list asked for; None for the whole inventory."""
    wanted = asked.wanted
    if not wanted.pairs:
        return None
    return slugs_matching(text=wanted.text, filters=wanted.filters(), today=timezone.localdate())


def _rows(counts: list[GoalCount], listed: Search) -> list[Row]:
    language = get_language() or "fr"
    return [
        Row(
            count=count,
            short=goals()[count.goal].short(language),
            title=goals()[count.goal].title(language),
            address=Search(path=f"/odd/{count.goal}", pairs=listed.pairs).address,
            is_transversal=count.goal == TRANSVERSAL,
        )
        for count in counts
    ]


def _targets(number: int, language: str) -> list[tuple[str, str, int, list[Any]]]:
    """(code, official text, how many sheets a person attached to it, a territory's own targets), three queries."""
    tags = SdgTag.objects.filter(goal=number, state=TagState.ACCEPTED, programme__status="published")
    said: dict[str, int] = {}
    for code in tags.exclude(target="").values_list("target", flat=True):
        said[code] = said.get(code, 0) + 1
    own: dict[str, list[Any]] = {}
    for row in local_targets(goal=number):
        own.setdefault(row.target, []).append(row)
    return [(one.code, one.text(language), said.get(one.code, 0), own.get(one.code, [])) for one in targets_of(number)]


def _titles(found: Any) -> list[tuple[str, str, str, str]]:
    """(slug, title, how sure in words, code of it) of these sheets, in their order, in one query."""
    pairs = list(found)
    titles = dict(Programme.objects.filter(slug__in=[slug for slug, _ in pairs]).values_list("slug", "title"))
    return [(slug, titles[slug], gettext(MARKS[mark]), mark.value) for slug, mark in pairs if slug in titles]
