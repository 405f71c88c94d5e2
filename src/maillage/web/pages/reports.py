"""« Rapport d’analyse de l’inventaire »: its page, its paper, its data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.core.errors import Invalid
from maillage.report.facts import FactsUnavailable
from maillage.report.files import as_json, as_zip
from maillage.report.queries import Report, days_told, networks_told, report_of
from maillage.web.listing import Search
from maillage.web.params import day_asked, only_known
from maillage.web.printing import printed
from maillage.web.reporting import PATH, address, map_address, told_of
from maillage.web.where import locate, place_of
from maillage.work.actions import enqueue

JOB = "rapport"
ASKED = ("territoire", "ou", "reseau", "date")
FILES = {"json": (as_json, "application/json"), "zip": (as_zip, "application/zip")}


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The report, to read."""
    asked = _asked(request)
    if isinstance(asked, HttpResponse):
        return asked
    context = told_of(asked) | {
        "days": days_told()[:60],
        "networks": networks_told(asked.day),
        "files": [(kind, address(asked, f"{PATH}.{kind}")) for kind in ("pdf", "zip", "json")],
        "here": address(asked),
    }
    return render(request, "report/page.html", context)


@require_safe
def exported(request: HttpRequest, kind: str) -> HttpResponse:
    """The same on paper, or its data."""
    asked = _asked(request)
    if isinstance(asked, HttpResponse):
        return asked
    name = f"maillage-rapport-{asked.scope.key}-{asked.day}"
    if kind == "pdf":
        return printed(request, "report/paper.html", _paper(asked), name=name)
    made, content_type = FILES[kind]
    response = HttpResponse(made(asked), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["ETag"] = f'"{asked.digest}"'
    return response


def _paper(asked: Report) -> dict[str, Any]:
    told = told_of(asked)
    drawn = told["drawing"]
    return told | {"paper": True, "map": map_address(asked, drawn, title=told["name"]) if drawn else ""}


def _asked(request: HttpRequest) -> Report | HttpResponse:
    """The report an address asks for; the page that waits for it, or that asks which place is meant."""
    query = only_known(request, ASKED)
    day, network = day_asked(query, "date"), query.get("reseau", "").strip()
    where, code = query.get("ou", "").strip(), query.get("territoire", "").strip()
    if network and (where or code):
        raise Invalid("report_place_or_network")
    located = locate(where, code)
    if located.choices:
        search = Search(path=PATH, pairs=(("date", day.isoformat()),) if day else ())
        links = [(item, search.plus("territoire", item.code)) for item in located.choices]
        return render(request, "lists/which_place.html", {"where": where, "links": links})
    try:
        return report_of(place=_wide(located.code) if located.code else "", network=network, day=day)
    except FactsUnavailable:
        enqueue(JOB, key=day.isoformat() if day else "")
        response = render(request, "report/waiting.html", status=503)
        response.headers["Retry-After"] = response.headers["Refresh"] = "20"
        return response


def _wide(code: str) -> str:
    """The place a report is made of: a commune’s intercommunalité, or what it is in when it has none."""
    if not code.startswith("COM-"):
        return code
    around = place_of(code).containing
    return next((each for kind in ("EPCI-", "DEP-") for each in around if each.startswith(kind)), code)
