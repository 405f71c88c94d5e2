"""The offers of the inventory as coverage counts them, today or as known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils import timezone

from maillage.accounts.models import Event
from maillage.actors.queries import network_zones
from maillage.core.closure import Closure
from maillage.core.coverage import Ground, OverlapGroup, Reach, Supplied, overlap_groups, supplied_of, text_of
from maillage.core.records import ProgrammeRecord, programme_from_plain
from maillage.core.sheets import sheet_of
from maillage.core.vocabulary import Status
from maillage.inventory.models import Articulation, Programme
from maillage.inventory.queries import PROGRAMME, published_programmes, stored_programmes

STANDING = frozenset({Status.PUBLISHED.value, Status.ARCHIVED.value, Status.REVIEW.value})
"""Variants in these states stand for their national sheet: an expired or archived one still does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What is counted, the sheets behind it, and how many generalist sheets stand in no cell."""

    supplied: tuple[Supplied, ...]
    records: tuple[ProgrammeRecord, ...]
    generalists: int


def offers_now(closure: Closure, *, today: dt.date) -> Offers:
    """The published offers."""
    records = [stored.record for stored in stored_programmes(published_programmes())]
    variants = Programme.objects.exclude(variant_of=None).filter(status__in=STANDING)
    return _offers(records, (stored.record for stored in stored_programmes(variants)), closure, today=today)


def touched_offers(closure: Closure, uids: Collection[str], *, today: dt.date) -> dict[str, Supplied | None]:
    """These sheets and the national ones they are or were variants of, as they count now; None: no longer counted."""
    log = Event.objects.filter(target_type=PROGRAMME, target_key__in=uids, snapshot__isnull=False)
    nationals = set(log.values_list("snapshot__variant_of", flat=True)) - {"", None}
    rows = Programme.objects.filter(uid__in=uids) | Programme.objects.filter(slug__in=nationals)
    every = {*map(str, uids), *map(str, rows.values_list("uid", flat=True))}
    records = [stored.record for stored in stored_programmes(published_programmes().filter(uid__in=every))]
    variants = Programme.objects.filter(variant_of__uid__in=every, status__in=STANDING)
    found = _offers(records, (stored.record for stored in stored_programmes(variants)), closure, today=today)
    counted = {offer.names[0]: offer for offer in found.supplied}
    return {uid: counted.get(uid) for uid in every}


def offers_on(closure: Closure, *, day: dt.date) -> Offers:
    """The offers published at the end of a day, as the event log remembers them; zones are those of today."""
    latest: dict[str, ProgrammeRecord] = {}
    events = Event.objects.filter(target_type=PROGRAMME, at__lt=_end_of(day), snapshot__isnull=False)
    for key, plain in events.order_by("at", "id").values_list("target_key", "snapshot").iterator(chunk_size=500):
        latest[key] = programme_from_plain(plain or {})
    known = [record for record in latest.values() if record.status == Status.PUBLISHED]
    variants = [record for record in latest.values() if record.variant_of and record.status in STANDING]
    return _offers(known, variants, closure, today=day)


def _offers(
    records: Sequence[ProgrammeRecord], variants: Iterable[ProgrammeRecord], closure: Closure, *, today: dt.date
) -> Offers:
    members = network_zones()
    replaced = _replaced_in(variants, members)
    supplied = tuple(
        _known(
            supplied_of(
                record,
                today=today,
                members=members.get(record.delivered_by, frozenset()) if record.delivered_by else None,
                replaced_in=replaced.get(record.slug, ()),
            ),
            closure,
        )
        for record in records
        if record.categories
    )
    generalists = sum(1 for record in records if record.generalist and not record.categories)
    return Offers(supplied=supplied, records=tuple(records), generalists=generalists)


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def _replaced_in(
    variants: Iterable[ProgrammeRecord], members: Mapping[str, Collection[str]]
) -> dict[str, frozenset[str]]:
    """National sheet → where local variants stand for it."""
    found: dict[str, frozenset[str]] = {}
    for record in variants:
        zones = frozenset((*record.zones, *members.get(record.delivered_by, ())))
        found[record.variant_of] = found.get(record.variant_of, frozenset()) | zones
    return found


def _known(offer: Supplied, closure: Closure) -> Supplied:
    """The same, without the zones that this geography no longer has."""
    reach = offer.reach
    kept = [frozenset(code for code in codes if code in closure) for codes in (reach.zones, reach.excluded)]
    within = None if reach.within is None else frozenset(code for code in reach.within if code in closure)
    return replace(offer, reach=replace(reach, zones=kept[0], excluded=kept[1], within=within))


def overlaps_among(ground: Ground, offers: Offers) -> list[OverlapGroup]:
    """The overlap groups of these offers; what people linked, or said not to overlap, is left out."""
    by_uid = {offer.names[0]: offer for offer in offers.supplied}
    records = [record for record in offers.records if record.uid in by_uid]
    sheets = [sheet_of(record) for record in records]
    reaches = [by_uid[record.uid].reach for record in records]
    # One array a reach, not one an offer: ten thousand national ones would hold 2.8 GB.
    places = {reach: _usable(ground, reach) for reach in set(reaches)}
    communes = [places[reach] for reach in reaches]
    texts = [text_of(record) for record in records]
    return overlap_groups(sheets, communes, texts=texts, population=ground.line.population, linked=linked_pairs())


def _usable(ground: Ground, reach: Reach) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    starts, ends = ground.runs(reach)
    runs = [np.arange(start, end, dtype=np.int64) for start, end in zip(starts, ends, strict=True)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *runs])


def linked_pairs() -> frozenset[frozenset[str]]:
    """Pairs of slugs of programmes that someone linked, in any way, or whose link someone refused."""
    rows = Articulation.objects.filter(from_programme__isnull=False)
    return frozenset(
        frozenset(pair) for pair in rows.values_list("from_programme__slug", "to_programme__slug") if None not in pair
    )
