"""One sheet put to sleep in another: what hung on it is carried over, and can be put back exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Refused
from maillage.core.records import ProgrammeRecord, as_plain
from maillage.core.vocabulary import Status
from maillage.inventory.actions.links import link_uid
from maillage.inventory.actions.programmes import put_programmes
from maillage.inventory.models import Articulation, Programme, SdgTag, TagState
from maillage.inventory.queries import (
    ARTICULATION,
    PROGRAMME,
    link_record,
    programme_record,
    whole_programmes,
)

FAMILY = ("parent", "variant_of")
Carried = dict[str, Any]
Sheet = Programme | Organisation


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
    carried: Carried = {"status": absorbed.status, "links": [], "family": [], "goals": []}
    _sleep(absorbed, status=Status.MERGED.value, into=kept, by=by)
    carried["family"] = _move_family(kept=kept, absorbed=absorbed, by=by)
    carried["links"] = move_links(kept=kept, absorbed=absorbed, by=by)
    carried["goals"] = _move_goals(kept=kept, absorbed=absorbed)
    return carried


@transaction.atomic
def release_programme(
    *, kept: Programme, absorbed: Programme, record: ProgrammeRecord, carried: Mapping[str, Any], by: User | None
) -> None:
    """Wake a sheet that slept in another, write `record` on that one, and put back what had been carried over.

    A link or a variant that someone moved since stays where it was put.
    """
    _sleep(absorbed, status=carried["status"], into=None, by=by)
    put_links_back(carried["links"], kept=kept, absorbed=absorbed, by=by)
    for name, uid in carried["family"]:
        for row in whole_programmes(Programme.objects.filter(**{"uid": uid, name: kept})):
            setattr(row, name, absorbed)
            row.save(update_fields=[name, "updated_at"])
            _log(row, by=by)
    SdgTag.objects.filter(programme=kept, goal__in=carried.get("goals", ())).update(programme=absorbed)
    outcome = put_programmes([record], by=by, verb=Verb.CHANGED)[0]
    if outcome.refusal:
        raise outcome.refusal


def _move_goals(*, kept: Programme, absorbed: Programme) -> list[int]:
    """What a person decided of the goals of the absorbed sheet, where nobody decided of the kept one's."""
    decided = SdgTag.objects.exclude(state=TagState.SUGGESTED)
    known = decided.filter(programme=kept).values_list("goal", flat=True)
    moved = decided.filter(programme=absorbed).exclude(goal__in=list(known))
    goals = sorted(moved.values_list("goal", flat=True))
    SdgTag.objects.filter(programme=kept, goal__in=goals, state=TagState.SUGGESTED).delete()
    SdgTag.objects.filter(programme=absorbed, goal__in=goals).update(programme=kept)
    return goals


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


def move_links(*, kept: Sheet, absorbed: Sheet, by: User | None) -> list[dict[str, str]]:
    """Every link of the absorbed sheet that the kept one has not: its new identity and the end that moved."""
    between = _between(kept)
    ends = {side: f"{side}_{between}" for side in ("from", "to")}
    rows = Articulation.objects.filter(Q(**{ends["from"]: absorbed.pk}) | Q(**{ends["to"]: absorbed.pk})).order_by("id")
    moved = []
    for row in rows.select_related(*ends.values()):
        side = "from" if getattr(row, f"{ends['from']}_id") == absorbed.pk else "to"
        other = getattr(row, f"{ends['to' if side == 'from' else 'from']}_id")
        pair = (kept.pk, other) if side == "from" else (other, kept.pk)
        known = Articulation.objects.filter(**{ends["from"]: pair[0], ends["to"]: pair[1]}, kind=row.kind)
        if other == kept.pk or known.exists():
            continue
        _point(row, end=ends[side], sheet=kept, by=by)
        moved.append({"uid": str(row.uid), "end": ends[side]})
    return moved


def put_links_back(moved: Iterable[Mapping[str, str]], *, kept: Sheet, absorbed: Sheet, by: User | None) -> None:
    """Give the absorbed sheet its links again; one that someone moved since stays where it was put."""
    for said in moved:
        link = Articulation.objects.filter(uid=said["uid"]).first()
        if link and getattr(link, f"{said['end']}_id") == kept.pk:
            _point(link, end=said["end"], sheet=absorbed, by=by)


def _between(sheet: Sheet) -> str:
    return "programme" if isinstance(sheet, Programme) else "organisation"


def _point(row: Articulation, *, end: str, sheet: Sheet, by: User | None) -> None:
    """Make one end of a link this sheet; the identity of a link is its two ends and its kind."""
    setattr(row, end, sheet)
    record = link_record(row)
    row.uid = link_uid(record)
    row.save(update_fields=["uid", end])
    happened = Happened(verb=Verb.CHANGED, target_type=ARTICULATION, target_key=str(row.uid), snapshot=as_plain(record))
    record_events(by=by, happened=[happened])
