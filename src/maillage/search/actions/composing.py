"""The writer of digests: what is due, matched in bulk with what happened, frozen before anything is sent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

import tantivy
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from maillage.actors.models import Organisation
from maillage.actors.queries import network_zones
from maillage.core.errors import MaillageError
from maillage.core.vocabulary import Status
from maillage.inventory.models import Need, NeedStudy, Programme
from maillage.search import engine
from maillage.search.actions.index import HEAP_BYTES, documents
from maillage.search.actions.subscribing import message_id, next_day
from maillage.search.documents import Spelling
from maillage.search.models import MailKind, OutgoingMail, SavedSearch, Shelf, WatchItem, WatchKind
from maillage.search.queries import every_match, slugs_in
from maillage.search.wanted import Wanted, read_wanted

CHUNK = 500
"""Searches whose messages are frozen in one transaction, with their cursors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One search whose day has come."""

    pk: int
    uid: str
    shelf: str
    query: str
    frequency: str
    cursor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One piece of news, as matching needs it."""

    pk: int
    shelf: str
    kind: str
    slug: str
    other: str


def compose(*, today: dt.date) -> int:
    """Freeze the messages of the searches whose day has come; returns how many have something to say.

    Each message holds its lines and moves the cursor of its search in one transaction: whatever happens next, the same
    lines go out under the same Message-ID, and no later message repeats them. Raises IndexUnavailable.
    """
    due = _due(today)
    if not due:
        return 0
    up_to = WatchItem.objects.aggregate(last=Max("id"))["last"] or 0
    lines = _lines(after=min(search.cursor for search in due), up_to=up_to)
    found = _matched(due, lines, today=today) if lines else {}
    return sum(
        _freeze(due[start : start + CHUNK], found, up_to=up_to, today=today) for start in range(0, len(due), CHUNK)
    )


def _due(today: dt.date) -> list[Due]:
    rows = SavedSearch.objects.filter(next_on__lte=today, paused_at=None).exclude(confirmed_at=None).order_by("id")
    return [
        Due(pk=pk, uid=uid.hex, shelf=shelf, query=query, frequency=frequency, cursor=cursor)
        for pk, uid, shelf, query, frequency, cursor in rows.values_list(
            "pk", "uid", "shelf", "query", "frequency", "cursor"
        )
    ]


def _lines(*, after: int, up_to: int) -> list[Line]:
    rows = WatchItem.objects.filter(id__gt=after, id__lte=up_to).order_by("id")
    return [
        Line(pk=pk, shelf=shelf, kind=kind, slug=slug, other=other)
        for pk, shelf, kind, slug, other in rows.values_list("id", "shelf", "kind", "slug", "other_slug")
    ]


def _matched(due: Sequence[Due], lines: Sequence[Line], *, today: dt.date) -> dict[int, list[int]]:
    """For each search, the ids of its lines: each distinct search is asked once, of the changed sheets only."""
    changed = ChangedSheets(lines)
    groups: dict[tuple[str, str], list[Due]] = defaultdict(list)
    for search in due:
        groups[search.shelf, search.query].append(search)
    found: dict[int, list[int]] = {}
    for (shelf, query), members in groups.items():
        own = changed.lines_for(shelf, query, today=today)
        by_cursor: dict[int, list[int]] = {}
        for search in members:
            if search.cursor not in by_cursor:
                by_cursor[search.cursor] = [pk for pk in own if pk > search.cursor]
            found[search.pk] = by_cursor[search.cursor]
    return found


class ChangedSheets:
    """The sheets that news speak of, in an index of their own, in memory: small whatever the inventory holds."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        held = engine.reader()
        index = tantivy.Index(engine.schema())
        writer = index.writer(HEAP_BYTES, 1)
        for document in self._documents():
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self.held = replace(held, index=index, searcher=index.searcher())
        self.slugs = slugs_in(self.held)

    def _documents(self) -> Iterable[tantivy.Document]:
        slugs: dict[str, set[str]] = {shelf: set() for shelf in Shelf.values}
        for line in self.lines:
            slugs[line.shelf] |= {line.slug} | ({line.other} if line.other else set())
        rows = (
            Programme.objects.filter(slug__in=slugs[Shelf.PROGRAMME]),
            Organisation.objects.filter(slug__in=slugs[Shelf.ORGANISATION]),
            Need.objects.filter(uid__in=slugs[Shelf.NEED], status=Status.PUBLISHED.value),
            NeedStudy.objects.filter(slug__in=slugs[Shelf.STUDY]),
        )
        return documents(rows, Spelling(), network_zones())

    def lines_for(self, shelf: str, query: str, *, today: dt.date) -> list[int]:
        """The ids of the news that this search wants, in their order.

        A search whose words no longer mean anything (a territory that is no more) wants nothing.
        """
        try:
            wanted = read_wanted(shelf, parse_qsl(query))
            slugs = self._slugs(wanted, today)
        except MaillageError:
            return []
        closing = wanted.deadline == "bientot"
        return [
            line.pk
            for line in self.lines
            if line.shelf == shelf
            and (line.slug in slugs or line.other in slugs)
            and (not closing or line.kind == WatchKind.CLOSING)
        ]

    def _slugs(self, wanted: Wanted, today: dt.date) -> set[str]:
        filters = replace(wanted.filters(), deadline="all", statuses=Status.codes())
        found = every_match(self.held, text=wanted.text, filters=filters, today=today)
        return {self.slugs[place] for place in found}


@transaction.atomic
def _freeze(due: Sequence[Due], found: dict[int, list[int]], *, up_to: int, today: dt.date) -> int:
    """Keep the messages and move the cursors of these searches, unless another process has just done it."""
    rows = SavedSearch.objects.select_for_update().filter(pk__in=[search.pk for search in due], next_on__lte=today)
    current = dict(rows.values_list("pk", "cursor"))
    mine = [search for search in due if current.get(search.pk) == search.cursor]
    now = timezone.now()
    mails = [
        OutgoingMail(
            search_id=search.pk,
            kind=MailKind.DIGEST,
            up_to=up_to,
            items=items,
            message_id=message_id(search.uid, kind=MailKind.DIGEST, up_to=up_to),
            retry_at=now,
            created_at=now,
        )
        for search in mine
        if (items := found.get(search.pk, []))
    ]
    OutgoingMail.objects.bulk_create(mails, batch_size=100)
    by_frequency: dict[str, list[int]] = defaultdict(list)
    for search in mine:
        by_frequency[search.frequency].append(search.pk)
    for frequency, keys in by_frequency.items():
        SavedSearch.objects.filter(pk__in=keys).update(cursor=up_to, next_on=next_day(frequency, after=today))
    return len(mails)
