"""Gaps and overlaps: ranked lists, one page each, and what people make of them."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.answer.places import zone_names
from maillage.core.coverage import OverlapGroup, PlaceGap
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.core.spreadsheet import neutral
from maillage.core.trame import not_expected
from maillage.core.vocabulary import GapKind, Nature, Stage, Status, categories
from maillage.coverage.actions import comment_finding, entrust_finding, need_from_finding
from maillage.coverage.actions.findings import digest_of
from maillage.coverage.atlas import Atlas
from maillage.coverage.models import Finding, FindingKind
from maillage.coverage.queries import (
    atlas_of,
    field,
    findings_of,
    gaps_ranked,
    overlaps_ranked,
    standing_of_cells,
)
from maillage.dialogue.queries.programme import sessions_to_come
from maillage.inventory.models import Programme
from maillage.web.asking import LEVEL_NAMES, Asked, level_of, read_question, selectors
from maillage.web.guard import contributors
from maillage.web.messages import reason_told, told
from maillage.web.params import chosen, only_known, page_number
from maillage.web.sessioning import session_title
from maillage.web.typography import french

PER_PAGE = 25
MOST_EXPORTED = 20_000
GAPS, OVERLAPS = "/couverture/manques", "/couverture/doublons"
GAP_COLUMNS = "code;territoire;categorie;theme;sorte;score;demande_pesee;part_proche;part_utilisable;raisons".split(";")
OVERLAP_COLUMNS = "offres;categories;etapes;natures;force;habitants;raisons".split(";")


def gaps(request: HttpRequest) -> HttpResponse:
    """The gaps, the gravest first."""
    asked, query, atlas = read_question(request, also=("niveau", "sorte", "page"))
    number = page_number(query)
    level, kind = _level(asked, query.get("niveau", ""), atlas), _kind(query)
    first = (number - 1) * PER_PAGE
    found = gaps_ranked(atlas, asked.choice, level=level, of=asked.inside, kind=kind, first=first, count=PER_PAGE)
    if first and first >= found.total:
        raise Invalid("page_unknown", page=number)
    also = {"niveau": query.get("niveau", ""), "sorte": query.get("sorte", "")}
    context = {
        "asked": asked,
        "day": atlas.day,
        "selectors": selectors(asked, atlas),
        "level": next(name for name, code in LEVEL_NAMES.items() if code == level),
        "kind": kind.value if kind else "",
        "kinds": [(each.value, gettext(each.label)) for each in GapKind],
        "total": found.total,
        "page": Paginator(range(found.total), PER_PAGE).page(number),
        "rows": _gap_rows(found.gaps, asked),
        "inside": french(zone_names([asked.inside]).get(asked.inside, "")) if asked.inside else "",
        "keep": asked.address("", **also).lstrip("?") + "&" if asked.pairs or any(also.values()) else "",
        "map": asked.address("/couverture", dans=asked.inside if asked.inside[:3] in ("DEP", "REG") else ""),
        "export": asked.address(f"{GAPS}.csv", **also),
    }
    return render(request, "coverage/gaps.html", context)


def _level(asked: Asked, name: str, atlas: Atlas) -> str:
    if name and name not in LEVEL_NAMES:
        raise Invalid("choice_unknown", field="niveau", value=name[:40], expected=list(LEVEL_NAMES))
    if name:
        return LEVEL_NAMES[name]
    return "EPCI" if asked.inside and level_of(asked.inside, atlas) in ("DEP", "EPCI") else "DEP"


def _kind(query: Any) -> GapKind | None:
    value = (chosen(query, "sorte", GapKind.codes()) or ("",))[0]
    return GapKind(value) if value else None


def _gap_rows(found: tuple[PlaceGap, ...], asked: Asked) -> list[dict[str, Any]]:
    names = zone_names({gap.place for gap in found})
    digests = [digest_of(FindingKind.GAP, f"{gap.place} {gap.category}") for gap in found]
    said = findings_of(digests)
    return [
        {
            "gap": gap,
            "place": french(names.get(gap.place, gap.place)),
            "category": french(gettext(categories()[gap.category].label)),
            "kind": gettext(gap.kind.label),
            "score": f"{gap.score:.1f}".replace(".", ","),
            "reasons": [reason_told(part.reason) for part in gap.parts],
            "finding": said.get(digest),
            "address": f"{GAPS}/{gap.place}/{gap.category}",
            "offers": asked.address("/couverture/offres", lieu=gap.place, categorie=gap.category, dans="", theme=""),
            "pieces": asked.address("/couverture/demandes", lieu=gap.place, categorie=gap.category, dans="", theme=""),
        }
        for gap, digest in zip(found, digests, strict=True)
    ]


def gaps_csv(request: HttpRequest) -> HttpResponse:
    """The same list whole, up to 20 000 lines, as a file for a spreadsheet."""
    asked, query, atlas = read_question(request, also=("niveau", "sorte"))
    level, kind = _level(asked, query.get("niveau", ""), atlas), _kind(query)
    found = gaps_ranked(atlas, asked.choice, level=level, of=asked.inside, kind=kind, count=MOST_EXPORTED)
    names = zone_names({gap.place for gap in found.gaps})
    lines = (
        [
            gap.place,
            names.get(gap.place, ""),
            gap.category,
            categories()[gap.category].theme,
            gap.kind.label,
            *(f"{value:.3f}".replace(".", ",") for value in (gap.score, gap.demand, gap.near, gap.usable)),
            " ; ".join(part.reason.sentence() for part in gap.parts),
        ]
        for gap in found.gaps
    )
    return _file(GAP_COLUMNS, lines, name=f"maillage-manques-{atlas.day}.csv")


def _file(columns: list[str], lines: Any, *, name: str) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(columns)
    writer.writerows([neutral(str(cell)) for cell in line] for line in lines)
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def gap(request: HttpRequest, place: str, category: str) -> HttpResponse:
    """One gap: its fifteen cells, its score, what people said of it."""
    only_known(request, ())
    atlas = atlas_of()
    level = level_of(place, atlas)
    if category not in categories():
        raise Unknown("finding_unknown")
    asked = Asked(theme="", category=category, stage="", nature="", inside="", day=None)
    rank, at = list(categories()).index(category), atlas.place_rank(level, place)
    found = field(atlas, asked.choice, level=level).told(rank, at)
    key = f"{place} {category}"
    context = {
        "row": _gap_rows((found,), asked)[0],
        "grid": _grid(atlas, level=level, place=at, category=category),
        "stages": [gettext(stage.label) for stage in Stage],
        "day": atlas.day,
        "outside": bool(atlas.outside[level][rank, at]),
        "kind": FindingKind.GAP.value,
        "key": key,
        "page": f"{GAPS}/{place}/{category}",
        "sessions": [(row.number, session_title(row)) for row in sessions_to_come(request.user)],
        **_said(FindingKind.GAP, key),
    }
    return render(request, "coverage/gap.html", context)


def _grid(atlas: Atlas, *, level: str, place: int, category: str) -> list[dict[str, Any]]:
    """One line per nature: for each stage, the share of people with something near and with anything usable."""
    cells = standing_of_cells(atlas, level=level, place=place, category=category)
    return [
        {
            "nature": gettext(nature.label),
            "cells": [
                {
                    "expected": (nature, stage) not in not_expected(),
                    "near": round(100 * cells[stage, nature][0]),
                    "usable": round(100 * cells[stage, nature][1]),
                    "stage": gettext(stage.label),
                }
                for stage in Stage
            ],
        }
        for nature in Nature
    ]


def _said(kind: str, key: str) -> dict[str, Any]:
    finding = Finding.objects.filter(digest=digest_of(kind, key)).select_related("entrusted_to", "need").first()
    return {
        "finding": finding,
        "comments": list(finding.comments.select_related("by")) if finding else [],
        "digest": digest_of(kind, key),
    }


def overlaps(request: HttpRequest) -> HttpResponse:
    """The overlaps, the strongest first."""
    asked, query, atlas = read_question(request, also=("page",))
    found = overlaps_ranked(atlas, asked.choice)
    paginator = Paginator(found, PER_PAGE)
    number = page_number(query)
    if number > paginator.num_pages:
        raise Invalid("page_unknown", page=number)
    page = paginator.page(number)
    context = {
        "asked": asked,
        "day": atlas.day,
        "selectors": [each for each in selectors(asked, atlas) if each.name != "dans"],
        "total": len(found),
        "page": page,
        "rows": _overlap_rows(list(page)),
        "keep": asked.address("").lstrip("?") + "&" if asked.pairs else "",
        "map": asked.address("/couverture"),
        "export": asked.address(f"{OVERLAPS}.csv"),
    }
    return render(request, "coverage/overlaps.html", context)


def _overlap_rows(found: list[OverlapGroup]) -> list[dict[str, Any]]:
    slugs = {slug for group in found for slug in group.slugs}
    sheets = {row.slug: row for row in Programme.objects.filter(slug__in=slugs).prefetch_related("organisations")}
    said = findings_of(digest_of(FindingKind.OVERLAP, group.key) for group in found)
    return [
        {
            "group": group,
            "sheets": [sheets[slug] for slug in group.slugs if slug in sheets],
            "categories": [french(gettext(categories()[code].label)) for code in group.categories],
            "stages": [gettext(Stage(code).label) for code in group.stages],
            "reasons": [reason_told(reason) for reason in group.reasons],
            "finding": said.get(digest_of(FindingKind.OVERLAP, group.key)),
            "address": f"{OVERLAPS}/{digest_of(FindingKind.OVERLAP, group.key)}",
        }
        for group in found
    ]


def overlaps_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file for a spreadsheet."""
    asked, _, atlas = read_question(request)
    lines = (
        [
            " | ".join(group.slugs),
            " | ".join(group.categories),
            " | ".join(group.stages),
            " | ".join(group.natures),
            f"{group.strength:.3f}".replace(".", ","),
            group.people,
            " ; ".join(reason.sentence() for reason in group.reasons),
        ]
        for group in overlaps_ranked(atlas, asked.choice)
    )
    return _file(OVERLAP_COLUMNS, lines, name=f"maillage-recouvrements-{atlas.day}.csv")


def overlap(request: HttpRequest, digest: str) -> HttpResponse:
    """One overlap: its offers side by side, what people said of it."""
    only_known(request, ())
    atlas = atlas_of()
    group = next((each for each in atlas.overlaps if digest_of(FindingKind.OVERLAP, each.key) == digest), None)
    if group is None:
        raise Unknown("finding_unknown")
    context = {
        "row": _overlap_rows([group])[0],
        "day": atlas.day,
        "kind": FindingKind.OVERLAP.value,
        "key": group.key,
        "page": f"{OVERLAPS}/{digest}",
        **_said(FindingKind.OVERLAP, group.key),
    }
    return render(request, "coverage/overlap.html", context)


@require_POST
@contributors
def act(request: HttpRequest) -> HttpResponse:
    """Comment, entrust, or make a need of a finding; then back to its page."""
    assert isinstance(request.user, User)  # noqa: S101 - the guard says so
    said = {name: request.POST.get(name, "").strip() for name in ("sorte", "cle", "geste", "texte", "structure")}
    back = _back(said["sorte"], said["cle"])
    try:
        messages.success(request, _done(said, request.user))
    except Refused as refused:
        messages.error(request, told(refused))
    return HttpResponseRedirect(f"{back}#constat")


def _back(kind: str, key: str) -> str:
    """The page of a finding. Raises Unknown("finding_unknown")."""
    if kind == FindingKind.OVERLAP:
        return f"{OVERLAPS}/{digest_of(kind, key)}"
    place, _, category = key.partition(" ")
    if kind != FindingKind.GAP or category not in categories() or "/" in place:
        raise Unknown("finding_unknown")
    return f"{GAPS}/{place}/{category}"


def _done(said: dict[str, str], by: User) -> str:
    if said["geste"] == "commenter":
        comment_finding(kind=said["sorte"], key=said["cle"], text=said["texte"], by=by)
        return gettext("Votre commentaire est gardé.")
    if said["geste"] == "confier":
        wanted = said["structure"].rpartition("/")[2]
        organisation = Organisation.objects.filter(slug=wanted, status=Status.PUBLISHED.value).first()
        if wanted and organisation is None:
            raise Invalid("choice_unknown", field=gettext("structure"), value=wanted, expected=["/acteurs/…"])
        entrust_finding(kind=said["sorte"], key=said["cle"], organisation=organisation, by=by)
        return gettext("C’est confié.") if organisation else gettext("Ce n’est plus confié à personne.")
    if said["geste"] == "besoin" and said["sorte"] == FindingKind.GAP:
        need_from_finding(key=said["cle"], text=said["texte"], by=by)
        return gettext("Le besoin est gardé ; une personne le relira avant qu’il paraisse.")
    raise Invalid("finding_unknown")
