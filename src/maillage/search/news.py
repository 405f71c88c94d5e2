"""From events of the log to news: what became public, what changed, what went away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from maillage.accounts.models import Event, Verb
from maillage.core.vocabulary import Status, categories
from maillage.search.models import Shelf, WatchItem, WatchKind

TOLD = (
    "title promise closes_on opens_on recurrence price aid_types audiences restricted_to stages natures echelon "
    "categories operators zones excluded_zones delivered_by"
).split()
"""The fields whose change is told with what they said before and say now, the most useful first."""

SILENT = "description eligibility conditions how_to contact_desk contact_url price_note cumul cumul_reference".split()
"""The fields whose change is told without their words: too long to compare in a line, or that may name a person."""

MANY = 6
"""Values of a list kept before and after; beyond, their number is told."""

SHOWN = (Status.PUBLISHED.value, Status.ARCHIVED.value)
Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An event, and the whole object as it stood just before it, None when it was not there."""

    event: Event
    before: Plain | None


def kind_of(before: Plain | None, after: Plain, *, gone: bool) -> WatchKind | None:
    """What the move from one state to the next means for the public; None when it means nothing."""
    if Status.MERGED in (after["status"], before["status"] if before else ""):
        return None  # its words live on in another sheet, which tells what it gained
    was = before is not None and before["status"] == Status.PUBLISHED
    stands = after["status"] == Status.PUBLISHED
    if stands and not was:
        return WatchKind.NEW
    if was and not stands:
        return WatchKind.GONE if gone else WatchKind.ARCHIVED
    return WatchKind.CHANGED if stands else None


def changes(before: Plain, after: Plain) -> list[list[Any]]:
    """[field, before, after] of each public field that differs; the words of silent fields are left out."""
    told = [[name, _kept(before.get(name)), _kept(after.get(name))] for name in TOLD if _differ(name, before, after)]
    return told + [[name, None, None] for name in SILENT if _differ(name, before, after)]


def _differ(name: str, before: Plain, after: Plain) -> bool:
    one, other = before.get(name), after.get(name)
    if isinstance(one, list) and isinstance(other, list) and name != "operators":
        return sorted(map(str, one)) != sorted(map(str, other))
    if name == "operators":
        return [ref["name"] for ref in one or ()] != [ref["name"] for ref in other or ()]
    return bool(one or other) and one != other


def _kept(value: Any) -> Any:
    if isinstance(value, list):
        names = [item["name"] if isinstance(item, Mapping) else item for item in value]
        return {"count": len(names), "first": names[:MANY]}
    return value


def zone_changes(facts: Mapping[str, Any]) -> list[list[Any]]:
    """The same, for the communes that entered or left the zone a programme is reserved to."""
    if facts.get("why") != "zone_changed":
        return []
    return [[f"zone_{side}", None, _kept(facts[side])] for side in ("added", "left") if facts.get(side)]


def _left_its_source(event: Event) -> bool:
    return bool(event.facts.get("why") == "gone_from_source")


def themes_of(codes: Sequence[str]) -> tuple[str, ...]:
    """The themes of these categories."""
    found = categories()
    return tuple(dict.fromkeys(found[code].theme for code in codes if code in found))


def programme_news(seen: Seen, *, programme: int | None) -> WatchItem | None:
    """The news in one event of a programme, None when the public has nothing to learn."""
    after: Plain = seen.event.snapshot or {}
    kind = kind_of(seen.before, after, gone=_left_its_source(seen.event))
    if kind is None or programme is None:
        return None
    item = _item(seen.event, kind=kind, shelf=Shelf.PROGRAMME, slug=after["slug"], title=after["title"])
    if kind == WatchKind.CHANGED:
        found = changes(seen.before or {}, after) + zone_changes(seen.event.facts)
        if not found:
            return None
        item.details = {"changes": found}
    item.programme_id = programme
    item.origin = after.get("origin", "")
    item.themes = themes_of(after.get("categories", ()))
    item.closes_on = day_of(after.get("closes_on"))
    return item


def organisation_news(seen: Seen) -> WatchItem | None:
    """A new actor, or one that went away; nothing of what a person may be known by."""
    after: Plain = seen.event.snapshot or {}
    kind = kind_of(seen.before, after, gone=_left_its_source(seen.event))
    if kind in (None, WatchKind.CHANGED):
        return None
    item = _item(
        seen.event, kind=kind or WatchKind.NEW, shelf=Shelf.ORGANISATION, slug=after["slug"], title=after["name"]
    )
    item.origin = after.get("origin", "")
    return item


def link_news(seen: Seen, ends: Mapping[str, tuple[int, str, tuple[str, ...]]]) -> WatchItem | None:
    """A newly stated articulation between two public programmes. `ends`: slug → (key, title, category codes)."""
    after: Plain = seen.event.snapshot or {}
    if seen.event.verb != Verb.CREATED or after["level"] == "REFUSED" or after["between"] != "programme":
        return None
    if after["origin"] not in ends or after["target"] not in ends:
        return None
    key, title, codes = ends[after["origin"]]
    _, other, others = ends[after["target"]]
    item = _item(seen.event, kind=WatchKind.LINKED, shelf=Shelf.PROGRAMME, slug=after["origin"], title=title)
    item.programme_id = key
    item.other_slug = after["target"]
    item.themes = themes_of((*codes, *others))
    item.details = {"link": after["kind"], "other": other, "statement": after["statement"]}
    return item


def sheet_news(event: Event, *, shelf: Shelf, slug: str, title: str, codes: Sequence[str]) -> WatchItem:
    """A need or a study that a person let through."""
    item = _item(event, kind=WatchKind.NEW, shelf=shelf, slug=slug, title=title)
    item.themes = themes_of(codes)
    return item


def deadline_news(
    *, kind: WatchKind, programme: int, uid: str, slug: str, title: str, origin: str, closes_on: dt.date, today: dt.date
) -> WatchItem:
    """An offer that closes soon, or that has just closed."""
    return WatchItem(
        kind=kind,
        at=timezone.make_aware(dt.datetime.combine(today, dt.time.min)),
        day=today,
        shelf=Shelf.PROGRAMME,
        key=uid,
        programme_id=programme,
        slug=slug,
        title=title,
        origin=origin,
        closes_on=closes_on,
    )


def _item(event: Event, *, kind: WatchKind, shelf: Shelf, slug: str, title: str) -> WatchItem:
    return WatchItem(
        kind=kind,
        at=event.at,
        day=timezone.localdate(event.at),
        shelf=shelf,
        key=event.target_key,
        event=event.pk,
        slug=slug,
        title=title[:300],
    )


def day_of(text: str | None) -> dt.date | None:
    """The day of an ISO text, None for an empty one."""
    return dt.date.fromisoformat(text) if text else None
