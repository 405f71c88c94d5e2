"""The writer of the watch: reads the event log and the calendar, once each, and keeps the news."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.accounts.models import Event
from maillage.actors.queries import ORGANISATION
from maillage.core.vocabulary import Status
from maillage.core.weighing import weight
from maillage.inventory.models import Need, NeedStudy, Programme
from maillage.inventory.queries import ARTICULATION, PROGRAMME, published_programmes
from maillage.search.models import Shelf, WatchItem, WatchKind, WatchState
from maillage.search.news import (
    Seen,
    deadline_news,
    link_news,
    organisation_news,
    programme_news,
    sheet_news,
    themes_of,
)
from maillage.storage.rows import insert_rows

BATCH = 500
SLICE = 200
"""Pieces of news written in one transaction: a few milliseconds of the writer."""
LATEST = 500
"""How many events below the last one may still be on their way (PostgreSQL numbers them before they commit)."""
FOLLOWED = (PROGRAMME, ORGANISATION, ARTICULATION, Shelf.NEED.value, Shelf.STUDY.value)


def _never() -> bool:
    return False


def watch(*, today: dt.date | None = None, stop: Callable[[], bool] = _never) -> int:
    """Keep as news what the log says happened since the last time, and the deadlines that come.

    Returns how many events were read. One event makes at most one piece of news, one deadline at most one warning and
    one closing: doing it again, or being killed in the middle, changes nothing. `stop`, asked between two batches of
    500, leaves the rest to the next time.
    """
    day = today or timezone.localdate()
    read = 0
    while (batch := _read_batch() if _is_behind() else 0) > 0:
        read += batch
        if stop():
            return read
    if read or not WatchState.objects.filter(deadlines_on=day).exists():
        _keep_deadlines(today=day)
    return read


def _is_behind() -> bool:
    """Whether something happened, asked without holding anything."""
    state = WatchState.objects.first()
    return state is None or _unread(state).exists()


def _unread(state: WatchState) -> QuerySet[Event]:
    return Event.objects.filter(id__gt=state.event) | Event.objects.filter(id__in=state.late)


def _read_batch() -> int:
    """Read the next events; 0 when there is none left.

    Everything is read and thought over before the database's one writer is asked for, then held some milliseconds: on a
    base of 50 000 sheets nobody waits for us. When another process read them first, what it kept stands.
    """
    state = WatchState.objects.get_or_create(pk=1)[0]
    known = set(Event.objects.filter(id__gt=state.event - LATEST, id__lte=state.event).values_list("id", flat=True))
    numbers = list(_unread(state).order_by("id").values_list("id", flat=True)[:BATCH])
    if not numbers:
        return 0
    items = [item for item in _news(_seen(numbers)) if item is not None]
    _keep_read(items, state=state, known=known.union(numbers), last=max(state.event, numbers[-1]))
    return len(numbers)


@transaction.atomic
def _keep_read(items: Sequence[WatchItem], *, state: WatchState, known: Collection[int], last: int) -> None:
    """Keep these news and how far we read, unless another process did it meanwhile.

    `known`: the numbers read, and those seen just below; the others may still be on their way.
    """
    current = WatchState.objects.select_for_update().get(pk=1)
    if (current.event, current.late) != (state.event, state.late):
        return
    insert_rows(items, ignore_conflicts=True)
    current.event = last
    current.late = [number for number in range(max(0, last - LATEST) + 1, last) if number not in known]
    current.save(update_fields=["event", "late"])


def _seen(numbers: Sequence[int]) -> list[Seen]:
    """These events, each with the whole object as it stood before."""
    events = list(Event.objects.filter(id__in=numbers, target_type__in=FOLLOWED).order_by("id"))
    earlier = _earlier(events)
    before: dict[int, Any] = dict(Event.objects.filter(id__in=earlier.values()).values_list("id", "snapshot"))
    return [Seen(event=event, before=before.get(earlier.get(event.pk, 0))) for event in events]


def _earlier(events: Sequence[Event]) -> dict[int, int]:
    """The event just before each that kept its object whole.

    The lives of these objects are read once, by type and key. Asked event by event (« the last one below »), SQLite
    walks back through every event of the type: 88 s for a thousand of 60 000.
    """
    lives: dict[tuple[str, str], list[int]] = {}
    for kind in sorted({event.target_type for event in events}):
        keys = {event.target_key for event in events if event.target_type == kind}
        rows = Event.objects.filter(target_type=kind, target_key__in=keys, snapshot__isnull=False)
        for number, key in rows.order_by("id").values_list("id", "target_key"):
            lives.setdefault((kind, key), []).append(number)
    found = {}
    for event in events:
        life = lives.get((event.target_type, event.target_key), [])
        if place := bisect_left(life, event.pk):
            found[event.pk] = life[place - 1]
    return found


def _news(seen: Sequence[Seen]) -> Iterable[WatchItem | None]:
    uids = {each.event.target_key for each in seen if each.event.target_type == PROGRAMME}
    keys = {str(uid): pk for uid, pk in Programme.objects.filter(uid__in=uids).values_list("uid", "pk")}
    ends = _ends(seen)
    waiting = [each.event for each in seen if each.event.target_type in (Shelf.NEED, Shelf.STUDY)]
    for each in seen:
        if each.event.snapshot is None:
            continue
        if each.event.target_type == PROGRAMME:
            yield programme_news(each, programme=keys.get(each.event.target_key))
        elif each.event.target_type == ORGANISATION:
            yield organisation_news(each)
        elif each.event.target_type == ARTICULATION:
            yield link_news(each, ends)
    yield from _needs_and_studies(waiting)


def _ends(seen: Iterable[Seen]) -> dict[str, tuple[int, str, tuple[str, ...]]]:
    """slug → (key, title, category codes) of the public programmes that these links join."""
    plains = [each.event.snapshot for each in seen if each.event.target_type == ARTICULATION and each.event.snapshot]
    slugs = {plain[side] for plain in plains for side in ("origin", "target")}
    if not slugs:
        return {}
    rows = published_programmes().filter(slug__in=slugs).prefetch_related("categories")
    return {
        row.slug: (row.pk, row.title, tuple(category.code for category in row.categories.all()))
        for row in rows.only("id", "slug", "title")
    }


def _needs_and_studies(events: Sequence[Event]) -> Iterable[WatchItem]:
    """The needs and studies that are public and were not told yet. The words of a need stay in its own table."""
    by_key = {event.target_key: event for event in events}
    if not by_key:
        return
    told = set(WatchItem.objects.filter(key__in=by_key, kind=WatchKind.NEW).values_list("key", flat=True))
    keys = [key for key in by_key if key not in told]
    for need in Need.objects.filter(uid__in=keys, status=Status.PUBLISHED.value).prefetch_related("categories"):
        codes = [category.code for category in need.categories.all()]
        yield sheet_news(by_key[str(need.uid)], shelf=Shelf.NEED, slug=str(need.uid), title="", codes=codes)
    for study in NeedStudy.objects.filter(uid__in=keys, status=Status.PUBLISHED.value):
        yield sheet_news(by_key[str(study.uid)], shelf=Shelf.STUDY, slug=study.slug, title=study.title, codes=())


def _keep_deadlines(*, today: dt.date) -> None:
    """What closes within thirty days, and what closed since the last look; the first look tells nothing older.

    In slices, each news once whatever happens; the day is marked when all are kept.
    """
    told = WatchState.objects.get_or_create(pk=1)[0].deadlines_on
    since = min(told or today, today)
    soon = today + dt.timedelta(days=int(weight("matching", "closing_soon_days")))
    rows = published_programmes().filter(closes_on__gte=since, closes_on__lte=soon)
    items = iter(list(_deadlines(rows.prefetch_related("categories"), today=today)))
    while batch := list(islice(items, SLICE)):
        _keep_slice(batch)
    WatchState.objects.filter(pk=1, deadlines_on=told).exclude(deadlines_on=today).update(
        deadlines_on=max(told or today, today)
    )


@transaction.atomic
def _keep_slice(items: Sequence[WatchItem]) -> None:
    """Keep these news, one writer at a time: their numbers never come out of order, so no digest passes one by."""
    WatchState.objects.select_for_update().get(pk=1)
    insert_rows(items, ignore_conflicts=True)


def _deadlines(rows: Iterable[Programme], *, today: dt.date) -> Iterable[WatchItem]:
    for row in rows:
        if row.closes_on is None:
            continue
        item = deadline_news(
            kind=WatchKind.CLOSED if row.closes_on < today else WatchKind.CLOSING,
            programme=row.pk,
            uid=str(row.uid),
            slug=row.slug,
            title=row.title,
            origin=row.origin,
            closes_on=row.closes_on,
            today=today,
        )
        item.themes = themes_of([category.code for category in row.categories.all()])
        yield item
