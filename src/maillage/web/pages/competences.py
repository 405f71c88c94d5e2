"""Competences sought and exercised: who knows what here, which programmes bring it, which needs call for it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from maillage.actors.statutory import NATURES, Grouping, counted_at, groupings_at, matters
from maillage.answer.places import Where
from maillage.core.errors import Ambiguous, Invalid
from maillage.core.spreadsheet import neutral
from maillage.core.vocabulary import competences
from maillage.search.models import Shelf
from maillage.search.queries import search
from maillage.search.wanted import Wanted
from maillage.territories.queries import geography, present_around
from maillage.web.listing import Search
from maillage.web.params import only_known, page_number
from maillage.web.typography import french
from maillage.web.where import Located, locate, place_of

PATH = "/competences"
GROUPINGS = f"{PATH}/groupements"
PER_PAGE = 50
SHELVES = (Shelf.ORGANISATION, Shelf.PROGRAMME, Shelf.NEED)
"""Who exercises it, what brings it, what calls for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One competence: how many actors, groupings, programmes and needs here, each with the list that shows them."""

    code: str
    label: str
    actors: tuple[int, str]
    groupings: tuple[int, str]
    programmes: tuple[int, str]
    needs: tuple[int, str]

    @property
    def counts(self) -> tuple[tuple[int, str], ...]:
        """The cells of its line."""
        return self.actors, self.groupings, self.programmes, self.needs

    @property
    def missing(self) -> bool:
        """Sought, and exercised by nobody known."""
        return bool(self.needs[0]) and not self.actors[0] and not self.groupings[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingView:
    """A grouping as its list shows it. `address`: its territory, when it is one; `here`: whether it holds the place."""

    name: str
    nature: str
    department: str
    population: int | None
    siren: str
    said: str
    address: str
    here: bool


def here(request: HttpRequest) -> HttpResponse:
    """The thirty competences, at a place or everywhere."""
    located = _located(request)
    if located.choices:
        typed = request.GET.get("ou", "")
        links = [(item, f"{PATH}?territoire={item.code}") for item in located.choices]
        return render(request, "lists/which_place.html", {"where": typed, "links": links})
    place = place_of(located.code) if located.code else None
    rows = rows_at(place)
    pairs = (("territoire", place.code),) if place else ()
    context: dict[str, Any] = {
        "place": place,
        "rows": rows,
        "missing": [row for row in rows if row.missing],
        "export": Search(path=f"{PATH}.csv", pairs=pairs).address,
    }
    return render(request, "lists/competences.html", context)


def exported(request: HttpRequest) -> HttpResponse:
    """The same table as a file for a spreadsheet."""
    located = _located(request)
    if located.choices:
        codes = [choice.code for choice in located.choices]
        raise Ambiguous("territory_ambiguous", value=request.GET.get("ou", ""), candidates=codes)
    place = place_of(located.code) if located.code else None
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="maillage-competences.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow("code;competence;territoire;acteurs;groupements;programmes;besoins".split(";"))
    for row in rows_at(place):
        writer.writerow(
            [row.code, neutral(row.label), place.code if place else "", *(count for count, _ in row.counts)]
        )
    return response


def groupings(request: HttpRequest) -> HttpResponse:
    """The groupings that exercise one competence by their statutes, those that hold the place first."""
    query = only_known(request, ("competence", "ou", "territoire", "page"))
    code = query.get("competence", "")
    if code not in competences():
        raise Invalid("choice_unknown", field="competence", value=code, expected=list(competences()))
    located = locate(query.get("ou", ""), query.get("territoire", "").strip())
    pairs = (("competence", code),)
    if located.choices:
        search = Search(path=GROUPINGS, pairs=pairs)
        links = [(item, search.plus("territoire", item.code)) for item in located.choices]
        return render(request, "lists/which_place.html", {"where": query.get("ou", ""), "links": links})
    place = place_of(located.code) if located.code else None
    found = groupings_at(_departments(place), code)
    if place:
        found.sort(key=lambda one: f"EPCI-{one.siren}" not in place.containing)
    try:
        page = Paginator(found, PER_PAGE).page(page_number(query))
    except EmptyPage as error:
        raise Invalid("page_unknown", page=query.get("page", "")) from error
    kept = (*pairs, *((("territoire", place.code),) if place else ()))
    context: dict[str, Any] = {
        "competence": code,
        "label": french(gettext(competences()[code])),
        "place": place,
        "page": page,
        "rows": [_grouping_view(one, code, place) for one in page],
        "keep": Search(path=GROUPINGS, pairs=kept).query + "&",
        "matters": [matter for matter in matters().values() if matter.competence == code],
        "back": Search(path=PATH, pairs=kept[1:]).address,
    }
    return render(request, "lists/groupings.html", context)


def rows_at(place: Where | None) -> tuple[Row, ...]:
    """The competences sought here that nobody exercises first, then those most sought, then by name."""
    lists = [Wanted(shelf=shelf, place=place.code if place else "") for shelf in SHELVES]
    counted = [_counts(wanted) for wanted in lists]
    statutory = counted_at(_departments(place))
    rows = []
    for code, label in competences().items():
        actors, programmes, needs = (
            (counts.get(code, 0), replace(wanted, choices=(("competence", code),)).address)
            for wanted, counts in zip(lists, counted, strict=True)
        )
        pairs = (("competence", code), *((("territoire", place.code),) if place else ()))
        held = (statutory.get(code, 0), Search(path=GROUPINGS, pairs=pairs).address)
        said = french(gettext(label))
        rows.append(Row(code=code, label=said, actors=actors, groupings=held, programmes=programmes, needs=needs))
    return tuple(sorted(rows, key=lambda row: (not row.missing, -row.needs[0], row.label)))


def _departments(place: Where | None) -> frozenset[str] | None:
    """The départements that a place lies in or meets, None for the whole country."""
    if place is None or place.kind == "PAYS":
        return None
    met = (code.removeprefix("DEP-") for code in present_around(place.code).codes if code.startswith("DEP-"))
    return frozenset({*met, place.department} - {""})


def _grouping_view(one: Grouping, competence: str, place: Where | None) -> GroupingView:
    territory, department = f"EPCI-{one.siren}", geography().rows.get(f"DEP-{one.department}")
    said = dict.fromkeys(gettext(matter.label) for matter in one.matters if matter.competence == competence)
    return GroupingView(
        name=one.name,
        nature=gettext(NATURES.get(one.nature, one.nature)),
        department=department[3] if department else one.department,
        population=one.population,
        siren=one.siren,
        said=" · ".join(said),
        address=f"/territoires/{territory}" if territory in geography().rows else "",
        here=place is not None and territory in place.containing,
    )


def _counts(wanted: Wanted) -> dict[str, int]:
    found = search(text="", filters=wanted.filters(), today=timezone.localdate(), counted=("competence",))
    return dict(found.facets.get("competence", ()))


def _located(request: HttpRequest) -> Located:
    query = only_known(request, ("ou", "territoire"))
    return locate(query.get("ou", ""), query.get("territoire", "").strip())
