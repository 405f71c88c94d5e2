"""One sheet put to sleep in another: what hung on it is carried over, and can be put back exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Refused
from maillage.core.records import ProgrammeRecord, as_plain
from maillage.core.vocabulary import Status
from maillage.inventory.actions.links import link_uid
from maillage.inventory.actions.programmes import put_programmes
from maillage.inventory.models import Articulation, Programme
from maillage.inventory.queries import (
    ARTICULATION,
    PROGRAMME,
    link_record,
    programme_record,
    whole_programmes,
)

FAMILY = ("parent", "variant_of")
Carried = dict[str, Any]


@transaction.atomic
def absorb_programme(*, kept: Programme, absorbed: Programme, record: ProgrammeRecord, by: User | None) -> Carried:
    """Write `record` on the kept sheet, put the other to sleep in it, and carry its links and its family over.

    Returns what was moved, for `release_programme`. Nothing is deleted: a link the kept sheet already has stays on the
    sleeping one, where nobody sees it. Raises Refused("sheet_merged") when one of them already sleeps, and whatever
    rule of the inventory refuses the record.
    """
    locked = {row.pk: row for row in Programme.objects.select_for_update().filter(pk__in=[kept.pk, absorbed.pk])}
    for row in locked.values():
        if row.status == Status.MERGED:
            raise Refused("sheet_merged", title=row.title)
    if kept.pk == absorbed.pk:
        raise Refused("sheet_with_itself")
    outcome = put_programmes([record], by=by, verb=Verb.CHANGED)[0]
    if outcome.refusal:
        raise outcome.refusal
    carried: Carried = {"status": absorbed.status, "links": [], "family": []}
    _sleep(absorbed, status=Status.MERGED.value, into=kept, by=by)
    carried["family"] = _move_family(kept=kept, absorbed=absorbed, by=by)
    carried["links"] = _move_links(kept=kept, absorbed=absorbed, by=by)
    return carried


@transaction.atomic
def release_programme(
    *, kept: Programme, absorbed: Programme, record: ProgrammeRecord, carried: Mapping[str, Any], by: User | None
) -> None:
    """Wake a sheet that slept in another, write `record` on that one, and put back what had been carried over.

    A link or a variant that someone moved since stays where it was put.
    """
    _sleep(absorbed, status=carried["status"], into=None, by=by)
    for said in carried["links"]:
        link = Articulation.objects.filter(uid=said["uid"]).first()
        if link and getattr(link, f"{said['side']}_programme_id") == kept.pk:
            _point(link, side=said["side"], programme=absorbed, by=by)
    for name, uid in carried["family"]:
        for row in whole_programmes(Programme.objects.filter(**{"uid": uid, name: kept})):
            setattr(row, name, absorbed)
            row.save(update_fields=[name, "updated_at"])
            _log(row, by=by)
    outcome = put_programmes([record], by=by, verb=Verb.CHANGED)[0]
    if outcome.refusal:
        raise outcome.refusal


def _sleep(row: Programme, *, status: str, into: Programme | None, by: User | None) -> None:
    row.status, row.merged_into = status, into
    row.save(update_fields=["status", "merged_into", "updated_at"])
    _log(row, by=by, verb=Verb.DECIDED, merged_into=str(into.uid) if into else "")


def _log(row: Programme, *, by: User | None, verb: Verb = Verb.CHANGED, **facts: str) -> None:
    snapshot = as_plain(programme_record(row))
    happened = Happened(verb=verb, target_type=PROGRAMME, target_key=str(row.uid), snapshot=snapshot, facts=facts)
    record_events(by=by, happened=[happened])


def _move_family(*, kept: Programme, absorbed: Programme, by: User | None) -> list[tuple[str, str]]:
    """The variants and the parts of the absorbed sheet become those of the kept one; (field, uid) of each."""
    moved = []
    for name in FAMILY:
        for row in whole_programmes(Programme.objects.filter(**{name: absorbed}).exclude(pk=kept.pk)):
            setattr(row, name, kept)
            row.save(update_fields=[name, "updated_at"])
            _log(row, by=by)
            moved.append((name, str(row.uid)))
    return moved


def _move_links(*, kept: Programme, absorbed: Programme, by: User | None) -> list[dict[str, str]]:
    """Every link of the absorbed sheet that the kept one has not: its new identity and the side that moved."""
    rows = Articulation.objects.filter(Q(from_programme=absorbed) | Q(to_programme=absorbed)).order_by("id")
    moved = []
    for row in rows.select_related("from_programme", "to_programme"):
        side = "from" if row.from_programme_id == absorbed.pk else "to"
        other = row.to_programme_id if side == "from" else row.from_programme_id
        ends = (kept.pk, other) if side == "from" else (other, kept.pk)
        known = Articulation.objects.filter(from_programme=ends[0], to_programme=ends[1], kind=row.kind)
        if other == kept.pk or known.exists():
            continue
        _point(row, side=side, programme=kept, by=by)
        moved.append({"uid": str(row.uid), "side": side})
    return moved


def _point(row: Articulation, *, side: str, programme: Programme, by: User | None) -> None:
    """Make one end of a link this sheet; the identity of a link is its two ends and its kind."""
    setattr(row, f"{side}_programme", programme)
    record = link_record(row)
    row.uid = link_uid(record)
    row.save(update_fields=["uid", f"{side}_programme"])
    happened = Happened(verb=Verb.CHANGED, target_type=ARTICULATION, target_key=str(row.uid), snapshot=as_plain(record))
    record_events(by=by, happened=[happened])
