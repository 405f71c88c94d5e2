"""The entries of a feed as clean values, for those who keep something else than programmes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

from maillage.connectors.cells import plain_line, plain_text
from maillage.connectors.files.opened import OpenedFile
from maillage.connectors.parsed import RawItem

FEED = "feed"
"""The kind of an opened file that is an RSS or Atom feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `rank`: its place in the feed, from 1; `feed`: the title of the feed."""

    rank: int
    title: str
    link: str
    summary: str
    published_on: dt.date | None
    feed: str


def feed_entries(opened: OpenedFile) -> Iterator[Entry]:
    """The entries of a feed, in its order, without markup; those without a title are left out."""
    items = (item for item in opened.items() if isinstance(item, RawItem))
    for rank, item in enumerate(items, start=1):
        said = json.loads(item.raw)
        title = plain_line(str(said.get("title") or ""))
        if not title:
            continue
        link = plain_line(str(said.get("link") or ""))
        yield Entry(
            rank=rank,
            title=title[:300],
            link=link if link.startswith(("http://", "https://")) and len(link) <= 500 else "",
            summary=plain_text(str(said.get("summary") or said.get("content") or ""))[:5000],
            published_on=_day(str(said.get("published") or said.get("updated") or "")),
            feed=plain_line(str(said.get("feed_title") or ""))[:300],
        )


def _day(moment: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(moment[:10])
    except ValueError:
        return None
