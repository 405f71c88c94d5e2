"""Writes the workshops of a moment: prepared, hosted, begun round after round. Their seats: `seating`."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.core.rotation.shapes import LEAST, MOST
from maillage.dialogue.actions.programme import animators_only
from maillage.dialogue.models import AgendaMoment, Attendance, MomentKind, Rotation, RotationMode, Workshop

ROTATION = "rotation"


@transaction.atomic
def prepare_workshops(
    *, moment: AgendaMoment, titles: Sequence[str], mode: str = RotationMode.MIXING, minutes: int = 20, by: User
) -> Rotation:
    """The workshops of a moment, one per title; what was prepared before is replaced as long as nothing has begun.

    Raises Refused("animators_only", "not_a_workshop_moment" or "rotation_begun"), Invalid("workshops_out_of_range",
    "workshop_without_title" or "round_lasts").
    """
    animators_only(by)
    if moment.kind != MomentKind.WORKSHOPS:
        raise Refused("not_a_workshop_moment")
    told = [title.strip()[:300] for title in titles]
    if not LEAST <= len(told) <= MOST:
        raise Invalid("workshops_out_of_range", least=LEAST, most=MOST)
    if not all(told):
        raise Invalid("workshop_without_title")
    if not 1 <= minutes <= 240 or mode not in RotationMode.values:
        raise Invalid("round_lasts", value=minutes)
    AgendaMoment.objects.select_for_update().get(pk=moment.pk)
    before = Rotation.objects.filter(moment=moment).first()
    if before and before.begun:
        raise Refused("rotation_begun")
    Rotation.objects.filter(moment=moment).delete()
    rotation = Rotation.objects.create(moment=moment, mode=mode, minutes=minutes)
    Workshop.objects.bulk_create(Workshop(rotation=rotation, position=at, title=title) for at, title in enumerate(told))
    _log(rotation, by=by, verb=Verb.CREATED)
    return rotation


@transaction.atomic
def name_hosts(*, rotation: Rotation, hosts: Sequence[Attendance | None], by: User) -> Rotation:
    """Who stays at each table, in their order, or nobody; seats drawn for other hosts are forgotten.

    Raises Refused("animators_only", "rotation_begun", "host_elsewhere" or "host_not_here"),
    Invalid("hosts_one_per_table").
    """
    animators_only(by)
    row = locked_rotation(rotation)
    if row.begun:
        raise Refused("rotation_begun")
    tables = list(row.workshops.order_by("position"))
    if len(hosts) != len(tables):
        raise Invalid("hosts_one_per_table", tables=len(tables))
    named = [each.pk for each in hosts if each]
    if len(set(named)) != len(named):
        raise Refused("host_elsewhere")
    here = Attendance.objects.filter(session=row.moment.session, left_at=None, pk__in=named)
    if here.count() != len(named):
        raise Refused("host_not_here")
    if [each.host_id for each in tables] == [each.pk if each else None for each in hosts]:
        return row
    for table, host in zip(tables, hosts, strict=True):
        table.host = host
    Workshop.objects.bulk_update(tables, ["host"])
    row.plan, row.pins = {}, []
    return keep_rotation(row, by=by)


@transaction.atomic
def begin_round(*, rotation: Rotation, seen: int, by: User) -> Rotation:
    """Start the next round and its clock. `seen`: rounds begun that the person saw; a second press changes nothing.

    Raises Refused("animators_only", "seats_not_drawn" or "rounds_over").
    """
    animators_only(by)
    row = locked_rotation(rotation)
    if not row.plan:
        raise Refused("seats_not_drawn")
    if row.begun != seen:
        return row
    if row.begun >= row.workshops.count():
        raise Refused("rounds_over")
    row.begun += 1
    row.began_at = timezone.now()
    return keep_rotation(row, by=by)


def locked_rotation(rotation: Rotation) -> Rotation:
    """The rotation as it is now, held until the end of the transaction. Raises Refused("seats_changed_meanwhile") when
    other workshops were prepared since."""
    rows = Rotation.objects.select_for_update(of=("self",)).select_related("moment__session")
    row = rows.filter(pk=rotation.pk).first()
    if row is None:
        raise Refused("seats_changed_meanwhile")
    return row


def keep_rotation(rotation: Rotation, *, by: User) -> Rotation:
    """Write a rotation held in this transaction: a version later, what was proposed from the one before forgotten."""
    rotation.version += 1
    rotation.proposal = {}
    rotation.save()
    _log(rotation, by=by, verb=Verb.CHANGED)
    return rotation


def _log(rotation: Rotation, *, by: User, verb: Verb) -> None:
    facts = {"begun": rotation.begun, "moved": len(rotation.plan.get("moved", ()))}
    record_events(
        by=by, happened=[Happened(verb=verb, target_type=ROTATION, target_key=str(rotation.uid), facts=facts)]
    )
