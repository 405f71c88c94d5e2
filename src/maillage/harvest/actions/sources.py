"""The sources we know: what their connector says of them, what a person chooses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.connectors.connector import Connector, at_place
from maillage.connectors.registry import REGISTRY
from maillage.connectors.table.connector import CONNECTOR as TABLE
from maillage.core.errors import Invalid, Refused
from maillage.harvest.models import LEAST_HOURS, MOST_HOURS, HarvestRun, RunState, Source
from maillage.harvest.outside import check_address
from maillage.harvest.queries import connector_named

SOURCE = "source"
"""The `target_type` of a source's events."""


@transaction.atomic
def keep_source(connector: Connector) -> Source:
    """The row of a source, made or brought up to date with what the connector says of it."""
    own = connector.own_mapping.text if connector.own_mapping else ""
    source, made = Source.objects.update_or_create(
        slug=connector.slug,
        defaults={
            "name": connector.name,
            "connector": TABLE.slug if own else connector.slug,
            "mapping": own,
            "licence": connector.licence,
            "url": connector.url,
            "rhythm": connector.rhythm,
        },
    )
    if made and connector.default_address:
        source.address = connector.default_address
        source.save(update_fields=["address"])
    return source


@transaction.atomic
def know_sources() -> int:
    """A row for every source we ship that has a public address, disabled; those we know stay as a person left them.

    Returns how many are new.
    """
    known = set(Source.objects.values_list("slug", flat=True))
    fresh = [one for one in REGISTRY.values() if one.default_address and one.slug not in known]
    for connector in fresh:
        keep_source(connector)
    return len(fresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person chooses of a source: read or not, at which address, every so many hours."""

    enabled: bool
    address: str
    every_hours: int


@transaction.atomic
def settle_source(source: Source, settings: Settings, *, by: User | None) -> Source:
    """Keep what a person chose. A new address forgets what the former one said of its last answer.

    Raises Invalid for an address that is not a public one, for a rhythm out of bounds, and
    Invalid("source_without_address") when a source without address is enabled.
    """
    address = settings.address.strip()
    if address:
        check_address(address)
    elif settings.enabled:
        raise Invalid("source_without_address", source=source.name)
    if not LEAST_HOURS <= settings.every_hours <= MOST_HOURS:
        raise Invalid("rhythm_out_of_bounds", value=settings.every_hours, least=LEAST_HOURS, most=MOST_HOURS)
    if address != source.address:
        source.etag = source.last_modified = ""
    source.enabled, source.address, source.every_hours = settings.enabled, address, settings.every_hours
    source.save(update_fields=["enabled", "address", "every_hours", "etag", "last_modified"])
    facts = {"enabled": source.enabled, "address": address, "every_hours": source.every_hours}
    happened = Happened(verb=Verb.CHANGED, target_type=SOURCE, target_key=source.slug, facts=facts)
    record_events(by=by, happened=[happened])
    return source


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source a person adds. `kind`: a connector we ship; `name` and `licence` count where each place has its own."""

    kind: str
    name: str
    licence: str
    settings: Settings


@transaction.atomic
def add_source(asked: NewSource, *, by: User | None) -> Source:
    """A source read from now on at the address a person gives: one we ship, or one more feed, file or other house.

    Raises what `settle_source` raises, Unknown("source_unknown"), Invalid("source_without_name"),
    Refused("source_taken") for a name or a source we have, Refused("source_address_taken") for an address we read.
    """
    connector = connector_named(asked.kind)
    if connector.one_per_place:
        name = asked.name.strip()[:200]
        if not (slug := slugify(name)[:80]):
            raise Invalid("source_without_name")
        connector = at_place(connector, slug=slug, name=name, licence=asked.licence.strip()[:80])
    if Source.objects.filter(slug=connector.slug).exists() or (connector.one_per_place and connector.slug in REGISTRY):
        raise Refused("source_taken", value=connector.name)
    address = asked.settings.address.strip()
    if not address:
        raise Invalid("source_without_address", source=connector.name)
    if other := Source.objects.filter(address=address).first():
        raise Refused("source_address_taken", source=other.name)
    source = keep_source(connector)
    source.connector = asked.kind
    source.save(update_fields=["connector"])
    return settle_source(source, asked.settings, by=by)


def note_trial(source: Source, *, now: dt.datetime | None = None) -> None:
    """The source is being asked: the next time is one rhythm later, whatever it answers."""
    source.last_tried_at = now or timezone.now()
    source.save(update_fields=["last_tried_at"])


def note_nothing_new(source: Source) -> None:
    """The source answers that nothing has changed since last time."""
    source.last_success_at = timezone.now()
    source.save(update_fields=["last_success_at"])


def give_up(current: HarvestRun) -> None:
    """Forget a run whose bytes are no longer there: its file will be asked for again."""
    HarvestRun.objects.filter(pk=current.pk, state=RunState.RUNNING).update(
        state=RunState.FAILED, error="run_abandoned", finished_at=timezone.now()
    )
