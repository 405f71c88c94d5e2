"""Coverage: the map of what is offered and asked, its table, its files, and the list behind each figure."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from maillage.answer.places import zone_names
from maillage.core.errors import Invalid
from maillage.core.spreadsheet import neutral
from maillage.core.text import fold
from maillage.core.vocabulary import GapKind
from maillage.coverage.atlas import Atlas
from maillage.coverage.queries import (
    LAYERS,
    PlaceRow,
    atlas_of,
    days_kept,
    evidence_at,
    evidence_named,
    offers_at,
    place_rows,
    programmes_named,
    theme_rows,
)
from maillage.territories.queries import outlines
from maillage.web.asking import Asked, level_of, read_question, selectors
from maillage.web.drawn import as_png, map_alone
from maillage.web.maps import LEAST, box_of, drawing_of, look_of
from maillage.web.params import day_asked, page_number
from maillage.web.typography import french

PATH = "/couverture"
PER_PAGE = 25
COLUMNS = (
    "code;territoire;habitants;offres_proches;offres_lointaines;offres_sous_condition;part_servie_de_pres;"
    "part_habitants_proche;part_communes_proche;part_habitants_utilisable;part_habitants_connu;manque;preuves_de_demande;demande_pesee;force"
).split(";")


def coverage(request: HttpRequest) -> HttpResponse:
    """The map and its table."""
    asked, query, atlas = read_question(request, also=("avant",))
    rows = place_rows(atlas, asked.choice, level=asked.level, of=asked.inside)
    names = zone_names([row.code for row in rows] + ([asked.inside] if asked.inside else []))
    before = day_asked(query, "avant")
    changes = _changes(asked, rows, atlas_of(before)) if before else {}
    told = sorted((_told(asked, row, names, changes) for row in rows), key=lambda each: fold(each["name"]))
    context: dict[str, Any] = {
        "asked": asked,
        "day": atlas.day,
        "before": before,
        "inside": french(names.get(asked.inside, "")) if asked.inside else "",
        "selectors": selectors(asked, atlas),
        "days": days_kept()[:60],
        "rows": told,
        "drawing": drawing_of([(row, names.get(row.code, row.code), _inner(asked, row.code)) for row in rows]),
        "multiples": _multiples(asked, atlas),
        "regions": [(code, each.path) for code, each in outlines().items() if code.startswith("REG-")],
        "regions_box": box_of("REG-"),
        "generalists": atlas.generalists,
        "total": _total(rows),
        "files": [(name, asked.address(f"{PATH}.{name}")) for name in ("csv", "geojson", "svg", "png")],
        "gaps": asked.address(f"{PATH}/manques", dans=asked.inside, date=""),
        "overlaps": asked.address(f"{PATH}/doublons", dans="", date=""),
    }
    return render(request, "coverage/map.html", context)


def _inner(asked: Asked, code: str) -> str:
    """The map inside a département; the gaps of an intercommunalité."""
    if asked.inside:
        return asked.address(f"{PATH}/manques", dans=code, niveau="epci", date="")
    return asked.address(PATH, dans=code)


def _told(asked: Asked, row: PlaceRow, names: dict[str, str], changes: dict[str, int]) -> dict[str, Any]:
    def behind(which: str) -> str:
        return asked.address(f"{PATH}/offres", lieu=row.code, offres=which, dans="")

    return {
        "row": row,
        "name": french(names.get(row.code, row.code)),
        "address": _inner(asked, row.code),
        "look": look_of(row.served, row.kind),
        "kind": gettext(GapKind(row.kind).label) if row.kind else "",
        "served": round(100 * row.served),
        "people": round(100 * row.people),
        "communes": round(100 * row.communes),
        "near": behind("proches"),
        "distant": behind("lointaines"),
        "conditional": behind("conditionnelles"),
        "pieces": asked.address(f"{PATH}/demandes", lieu=row.code, dans=""),
        "change": changes.get(row.code),
    }


def _changes(asked: Asked, rows: Sequence[PlaceRow], before: Atlas) -> dict[str, int]:
    """Points of what is served near, won or lost since a day, by place known on both days."""
    then = {row.code: row for row in place_rows(before, asked.choice, level=asked.level, of=asked.inside)}
    return {row.code: round(100 * (row.served - then[row.code].served)) for row in rows if row.code in then}


def _total(rows: Sequence[PlaceRow]) -> dict[str, int]:
    people = sum(row.inhabitants for row in rows) or 1
    return {
        "served": round(100 * sum(row.inhabitants * row.served for row in rows) / people),
        "bare": sum(1 for row in rows if row.served <= LEAST),
        "places": len(rows),
        "pieces": sum(row.pieces for row in rows),
    }


def _multiples(asked: Asked, atlas: Atlas) -> list[dict[str, Any]]:
    """One small map of the régions per theme, with the same stage and nature."""
    known = outlines()
    return [
        {
            "theme": french(gettext(row.theme)),
            "address": asked.address(PATH, theme=row.theme, categorie=""),
            "chosen": row.theme == asked.theme,
            "shapes": [(code, look_of(served, kind)) for code, served, kind in row.places if code in known],
            "served": round(100 * row.served),
            "pieces": row.pieces,
        }
        for row in theme_rows(atlas, asked.choice)
    ]


def exported(request: HttpRequest, kind: str) -> HttpResponse:
    """The same map as a file: CSV, GeoJSON, SVG or PNG."""
    asked, _, atlas = read_question(request)
    rows = place_rows(atlas, asked.choice, level=asked.level, of=asked.inside)
    names = zone_names([row.code for row in rows])
    made = {"csv": _csv, "geojson": _geojson, "svg": _svg, "png": _png}[kind](rows, names, asked, atlas)
    made.headers["Content-Disposition"] = f'attachment; filename="maillage-couverture-{atlas.day}.{kind}"'
    return made


def _values(row: PlaceRow, names: dict[str, str]) -> list[Any]:
    shares = (
        f"{value:.4f}".replace(".", ",") for value in (row.served, row.people, row.communes, row.usable, row.known)
    )
    kind = GapKind(row.kind).label if row.kind else ""
    counts = [row.near, row.distant, row.conditional]
    weighed = [f"{value:.2f}".replace(".", ",") for value in (row.demand, row.strength)]
    return [row.code, names.get(row.code, ""), row.inhabitants, *counts, *shares, kind, row.pieces, *weighed]


def _csv(rows: Sequence[PlaceRow], names: dict[str, str], _asked: Asked, _atlas: Atlas) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS)
    writer.writerows([neutral(str(cell)) for cell in _values(row, names)] for row in rows)
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")


def _geojson(rows: Sequence[PlaceRow], names: dict[str, str], asked: Asked, atlas: Atlas) -> HttpResponse:
    known = outlines()
    scale = 300 if asked.level == "EPCI" else 100
    features = [
        {
            "type": "Feature",
            "id": row.code,
            "properties": dict(zip(COLUMNS, _values(row, names), strict=True)),
            "geometry": _geometry(known[row.code].path, scale) if _is_in_place(row.code, known) else None,
        }
        for row in rows
    ]
    told = {
        "type": "FeatureCollection",
        "question": asked.told,
        "date": atlas.day.isoformat(),
        "attribution": "IGN, Insee, Etalab, ANCT (Licence Ouverte 2.0) ; Maillage",
        "features": features,
    }
    return JsonResponse(told, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False})


def _is_in_place(code: str, known: Any) -> bool:
    """Whether its outline is where it is: overseas départements are drawn beside the mainland."""
    return code in known and not code.startswith("DEP-97")


STEP = re.compile(r"-?\d+")


def _geometry(path: str, scale: int) -> dict[str, Any]:
    """The path back as longitudes and latitudes."""
    rings = []
    for part in path.split("M")[1:]:
        numbers = [int(text) for text in STEP.findall(part)]
        points, (x, y) = [], (0, 0)
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        latitude = -points[0][1] / scale
        stretch = math.cos(math.radians(round(46.5 if abs(latitude) > 35 else latitude)))
        ring = [[round(x / stretch / scale, 3), round(-y / scale, 3)] for x, y in points]
        rings.append([*ring, ring[0]])
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def _svg(rows: Sequence[PlaceRow], names: dict[str, str], asked: Asked, atlas: Atlas) -> HttpResponse:
    drawing = drawing_of([(row, names.get(row.code, row.code), "") for row in rows])
    svg = map_alone(drawing, title=asked.told, day=atlas.day)
    return HttpResponse(svg, content_type="image/svg+xml")


def _png(rows: Sequence[PlaceRow], names: dict[str, str], asked: Asked, atlas: Atlas) -> HttpResponse:
    drawing = drawing_of([(row, names.get(row.code, row.code), "") for row in rows])
    return HttpResponse(as_png(map_alone(drawing, title=asked.told, day=atlas.day)), content_type="image/png")


def offers(request: HttpRequest) -> HttpResponse:
    """The offers behind a figure."""
    asked, query, atlas = read_question(request, also=("lieu", "offres", "page"))
    which = query.get("offres", "utilisables")
    if which not in LAYERS:
        raise Invalid("choice_unknown", field="offres", value=which[:40], expected=list(LAYERS))
    code = query.get("lieu", "")
    uids = offers_at(atlas, asked.choice, level=level_of(code, atlas), code=code, which=which)
    page = _page(uids, page_number(query))
    context = {
        "asked": asked,
        "which": which,
        "place": french(zone_names([code]).get(code, code)),
        "day": atlas.day,
        "page": page,
        "rows": programmes_named(list(page)),
        "back": asked.address(PATH),
        "keep": asked.address("", lieu=code, offres=which).lstrip("?") + "&",
    }
    return render(request, "coverage/offers.html", context)


def evidence(request: HttpRequest) -> HttpResponse:
    """The pieces of evidence behind a figure."""
    asked, query, atlas = read_question(request, also=("lieu", "page"))
    code = query.get("lieu", "")
    names = evidence_at(atlas, asked.choice, level=level_of(code, atlas), code=code)
    page = _page(names, page_number(query))
    context = {
        "asked": asked,
        "place": french(zone_names([code]).get(code, code)),
        "day": atlas.day,
        "page": page,
        "rows": evidence_named(list(page)),
        "back": asked.address(PATH),
        "keep": asked.address("", lieu=code).lstrip("?") + "&",
    }
    return render(request, "coverage/evidence.html", context)


def _page(items: Sequence[str], number: int) -> Any:
    try:
        return Paginator(items, PER_PAGE).page(number)
    except EmptyPage as error:
        raise Invalid("page_unknown", page=number) from error
