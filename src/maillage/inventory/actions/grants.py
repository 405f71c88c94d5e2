"""The only writers of funded projects: published facts, kept whole, thousands at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.core.records import GrantRecord
from maillage.core.text import fold
from maillage.core.vocabulary import GrantStatus, categories
from maillage.inventory.models import Grant, Programme
from maillage.inventory.queries import GRANTS
from maillage.storage.rows import insert_rows, update_rows
from maillage.territories.models import Territory

BATCH = 500
"""Records written per transaction: a killed import loses at most the batch it was writing."""
SAID = (
    "title beneficiary siren siret scheme measure topic categories year cost_eur amount_eur status "
    "source_name source_url"
).split()
"""Fields a record and a row hold alike; another value in one of them is news."""
WRITTEN = (*SAID, "territory", "programme", "licence", "as_of", "words", "changed_on", "gone_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOutcome:
    """What became of one record: `created`, `changed`, `same` or `refused`.

    `changed`: (field, before, after) for each value that its source says otherwise.
    """

    state: str
    changed: tuple[tuple[str, Any, Any], ...] = ()
    refusal: Refused | None = field(default=None, compare=False)


def put_grants(records: Sequence[GrantRecord], *, on: dt.date, by: User | None) -> list[GrantOutcome]:
    """Store these projects, one outcome per record, in order; the same records again change nothing.

    Matched by (origin, origin_id). A record whose territory we do not know, or whose values no row may hold, is
    refused alone. `programme` links to our sheet when there is one, and waits without complaint when there is none.
    `on`: the day the list was read, kept where it says something new.
    """
    outcomes: list[GrantOutcome] = []
    for start in range(0, len(records), BATCH):
        with transaction.atomic():
            outcomes += _put_batch(records[start : start + BATCH], on=on, by=by)
    return outcomes


@transaction.atomic
def retire_grants(*, origin: str, origin_ids: Iterable[str], on: dt.date, by: User | None) -> list[Grant]:
    """Mark these projects as no longer listed by their source since this day; the rows stay. Returns those marked."""
    rows = list(Grant.objects.filter(origin=origin, origin_id__in=list(origin_ids), gone_on=None))
    for row in rows:
        row.gone_on = on
    update_rows(rows, ["gone_on"])
    if rows:
        _log(origin, {"gone": len(rows)}, by=by)
    return rows


def _put_batch(records: Sequence[GrantRecord], *, on: dt.date, by: User | None) -> list[GrantOutcome]:
    places = dict(Territory.objects.filter(code__in={r.territory for r in records}).values_list("code", "pk"))
    offers = dict(Programme.objects.filter(slug__in={r.programme for r in records}).values_list("slug", "pk"))
    rows = Grant.objects.filter(origin__in={r.origin for r in records}, origin_id__in=[r.origin_id for r in records])
    stored = {(row.origin, row.origin_id): row for row in rows}
    fresh: list[Grant] = []
    known: list[Grant] = []
    outcomes: list[GrantOutcome] = []
    for record in records:
        if refusal := _refusal(record, places):
            outcomes.append(GrantOutcome(state="refused", refusal=refusal))
            continue
        key = (record.origin, record.origin_id)
        row = stored.get(key)
        values = _columns(record, places, offers)
        changed = _changed(row, values) if row else ()
        if row and not changed and row.gone_on is None:
            outcomes.append(GrantOutcome(state="same"))
            continue
        outcomes.append(GrantOutcome(state="changed" if row else "created", changed=changed))
        (known if row else fresh).append(stored.setdefault(key, row or Grant(origin=record.origin)))
        target = stored[key]
        target.origin_id, target.gone_on, target.changed_on = record.origin_id, None, on if row else None
        for name, value in values.items():
            setattr(target, name, value)
    insert_rows(fresh)
    update_rows(list({id(row): row for row in known if row.pk}.values()), WRITTEN)
    counts = {"created": len(fresh), "changed": len(known)}
    if fresh or known:
        _log(records[0].origin, counts, by=by)
    return outcomes


def _columns(record: GrantRecord, places: dict[str, int], offers: dict[str, int]) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in (*SAID, "licence", "as_of")}
    values["territory_id"] = places[record.territory] if record.territory else None
    values["programme_id"] = offers.get(record.programme)
    values["words"] = fold(" ".join((record.title, record.beneficiary, record.scheme, record.measure, record.topic)))
    return values


def _changed(row: Grant, values: dict[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    names = [*SAID, "territory_id", "programme_id"]
    return tuple((name, getattr(row, name), values[name]) for name in names if getattr(row, name) != values[name])


def _refusal(record: GrantRecord, places: dict[str, int]) -> Refused | None:
    """The rule that says no to this record, if one does."""
    for name in ("title", "origin", "origin_id", "source_name"):
        if not getattr(record, name):
            return Invalid("field_required", field=name, value="")
    if record.territory and record.territory not in places:
        return Invalid("territory_unknown", field="territory", value=record.territory)
    if record.status not in GrantStatus.codes():
        return Invalid("code_unknown", field="status", value=record.status, expected=GrantStatus.codes())
    if unknown := [code for code in record.categories if code not in categories()]:
        return Invalid("code_unknown", field="categories", value=unknown, expected=list(categories()))
    return None


def _log(origin: str, counts: dict[str, int], *, by: User | None) -> None:
    """One event for the batch, not one per row: these are published facts, their bytes are kept by the harvest."""
    record_events(by=by, happened=[Happened(verb=Verb.IMPORTED, target_type=GRANTS, target_key=origin, facts=counts)])
