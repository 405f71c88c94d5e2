"""Writes what is documented of the space of dialogue, and starts a session from a day already thought out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.accounts.queries import touched_by_people
from maillage.actors.models import Organisation
from maillage.core.errors import Refused, Unknown
from maillage.dialogue.actions.programme import MomentFields, add_moment, animators_only, locked_session
from maillage.dialogue.history import CycleRecord, SessionRecord, plans
from maillage.dialogue.models import Cycle, Documentation, Session, SessionState
from maillage.dialogue.queries.cycles import CYCLE
from maillage.dialogue.queries.programme import SESSION


@transaction.atomic
def load_history(*, cycles: Sequence[CycleRecord], sessions: Sequence[SessionRecord]) -> int:
    """Put these cycles and sessions in the database; done again, it only follows the files.

    A cycle or a session that a person changed here, or prepared here, is left as it is. Returns how many sessions were
    written: none when all is as the files say.
    """
    written_here = touched_by_people(target_type=CYCLE)
    kept = {row.slug for row in Cycle.objects.all() if str(row.uid) in written_here}
    for position, record in enumerate(cycles):
        if record.slug in kept:
            continue
        values = {
            name: getattr(record, name) for name in ("title", "objective", "period_told", "evaluation", "source_name")
        }
        values |= {"position": position, "priorities": list(record.priorities)}
        Cycle.objects.update_or_create(slug=record.slug, defaults=values)
    known = {cycle.slug: cycle for cycle in Cycle.objects.all()}
    touched = touched_by_people(target_type=SESSION)
    rows = {row.number: row for row in Session.objects.select_related("cycle", "organiser")}
    written = 0
    for told in sessions:
        row = rows.get(told.number)
        if row and (row.documentation == Documentation.LIVE or str(row.uid) in touched):
            continue
        values = _columns(told, known)
        if row and all(getattr(row, name) == value for name, value in values.items()):
            continue
        Session.objects.update_or_create(number=told.number, defaults=values)
        written += 1
    return written


def _columns(record: SessionRecord, cycles: dict[str, Cycle]) -> dict[str, object]:
    names = ("number_deduced", "title", "summary", "when_told", "source_name")
    return {name: getattr(record, name) for name in names} | {
        "questions": list(record.questions),
        "cycle": cycles[record.cycle] if record.cycle else None,
        "organiser": Organisation.objects.filter(slug=record.organiser).first() if record.organiser else None,
        "state": SessionState.HELD,
        "documentation": Documentation.SOURCED if record.source_name else Documentation.NONE,
    }


@transaction.atomic
def start_from_plan(*, session: Session, plan: str, by: User) -> None:
    """Fill an empty programme with the moments of a day already thought out.

    Raises Refused("animators_only" or "programme_not_empty"), Unknown("plan_unknown").
    """
    animators_only(by)
    row = locked_session(session)
    if plan not in plans():
        raise Unknown("plan_unknown", value=plan)
    if row.moments.exists():
        raise Refused("programme_not_empty", session=row.number)
    for moment in plans()[plan].moments:
        add_moment(
            session=row, fields=MomentFields(kind=moment.kind, minutes=moment.minutes, title=moment.title), by=by
        )


@transaction.atomic
def start_from_session(*, session: Session, model: Session, by: User) -> None:
    """Fill an empty programme with the moments of another session; its fixed hours follow to the new day.

    Raises as `start_from_plan`.
    """
    animators_only(by)
    row = locked_session(session)
    if row.moments.exists():
        raise Refused("programme_not_empty", session=row.number)
    for moment in model.moments.order_by("position"):
        said = MomentFields(
            kind=moment.kind,
            minutes=moment.minutes,
            title=moment.title,
            details=moment.details,
            beside=moment.beside,
            fixed_at=_same_hour(moment.fixed_at, since=model.starts_at, now=row.starts_at),
            room=moment.room,
            room_seats=moment.room_seats,
        )
        add_moment(session=row, fields=said, by=by)


def _same_hour(fixed: dt.datetime | None, *, since: dt.datetime | None, now: dt.datetime | None) -> dt.datetime | None:
    """The same hour on the clock, as many days after `now` as it was after `since`."""
    if not (fixed and since and now):
        return None
    local, first, day = (timezone.localtime(each) for each in (fixed, since, now))
    moved = day.date() + (local.date() - first.date())
    return timezone.make_aware(dt.datetime.combine(moved, local.time()))
