"""Reads of the news: grouped by day, kind and source, so that an import of thousands of sheets is one line."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from maillage.accounts.models import User
from maillage.actors.queries import published_organisations
from maillage.harvest.queries import names_of_origins
from maillage.inventory.models import Need, Programme, ProgrammeZone
from maillage.inventory.queries import published_programmes
from maillage.search.models import SavedSearch, Shelf, WatchItem, WatchKind
from maillage.territories.queries import usable_here

TOGETHER = 5
"""News of one day, kind and source told one by one; beyond, they are one line that opens its list."""

GROUPS = 30
"""Lines of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Which news: the kinds, the source, the theme, the place where the offer can be used, from a day to a day.

    `zones`: the codes of what contains the place, when they are known already.
    """

    shelf: str = Shelf.PROGRAMME.value
    kind: str = ""
    origin: str | None = None
    theme: str = ""
    place: str = ""
    zones: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The news of one day, one kind and one source: told one by one when there are few, else counted."""

    day: dt.date
    kind: str
    origin: str
    count: int
    items: tuple[WatchItem, ...]


def news(watched: Watched) -> QuerySet[WatchItem]:
    """The news asked for, in no order."""
    rows = _everywhere(watched)
    return rows.filter(_usable(watched, "programme_id")) if watched.place else rows


def _everywhere(watched: Watched) -> QuerySet[WatchItem]:
    rows = WatchItem.objects.filter(shelf=watched.shelf)
    if watched.kind:
        rows = rows.filter(kind=watched.kind)
    if watched.origin is not None:
        rows = rows.filter(origin=watched.origin)
    if watched.since:
        rows = rows.filter(day__gte=watched.since)
    if watched.until:
        rows = rows.filter(day__lte=watched.until)
    if watched.theme:
        rows = rows.filter(themes__contains=f"|{watched.theme}|")
    return rows


def _usable(watched: Watched, key: str) -> Q:
    """That an offer can be used in the whole of this place: its zones, what they leave out, who delivers it."""
    here = watched.zones or tuple(usable_here(watched.place))
    zones = ProgrammeZone.objects.filter(programme=OuterRef(key), territory__code__in=here)
    members = published_organisations().filter(zones__code__in=here).exclude(network=None)
    delivered = Programme.objects.filter(pk=OuterRef(key)).exclude(delivered_by=None)
    undelivered = delivered.exclude(delivered_by__in=members.values("network"))
    return Q(Exists(zones.filter(excluded=False))) & ~Q(Exists(zones.filter(excluded=True))) & ~Q(Exists(undelivered))


def _all_usable(watched: Watched) -> Q:
    """The same as `_usable`, asked once of all offers, not once per piece of news: for lists read to their end."""
    here = watched.zones or tuple(usable_here(watched.place))
    zones = ProgrammeZone.objects.filter(territory__code__in=here)
    delivered = Programme.objects.exclude(delivered_by=None)
    members = published_organisations().filter(zones__code__in=here).exclude(network=None)
    return (
        Q(programme__in=zones.filter(excluded=False).values("programme"))
        & ~Q(programme__in=zones.filter(excluded=True).values("programme"))
        & ~Q(programme__in=delivered.exclude(delivered_by__in=members.values("network")).values("pk"))
    )


Counts = Mapping[tuple[dt.date, str, str], int]
"""How many news of each day, kind and source."""


def counted(watched: Watched) -> Counts:
    """How many of the news asked for there are each day, of each kind, from each source, read in one go."""
    rows = _everywhere(watched)
    if watched.place:
        rows = rows.filter(_all_usable(watched))
    found = rows.values_list("day", "kind", "origin").order_by().annotate(count=Count("id"))
    return {(day, kind, origin): count for day, kind, origin, count in found}


def kinds_in(counts: Counts, *, origin: str | None) -> dict[str, int]:
    """How many news of each kind, from this source or from all."""
    found: Counter[str] = Counter()
    for (_, kind, named), count in counts.items():
        if origin is None or named == origin:
            found[kind] += count
    return dict(found)


def origins_in(counts: Counts, *, kind: str) -> dict[str, int]:
    """How many news of each source, of this kind or of all."""
    found: Counter[str] = Counter()
    for (_, named, origin), count in counts.items():
        if not kind or named == kind:
            found[origin] += count
    return dict(found)


def groups_in(counts: Counts, watched: Watched, *, page: int = 1) -> tuple[list[Group], bool]:
    """What `groups` gives, from the counts of all kinds and sources: one query more."""
    mine = [
        {"day": day, "kind": kind, "origin": origin, "count": count}
        for (day, kind, origin), count in counts.items()
        if (not watched.kind or kind == watched.kind) and (watched.origin is None or origin == watched.origin)
    ]
    mine.sort(key=lambda row: (row["day"], row["kind"], row["origin"]), reverse=True)
    start = (page - 1) * GROUPS
    return _grouped(watched, mine[start : start + GROUPS + 1])


def groups(watched: Watched, *, page: int = 1) -> tuple[list[Group], bool]:
    """One page of the news, the last day first, and whether there is another page. Two queries, whatever there is.

    The order is the one of the index `watch_counted` read backwards: the database stops at the last line of the page.
    """
    counted = news(watched).values("day", "kind", "origin").order_by("-day", "-kind", "-origin")
    start = (page - 1) * GROUPS
    rows: list[Any] = list(counted.annotate(count=Count("id"))[start : start + GROUPS + 1])
    return _grouped(watched, rows)


def _grouped(watched: Watched, rows: Sequence[Any]) -> tuple[list[Group], bool]:
    """These lines with their news where there are few, the one beyond the page left out."""
    few = [row for row in rows[:GROUPS] if row["count"] <= TOGETHER]
    items: dict[tuple[dt.date, str, str], list[WatchItem]] = {}
    for item in _few(watched, few):
        items.setdefault((item.day, item.kind, item.origin), []).append(item)
    found = [Group(**row, items=tuple(items.get((row["day"], row["kind"], row["origin"]), ()))) for row in rows]
    return found[:GROUPS], len(rows) > GROUPS


def _few(watched: Watched, rows: Sequence[dict[str, Any]]) -> Iterable[WatchItem]:
    if not rows:
        return []
    # Each line whole, its list and day included: the index leads to its few news. Beside « since this day », SQLite
    # reads all the news of the period instead: 90 ms of 50 000, 200 where a place is asked (2026-11-22).
    named = (Q(shelf=watched.shelf, day=row["day"], kind=row["kind"], origin=row["origin"]) for row in rows)
    found = WatchItem.objects.filter(reduce(or_, named))
    if watched.theme:
        found = found.filter(themes__contains=f"|{watched.theme}|")
    if watched.place:
        found = found.filter(_usable(watched, "programme_id"))
    return found.order_by("-id")


def source_names() -> dict[str, str]:
    """The name of each source that was harvested, by what its sheets call their origin."""
    return names_of_origins()


def deadlines(watched: Watched, *, today: dt.date, limit: int) -> list[Programme]:
    """The open offers with a deadline to come, the nearest first; kind and period play no part."""
    rows = published_programmes().filter(closes_on__gte=today)
    if watched.origin is not None:
        rows = rows.filter(origin=watched.origin)
    if watched.theme:
        rows = rows.filter(categories__theme__label=watched.theme).distinct()
    if watched.place:
        rows = rows.filter(_usable(watched, "pk"))
    return list(rows.order_by("closes_on", "id").only("id", "uid", "slug", "title", "closes_on", "promise")[:limit])


def last_news(limit: int) -> list[Group]:
    """The last lines of the watch, for the home page."""
    return groups(Watched())[0][:limit]


def revisions(keys: Iterable[str]) -> dict[str, tuple[int, dt.datetime]]:
    """For each sheet, how many times it changed and when last: the SEQUENCE and the DTSTAMP of a calendar."""
    said = (WatchKind.NEW, WatchKind.CHANGED)
    rows = WatchItem.objects.filter(key__in=list(keys), kind__in=said).values("key").order_by("key")
    changed = Count("id", filter=Q(kind=WatchKind.CHANGED))
    return {row["key"]: (row["count"], row["last"]) for row in rows.annotate(count=changed, last=Max("at"))}


def need_texts(items: Iterable[WatchItem]) -> dict[str, str]:
    """The words of the needs among these news, which stay in their own table. A need taken away has none."""
    keys = [item.key for item in items if item.shelf == Shelf.NEED]
    if not keys:
        return {}
    rows = Need.objects.filter(uid__in=keys, status="published").values_list("uid", "text")
    return {str(uid): text for uid, text in rows}


def news_at(shelf: str, slugs: Iterable[str], *, limit: int) -> list[WatchItem]:
    """The last news of these sheets of one list, the last first."""
    return list(WatchItem.objects.filter(shelf=shelf, slug__in=list(slugs)).order_by("-at", "-id")[:limit])


def searches_beside(uid: uuid.UUID) -> list[SavedSearch]:
    """Every search of the address that keeps this one, the oldest first; none when it was taken away."""
    email = SavedSearch.objects.filter(uid=uid).values("email")
    return list(SavedSearch.objects.filter(email__in=email).order_by("id"))


def searches_of(user: User) -> list[SavedSearch]:
    """The searches a person keeps with their account."""
    return list(SavedSearch.objects.filter(user=user).order_by("id"))


def searches_export(user: User) -> list[dict[str, str]]:
    """The same as plain data, those of their address without account too."""
    rows = SavedSearch.objects.filter(Q(user=user) | Q(email=user.email)).order_by("id")
    return [
        {"liste": row.address, "rythme": row.frequency, "depuis": row.created_at.isoformat(), "email": row.email}
        for row in rows
    ]
