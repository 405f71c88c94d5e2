"""The twins of the lists and of the watch for machines: news as RSS, deadlines as iCal. Always in French."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, override

from maillage.core.errors import Invalid
from maillage.core.sheets import Sheet
from maillage.search import watched as reads
from maillage.search.models import Shelf, WatchItem
from maillage.search.queries import closing, latest
from maillage.search.watched import Group
from maillage.web.feeds import Deadline, Entry, calendar, news_text, rss
from maillage.web.pages.lists import SHELVES, Asked, read_asked
from maillage.web.pages.watch import kept_of, read_watched
from maillage.web.params import only_known
from maillage.web.typography import french, in_quotes
from maillage.web.watching import group_told, news_views, source_told
from maillage.web.where import locate, place_of

ENTRIES = 50
LOOKED_AT = 200
"""Sheets last written among which the news are taken."""
EVENTS = 500
FILTERS = ("fiches", "quoi", "source", "theme", "ou", "territoire", "periode")
View = Callable[..., HttpResponse]


def _in_french(view: View) -> View:
    @wraps(view)
    def told(*args: Any, **kwargs: Any) -> HttpResponse:
        with override("fr"):
            return view(*args, **kwargs)

    return told


@_in_french
def list_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """The last news of the sheets that a list finds; every word of its search must be in the sheet."""
    asked = _asked(request, kind)
    today = timezone.localdate()
    filters = asked.wanted.filters()
    found = latest(text=asked.wanted.text, filters=filters, limit=LOOKED_AT, today=today)
    news = reads.news_at(kind, (item.slug for _, item in found), limit=ENTRIES)
    return rss(
        request,
        title=f"Maillage · {_title(asked)}",
        address=asked.wanted.address,
        text=gettext("Ce qui arrive aux fiches de cette liste. Une fiche doit contenir tous les mots cherchés."),
        entries=_entries(news),
    )


@_in_french
def list_calendar(request: HttpRequest) -> HttpResponse:
    """The deadlines of the programmes that a list finds."""
    asked = _asked(request, Shelf.PROGRAMME)
    today = timezone.localdate()
    filters = asked.wanted.filters()
    rows = closing(text=asked.wanted.text, filters=filters, limit=EVENTS, today=today)
    found = [
        Deadline(
            uid=row.uid,
            title=french(row.title),
            address=f"/programmes/{row.slug}",
            text=french(row.summary),
            closes_on=row.closes() or today,
        )
        for row in rows
        if isinstance(row, Sheet)
    ]
    return calendar(request, title=f"Maillage · {gettext('clôtures')} · {_title(asked)}", deadlines=found)


@_in_french
def watch_feed(request: HttpRequest) -> HttpResponse:
    """The watch, an import of many sheets as one entry."""
    query = only_known(request, FILTERS)
    wanted = read_watched(query, _place(request))
    names = reads.source_names()
    found, _ = reads.groups(wanted)
    kept = kept_of(query) | ({"territoire": wanted.place} if wanted.place else {})
    entries: list[Entry] = []
    for group in found:
        entries += _entries(list(group.items)) if group.items else [_many(group, group_told(group, names), kept)]
    title = "Maillage · " + " · ".join(filter(None, (gettext("Veille"), wanted.theme, _source(wanted.origin, names))))
    text = gettext("Ce qui est nouveau, ce qui a changé, ce qui va clore, ce qui a disparu.")
    return rss(request, title=title, address="/veille", text=text, entries=entries[:ENTRIES])


@_in_french
def watch_calendar(request: HttpRequest) -> HttpResponse:
    """Every deadline to come, by theme, source and place."""
    wanted = read_watched(only_known(request, ("theme", "source", "ou", "territoire")), _place(request))
    rows = reads.deadlines(wanted, today=timezone.localdate(), limit=EVENTS)
    found = [
        Deadline(
            uid=str(row.uid),
            title=french(row.title),
            address=row.get_absolute_url(),
            text=french(row.promise),
            closes_on=row.closes_on,
        )
        for row in rows
        if row.closes_on
    ]
    return calendar(request, title=f"Maillage · {gettext('clôtures')}", deadlines=found)


def _asked(request: HttpRequest, kind: str) -> Asked:
    asked = read_asked(request, kind)
    if asked.choices:
        raise Invalid(
            "place_not_chosen", value=request.GET.get("ou", ""), candidates=[each.code for each in asked.choices]
        )
    return asked


def _place(request: HttpRequest) -> Any:
    typed = request.GET.get("ou", "")
    located = locate(typed, request.GET.get("territoire", "").strip())
    if located.choices:
        raise Invalid("place_not_chosen", value=typed, candidates=[each.code for each in located.choices])
    return place_of(located.code) if located.code else None


def _title(asked: Asked) -> str:
    words = in_quotes(asked.wanted.text) if asked.wanted.text else ""
    place = asked.place.label if asked.place else ""
    return french(" · ".join(filter(None, (gettext(SHELVES[asked.wanted.shelf].title), words, place))))


def _source(origin: str | None, names: Any) -> str:
    return source_told(origin, names) if origin is not None else ""


def _entries(news: list[WatchItem]) -> list[Entry]:
    return [
        Entry(
            identity=identity_of(item),
            title=french(f"{view.label} : {view.title}"),
            address=view.address,
            text=news_text(view),
            at=item.at,
            themes=item.themes,
        )
        for item, view in zip(news, news_views(news), strict=True)
    ]


def identity_of(item: WatchItem) -> str:
    """What names a piece of news for ever: its event, or its deadline."""
    return f"{item.kind}:{item.key}:{item.event or item.closes_on}"


def _many(group: Group, sentence: str, kept: dict[str, str]) -> Entry:
    query = {**kept, "jour": group.day.isoformat(), "quoi": group.kind, "source": group.origin or "ici"}
    return Entry(
        identity=f"groupe:{group.day}:{group.kind}:{group.origin}",
        title=sentence,
        address="/veille?" + urlencode(query),
        text=sentence,
        at=timezone.make_aware(dt.datetime.combine(group.day, dt.time.min)),
    )
