"""Competences sought and exercised: who knows what here, which programmes bring it, which needs call for it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from maillage.answer.places import Where
from maillage.core.errors import Ambiguous
from maillage.core.spreadsheet import neutral
from maillage.core.vocabulary import competences
from maillage.search.models import Shelf
from maillage.search.queries import search
from maillage.search.wanted import Wanted
from maillage.web.listing import Search
from maillage.web.params import only_known
from maillage.web.typography import french
from maillage.web.where import Located, locate, place_of

PATH = "/competences"
SHELVES = (Shelf.ORGANISATION, Shelf.PROGRAMME, Shelf.NEED)
"""Who exercises it, what brings it, what calls for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One competence: how many actors, programmes and needs here, each with the list that shows them.

    `missing`: needs call for it here and no actor is known to exercise it.
    """

    code: str
    label: str
    counts: tuple[tuple[int, str], ...]

    @property
    def missing(self) -> bool:
        """Sought, and exercised by nobody known."""
        return bool(self.counts[2][0]) and not self.counts[0][0]


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
    writer.writerow("code;competence;territoire;acteurs;programmes;besoins".split(";"))
    for row in rows_at(place):
        writer.writerow(
            [row.code, neutral(row.label), place.code if place else "", *(count for count, _ in row.counts)]
        )
    return response


def rows_at(place: Where | None) -> tuple[Row, ...]:
    """The competences sought here that nobody exercises first, then those most sought, then by name."""
    lists = [Wanted(shelf=shelf, place=place.code if place else "") for shelf in SHELVES]
    counted = [_counts(wanted) for wanted in lists]
    rows = [
        Row(
            code=code,
            label=french(gettext(label)),
            counts=tuple(
                (counts.get(code, 0), replace(wanted, choices=(("competence", code),)).address)
                for wanted, counts in zip(lists, counted, strict=True)
            ),
        )
        for code, label in competences().items()
    ]
    return tuple(sorted(rows, key=lambda row: (not row.missing, -row.counts[2][0], row.label)))


def _counts(wanted: Wanted) -> dict[str, int]:
    found = search(text="", filters=wanted.filters(), today=timezone.localdate(), counted=("competence",))
    return dict(found.facets.get("competence", ()))


def _located(request: HttpRequest) -> Located:
    query = only_known(request, ("ou", "territoire"))
    return locate(query.get("ou", ""), query.get("territoire", "").strip())
