"""The watch as its page shows it: days, lines, what changed in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.inventory.models import Programme
from maillage.inventory.starter import ORIGIN as STARTER
from maillage.search.models import Shelf, WatchItem, WatchKind
from maillage.search.telling import ChangeTold, changes_told, kind_told, link_told
from maillage.search.watched import Group, last_news, need_texts, source_names
from maillage.web.typography import french, number_in_words

KINDS = {
    WatchKind.NEW: _("Nouvelles"),
    WatchKind.CHANGED: _("Modifiées"),
    WatchKind.LINKED: _("Articulées"),
    WatchKind.CLOSING: _("Bientôt closes"),
    WatchKind.CLOSED: _("Closes"),
    WatchKind.GONE: _("Disparues de leur source"),
    WatchKind.ARCHIVED: _("Retirées"),
}
SHELVES = {
    Shelf.PROGRAMME: _("Programmes"),
    Shelf.ORGANISATION: _("Acteurs"),
    Shelf.NEED: _("Besoins"),
    Shelf.STUDY: _("Études"),
}
ONE = {
    WatchKind.NEW: _("Nouvelle"),
    WatchKind.CHANGED: _("Modifiée"),
    WatchKind.LINKED: _("Articulée"),
    WatchKind.CLOSING: _("Bientôt close"),
    WatchKind.CLOSED: _("Close"),
    WatchKind.GONE: _("Disparue de sa source"),
    WatchKind.ARCHIVED: _("Retirée"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsView:
    """One piece of news: what happened to which sheet, and in which words."""

    kind: str
    label: str
    title: str
    address: str
    changes: tuple[ChangeTold, ...] = ()
    verb: str = ""
    other: str = ""
    other_address: str = ""
    statement: str = ""
    closes_on: dt.date | None = None
    day: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of a day: a piece of news, or many told by their number, with the list that holds them."""

    sentence: str = ""
    day: dt.date
    address: str = ""
    item: NewsView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """One day and its lines."""

    day: dt.date
    lines: tuple[LineView, ...]


def day_views(found: Sequence[Group], *, names: Mapping[str, str], kept: Mapping[str, str]) -> list[DayView]:
    """The lines, day by day. `kept`: the filters that the list of a group keeps."""
    texts = need_texts(item for group in found for item in group.items)
    return [
        DayView(day=day, lines=tuple(line for group in members for line in _lines(group, texts, names, kept)))
        for day, members in groupby(found, key=lambda group: group.day)
    ]


def last_lines(count: int) -> list[LineView]:
    """The last lines of the watch of the programmes."""
    days = day_views(last_news(count), names=source_names(), kept={})
    return [line for day in days for line in day.lines][:count]


def _lines(
    group: Group, texts: Mapping[str, str], names: Mapping[str, str], kept: Mapping[str, str]
) -> Iterable[LineView]:
    if group.items:
        for item in group.items:
            yield LineView(day=group.day, item=news_view(item, texts))
        return
    query = {**kept, "jour": group.day.isoformat(), "quoi": group.kind, "source": group.origin or "ici"}
    yield LineView(day=group.day, sentence=group_told(group, names), address="/veille?" + urlencode(query))


def group_told(group: Group, names: Mapping[str, str]) -> str:
    """« 312 fiches ajoutées depuis Aides-territoires »."""
    told = kind_told(group.kind, group.count) % {"count": number_in_words(group.count)}
    if not group.origin:
        return told
    return french(gettext("%(told)s depuis %(source)s") % {"told": told, "source": source_told(group.origin, names)})


def source_told(origin: str, names: Mapping[str, str]) -> str:
    """The name of a source, as a sentence may hold it."""
    if not origin:
        return gettext("saisie ici")
    if origin == STARTER:
        return gettext("l’inventaire de départ")
    return names.get(origin, origin.replace("-", " "))


def news_views(items: Sequence[WatchItem]) -> list[NewsView]:
    """These news, in their order."""
    texts = need_texts(items)
    return [news_view(item, texts) for item in items]


def news_view(item: WatchItem, texts: Mapping[str, str]) -> NewsView:
    """One piece of news in words."""
    words = texts.get(item.key, "") if item.shelf == Shelf.NEED else item.title
    dated = item.kind in (WatchKind.CLOSING, WatchKind.CLOSED, WatchKind.NEW)
    return NewsView(
        kind=item.kind,
        label=gettext(ONE[WatchKind(item.kind)]),
        title=french(words[:160] or gettext("Besoin retiré depuis")),
        address=item.address,
        changes=changes_told(item),
        verb=link_told(item),
        other=french(item.details.get("other", "")),
        other_address=f"/programmes/{item.other_slug}" if item.other_slug else "",
        statement=french(item.details.get("statement", "")),
        closes_on=item.closes_on if dated else None,
        day=item.day,
    )


def deadline_rows(rows: Iterable[Programme], today: dt.date) -> list[tuple[Programme, int]]:
    """The offers that close, with how many days remain."""
    return [(row, (row.closes_on - today).days) for row in rows if row.closes_on]
