"""Funded projects: what was asked for and funded, where, by which envelope, as published lists say."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render

from maillage.answer.places import Where
from maillage.core.errors import Ambiguous, Invalid
from maillage.core.spreadsheet import neutral
from maillage.core.vocabulary import GrantStatus
from maillage.inventory.models import Grant
from maillage.inventory.queries import grant_choices, grant_lists, grants_counted, grants_listed
from maillage.web.listing import Search
from maillage.web.params import only_known, page_number
from maillage.web.where import locate, place_of

PATH = "/projets-finances"
PER_PAGE = 25
LONGEST = 300
"""Characters of a search."""
AT_ONCE = 2_000
"""Rows of a file in memory at once."""
ASKED = ("q", "ou", "territoire", "annee", "enveloppe", "page")
COLUMNS = (
    "objet;beneficiaire;siren;territoire;code_territoire;enveloppe;mesure;categorie;annee;montant_eur;etat;source;"
    "adresse_source;licence;identifiant_source"
).split(";")


def listed(request: HttpRequest) -> HttpResponse:
    """The list, narrowed by words, place, year and envelope."""
    query = only_known(request, ASKED)
    located = locate(query.get("ou", ""), query.get("territoire", "").strip())
    asked = _pairs(query)
    search = Search(path=PATH, pairs=asked)
    if located.choices:
        links = [(choice, search.plus("territoire", choice.code)) for choice in located.choices]
        return render(request, "lists/which_place.html", {"where": query.get("ou", ""), "links": links})
    place = place_of(located.code) if located.code else None
    if place:
        search = Search(path=PATH, pairs=(*asked, ("territoire", place.code)))
    years, schemes = grant_choices()
    rows = _rows(query, place, years, schemes)
    count, amount = grants_counted(rows)
    try:
        page = Paginator(rows, PER_PAGE).page(page_number(query))
    except EmptyPage as error:
        raise Invalid("page_unknown", page=query.get("page", "")) from error
    context: dict[str, Any] = {
        "page": page,
        "count": count,
        "amount": amount,
        "place": place,
        "text": query.get("q", ""),
        "year": query.get("annee", ""),
        "scheme": query.get("enveloppe", ""),
        "years": [str(year) for year in years],
        "schemes": schemes,
        "previous": search.plus("page", str(page.number - 1)),
        "following": search.plus("page", str(page.number + 1)),
        "lists": grant_lists(),
        "export": Search(path=f"{PATH}.csv", pairs=search.pairs).address,
    }
    return render(request, "grants/page.html", context)


def exported(request: HttpRequest) -> StreamingHttpResponse:
    """The same list whole, as a file for a spreadsheet, each row with its source and licence; sent as it is read."""
    query = only_known(request, ASKED)
    located = locate(query.get("ou", ""), query.get("territoire", "").strip())
    if located.choices:
        codes = [choice.code for choice in located.choices]
        raise Ambiguous("territory_ambiguous", value=query.get("ou", ""), candidates=codes)
    years, schemes = grant_choices()
    rows = _rows(query, place_of(located.code) if located.code else None, years, schemes)
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="maillage-projets-finances.csv"'
    return response


def _lines(rows: QuerySet[Grant]) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield writer.writerow([neutral(cell) for cell in _cells(row)])


class _Echo:
    """A file that gives back each line instead of keeping it."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def _rows(query: QueryDict, place: Where | None, years: list[int], schemes: list[str]) -> QuerySet[Grant]:
    text, year, scheme = (query.get(name, "").strip() for name in ("q", "annee", "enveloppe"))
    if len(text) > LONGEST:
        raise Invalid("search_too_long", length=len(text), limit=LONGEST)
    if year and year not in map(str, years):
        raise Invalid("choice_unknown", field="annee", value=year, expected=years)
    if scheme and scheme not in schemes:
        raise Invalid("choice_unknown", field="enveloppe", value=scheme, expected=schemes)
    return grants_listed(text=text, place=place.code if place else "", year=int(year) if year else None, scheme=scheme)


def _pairs(query: QueryDict) -> tuple[tuple[str, str], ...]:
    names = ("q", "annee", "enveloppe")
    return tuple((name, value) for name in names if (value := query.get(name, "").strip()))


def _cells(row: Grant) -> tuple[str, ...]:
    return (
        row.title,
        row.beneficiary,
        row.siren,
        row.territory.name if row.territory else "",
        row.territory.code if row.territory else "",
        row.scheme,
        row.measure,
        row.topic,
        str(row.year or ""),
        "" if row.amount_eur is None else str(row.amount_eur).replace(".", ","),
        GrantStatus(row.status).label,
        row.source_name,
        row.source_url,
        row.licence,
        row.origin_id,
    )
