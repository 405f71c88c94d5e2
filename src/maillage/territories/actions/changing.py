"""A zone that changes: communes enter it, others leave it, as a list of beneficiaries says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import Event, User, Verb
from maillage.core.errors import Refused
from maillage.territories.actions.writing import BATCH, bump, compose
from maillage.territories.files import ZoneLine
from maillage.territories.models import Composition, Territory, TerritoryKind
from maillage.territories.queries import geography

TERRITORY = "territory"
"""The `target_type` of the events of a zone; the key is its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Who says that a zone changes, under which licence, and of which day."""

    name: str
    licence: str
    as_of: dt.date


@transaction.atomic
def change_zone(
    zone: Territory, *, added: Collection[str], left: Collection[str], told: Teller, by: User | None
) -> int:
    """Add these communes (typed codes) to a zone, take those away; returns how many it has now.

    What is already so stays so. Raises Refused("zone_not_changeable") for a place that is not a zone, and
    Refused("zone_would_be_empty").
    """
    if zone.kind != TerritoryKind.ZONE:
        raise Refused("zone_not_changeable", value=zone.code)
    here = geography()
    before = set(Composition.objects.filter(zone=zone).values_list("commune__code", flat=True))
    after = (before | {code for code in added if code in here.ids}) - set(left)
    if not after:
        raise Refused("zone_would_be_empty", value=zone.name)
    gone = [here.ids[code] for code in before - after]
    for start in range(0, len(gone), BATCH):
        Composition.objects.filter(zone=zone, commune__in=gone[start : start + BATCH]).delete()
    compose((zone.pk, here.ids[code]) for code in after - before)
    zone.population = sum(here.population_of(code) or 0 for code in after)
    zone.source, zone.licence, zone.as_of = told.name, told.licence, told.as_of
    zone.save(update_fields=["population", "source", "licence", "as_of"])
    bump()
    happened = Happened(
        verb=Verb.CHANGED,
        target_type=TERRITORY,
        target_key=zone.code,
        snapshot={"code": zone.code, "name": zone.name, "communes": sorted(after)},
        facts={"added": sorted(after - before), "left": sorted(before - after), "source": told.name},
    )
    record_events(by=by, happened=[happened])
    return len(after)


def changed_since(lines: Iterable[ZoneLine]) -> frozenset[str]:
    """The codes of the zones that a list at least as recent as these tables changed."""
    days = {line.code: line.as_of for line in lines}
    events = Event.objects.filter(target_type=TERRITORY, verb=Verb.CHANGED).values("target_key")
    rows = Territory.objects.filter(code__in=events).values_list("code", "as_of")
    return frozenset(code for code, day in rows if code in days and day and (days[code] or dt.date.min) <= day)
