"""The watch for machines: RSS of news, calendars of deadlines; and the links that lead to them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.http import http_date, quote_etag, urlencode
from django.utils.translation import gettext

from maillage.search.models import Shelf
from maillage.search.telling import ChangeTold
from maillage.search.wanted import PATHS, Wanted
from maillage.search.watched import revisions
from maillage.web.typography import day_in_words
from maillage.web.watching import NewsView

if TYPE_CHECKING:
    import icalendar

FRESH_S = 600
"""Seconds a reader may keep a feed before asking again; it then costs a 304 when nothing changed."""

TAG = "tag:maillage,2026:"
"""What the identities of entries start with: they outlive a change of address of the house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed. `identity` never changes, whatever becomes of the words."""

    identity: str
    title: str
    address: str
    text: str
    at: dt.datetime
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One offer that closes."""

    uid: str
    title: str
    address: str
    text: str
    closes_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysToBeTold:
    """Where a list is followed: by mail, in a reader of feeds, in a calendar (programmes only)."""

    alert: str
    feed: str
    calendar: str


def ways_to_be_told(wanted: Wanted) -> WaysToBeTold:
    """The links of a list, with the same parameters."""
    path = PATHS[Shelf(wanted.shelf)]
    query = f"?{wanted.query}" if wanted.pairs else ""
    calendar = f"{path}.ics{query}" if wanted.shelf == Shelf.PROGRAMME else ""
    return WaysToBeTold(
        alert="/alertes/nouvelle?" + urlencode({"liste": wanted.address}),
        feed=f"{path}/flux.xml{query}",
        calendar=calendar,
    )


def absolute(path: str) -> str:
    """The whole address of one of our pages."""
    return f"{settings.SITE_URL}{path}"


class _Rss(Rss201rev2Feed):
    """RSS 2.0 whose date is the one of its last entry: the same news give the same bytes, and a 304."""

    def latest_post_date(self) -> dt.datetime:
        """The last entry's instant; a feed without entry has stood empty for ever."""
        dates = [item["pubdate"] for item in self.items]
        return max(dates) if dates else dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def rss(request: HttpRequest, *, title: str, address: str, text: str, entries: Sequence[Entry]) -> HttpResponse:
    """These entries as RSS 2.0, or 304 for a reader that has them."""
    feed = _Rss(
        title=title,
        link=absolute(address),
        description=text,
        language="fr",
        feed_url=absolute(request.get_full_path()),
        ttl=FRESH_S // 60,
    )
    for entry in entries:
        feed.add_item(
            title=_readable(entry.title),
            link=absolute(entry.address),
            description=_readable(entry.text),
            pubdate=entry.at,
            unique_id=TAG + entry.identity,
            unique_id_is_permalink=False,
            categories=entry.themes,
        )
    body = feed.writeString("utf-8").encode()
    last = feed.latest_post_date()
    return _told(request, body, kind="application/rss+xml; charset=utf-8", last=last, by_date=True)


def _readable(text: str) -> str:
    """The text without the control characters that XML forbids."""
    return "".join(each for each in text if each in "\n\t" or ord(each) >= 32)


def calendar(request: HttpRequest, *, title: str, deadlines: Sequence[Deadline]) -> HttpResponse:
    """These deadlines as all-day events, or 304 for a calendar that has them."""
    import icalendar  # 0.2 s to wake, and only calendars need it

    found = revisions(item.uid for item in deadlines)
    whole = icalendar.Calendar()
    whole.add("prodid", "-//Maillage//Veille//FR")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", title)
    whole.add("refresh-interval", dt.timedelta(days=1), parameters={"VALUE": "DURATION"})
    for item in deadlines:
        sequence, at = found.get(item.uid, (0, timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)))
        whole.add_component(_event(item, sequence=sequence, at=at.astimezone(dt.UTC).replace(microsecond=0)))
    last = max((at for _, at in found.values()), default=None)
    return _told(request, whole.to_ical(), kind="text/calendar; charset=utf-8", last=last, by_date=False)


def calendar_bytes(request: HttpRequest, body: bytes) -> HttpResponse:
    """A calendar already written, or 304 for a reader that has it."""
    return _told(request, body, kind="text/calendar; charset=utf-8", last=None, by_date=False)


def _event(item: Deadline, *, sequence: int, at: dt.datetime) -> icalendar.Event:
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"cloture-{item.uid}@maillage")
    event.add("dtstamp", at)
    event.add("last-modified", at)
    event.add("sequence", sequence)
    event.add("summary", gettext("Clôture : %(title)s") % {"title": item.title})
    event.add("dtstart", item.closes_on)
    event.add("dtend", item.closes_on + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("url", absolute(item.address))
    event.add("description", "\n\n".join(filter(None, (item.text, absolute(item.address)))))
    return event


def _told(request: HttpRequest, body: bytes, *, kind: str, last: dt.datetime | None, by_date: bool) -> HttpResponse:
    """The bytes with what lets a reader keep them, or 304 when it holds the same.

    `by_date`: a reader may ask by the date of the last entry alone. Not for a calendar: a sheet that leaves it gives it
    no later date.
    """
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type=kind)
    moment = int(last.timestamp()) if last else None
    response.headers["ETag"] = etag
    if moment:
        response.headers["Last-Modified"] = http_date(moment)
    patch_cache_control(response, public=True, max_age=FRESH_S)
    asked_since = moment if by_date else None
    return get_conditional_response(request, etag=etag, last_modified=asked_since, response=response) or response


def news_text(view: NewsView) -> str:
    """What happened, in plain words, one thing per line."""
    lines = [_change(change) for change in view.changes]
    if view.verb:
        lines.append(f"{view.title} {view.verb} {view.other}. {view.statement}".strip())
    if view.closes_on:
        lines.append(gettext("Clôture le %(day)s.") % {"day": day_in_words(view.closes_on)})
    return "\n".join(lines) or view.label


def _change(change: ChangeTold) -> str:
    if change.silent:
        return gettext("%(field)s : réécrit") % {"field": change.label}
    if change.alone:
        return gettext("%(field)s : %(after)s") % {"field": change.label, "after": change.after}
    words = {"field": change.label, "before": _said(change.before), "after": _said(change.after)}
    return gettext("%(field)s : %(before)s → %(after)s") % words


def _said(value: Any) -> str:
    if isinstance(value, dt.date):
        return day_in_words(value)
    return str(value) or gettext("rien")
