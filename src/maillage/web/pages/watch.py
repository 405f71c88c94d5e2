"""La veille: what is new, changed, closing, closed, gone, newly linked; by theme, place, kind, period and source."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.answer.places import Where
from maillage.core.errors import Invalid
from maillage.core.vocabulary import themes
from maillage.core.weighing import weight
from maillage.search import watched as reads
from maillage.search.models import Shelf, WatchKind
from maillage.search.wanted import PATHS
from maillage.search.watched import Counts, Watched
from maillage.web.params import chosen, day_asked, only_known, page_number
from maillage.web.typography import number_in_words
from maillage.web.watching import KINDS, SHELVES, day_views, deadline_rows, news_views, source_told
from maillage.web.where import locate, place_of

ACCEPTED = ("fiches", "quoi", "source", "theme", "ou", "territoire", "periode", "jour", "page")
PERIODS = {"7": _("7 jours"), "30": _("30 jours"), "90": _("3 mois"), "365": _("un an")}
USUAL = "30"
PER_PAGE = 50
HERE = "ici"
"""The `source` of the sheets written here."""


def watch(request: HttpRequest) -> HttpResponse:
    """The news, day by day; one day, kind and source opened when the address names a day."""
    query = only_known(request, ACCEPTED)
    asked = query.get("territoire", "").strip() if query.get("ou", "-").strip() else ""
    located = locate(query.get("ou", ""), asked)
    kept = kept_of(query)
    if located.choices:
        links = [(item, "/veille?" + urlencode({**kept, "territoire": item.code})) for item in located.choices]
        return render(request, "lists/which_place.html", {"where": query.get("ou", ""), "links": links})
    place = place_of(located.code) if located.code else None
    if place:
        kept["territoire"] = place.code
    wanted = read_watched(query, place)
    number = page_number(query)
    day = day_asked(query, "jour")
    found = reads.counted(replace(wanted, kind="", origin=None))
    lines = _one_day(wanted, number) if day else _days(wanted, found, kept, number)
    context = _frame(wanted, found, kept, place) | lines
    here = {**kept, **({"jour": day.isoformat()} if day else {})}
    back = {name: value for name, value in kept.items() if name not in ("quoi", "source")}
    context |= {"shown_day": day, "here_query": urlencode(here), "kept_query": urlencode(back)}
    return render(request, "watch/page.html", context)


def kept_of(query: QueryDict) -> dict[str, str]:
    """The filters in force, as an address writes them; the day and the page apart."""
    names = ("fiches", "quoi", "source", "theme", "periode")
    return {name: value for name in names if (value := query.get(name, "").strip())}


def read_watched(query: QueryDict, place: Where | None) -> Watched:
    """Which news the address asks for. Raises Invalid naming the first value that is not a choice."""
    shelf = _one(query, "fiches", [code.value for code in Shelf]) or Shelf.PROGRAMME.value
    source = query.get("source", "").strip()
    period = _one(query, "periode", list(PERIODS)) or USUAL
    day = day_asked(query, "jour")
    return Watched(
        shelf=shelf,
        kind=_one(query, "quoi", [code.value for code in WatchKind]),
        origin="" if source == HERE else source[:80] or None,
        theme=_one(query, "theme", list(themes())),
        place=place.code if place else "",
        zones=place.containing if place else (),
        since=day or timezone.localdate() - dt.timedelta(days=int(period)),
        until=day,
    )


def _one(query: QueryDict, name: str, known: list[str]) -> str:
    return (chosen(query, name, known) or ("",))[0]


def _frame(wanted: Watched, found: Counts, kept: dict[str, str], place: Where | None) -> dict[str, Any]:
    """What surrounds the news: filters with their counts, deadlines, ways to be told."""
    today = timezone.localdate()
    names = reads.source_names()
    counts = reads.kinds_in(found, origin=wanted.origin)
    sources = reads.origins_in(found, kind=wanted.kind)
    listed = [(name, kept[name]) for name in ("theme", "territoire") if name in kept and wanted.shelf != Shelf.STUDY]
    address = PATHS[Shelf(wanted.shelf)] + (f"?{urlencode(listed)}" if listed else "")
    closing = [] if wanted.shelf != Shelf.PROGRAMME else reads.deadlines(wanted, today=today, limit=8)
    return {
        "place": place,
        "wanted": wanted,
        "kinds": [_kind(kind, words, counts.get(kind, 0), kept) for kind, words in KINDS.items()],
        "total": number_in_words(sum(counts.values())),
        "all_kinds": _address({name: value for name, value in kept.items() if name != "quoi"}),
        "sources": sorted(
            (source_told(code, names), code or HERE, number_in_words(count)) for code, count in sources.items()
        ),
        "source": kept.get("source", ""),
        "source_label": source_told(wanted.origin, names) if wanted.origin is not None else "",
        "themes": list(themes()),
        "shelves": [(code.value, gettext(words)) for code, words in SHELVES.items()],
        "periods": [(code, gettext(words)) for code, words in PERIODS.items()],
        "period": kept.get("periode", USUAL),
        "deadlines": deadline_rows(closing, today),
        "soon_days": int(weight("matching", "closing_soon_days")),
        "listed": address,
        "feed": "/veille/flux.xml" + (f"?{urlencode(kept)}" if kept else ""),
        "calendar": "/veille.ics" + (f"?{urlencode(listed)}" if listed else ""),
        "narrowed": bool(kept),
    }


def _kind(kind: WatchKind, words: str, count: int, kept: dict[str, str]) -> dict[str, Any]:
    return {
        "label": gettext(words),
        "count": number_in_words(count),
        "address": _address({**kept, "quoi": kind.value}),
        "chosen": kept.get("quoi") == kind.value,
        "shown": bool(count) or kept.get("quoi") == kind.value,
    }


def _address(kept: dict[str, str]) -> str:
    return "/veille?" + urlencode(kept) if kept else "/veille"


def _days(wanted: Watched, counts: Counts, kept: dict[str, str], number: int) -> dict[str, Any]:
    found, more = reads.groups_in(counts, wanted, page=number)
    if number > 1 and not found:
        raise Invalid("page_unknown", page=number)
    return {
        "days": day_views(found, names=reads.source_names(), kept=kept),
        "before": _address({**kept, "page": str(number - 1)}) if number > 1 else "",
        "after": _address({**kept, "page": str(number + 1)}) if more else "",
    }


def _one_day(wanted: Watched, number: int) -> dict[str, Any]:
    pages = Paginator(reads.news(wanted).order_by("title", "id"), PER_PAGE)
    try:
        page = pages.page(number)
    except EmptyPage as error:
        raise Invalid("page_unknown", page=number) from error
    return {"day_items": news_views(list(page)), "pages": page, "day_total": number_in_words(pages.count)}
