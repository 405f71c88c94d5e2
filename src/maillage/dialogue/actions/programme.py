"""Writes the programme of a session. Two animateurs may write at once: what one did is never lost by the other.

The rule: whoever changes, moves or removes a moment says which `programme_version` they read (`seen`). A moment whose
words (or place) changed since is refused with the words kept; a moment nobody touched is changed, wherever the others
went meanwhile. A move says before which moment to stand, so it means the same thing in a new order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.core.vocabulary import Status
from maillage.dialogue.models import AgendaMoment, MomentKind, ProgrammeVersion, Session, SessionState
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.programme import (
    SESSION,
    changes_between,
    last_version,
    moments_have_memory,
    moments_of,
    programme_plain,
    title_of,
)

FAR = 1000
"""Positions above this one are a moment's only while the others are moved: two never stand at the same place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentFields:
    """What a person says of a moment. `speakers`: slugs of published organisations."""

    kind: str
    minutes: int
    title: str = ""
    details: str = ""
    beside: bool = False
    fixed_at: dt.datetime | None = None
    room: str = ""
    room_seats: int | None = None
    speakers: tuple[str, ...] = ()


def locked_session(session: Session) -> Session:
    """The session as it is now, held until the end of the transaction: whoever else writes to it waits."""
    return Session.objects.select_for_update().get(pk=session.pk)


def animators_only(by: User) -> None:
    """Raises Refused("animators_only") unless this person keeps the space of dialogue (see `leads`)."""
    if not leads(by):
        raise Refused("animators_only")


@transaction.atomic
def add_moment(*, session: Session, fields: MomentFields, by: User) -> AgendaMoment:
    """Put a moment at the end of the day. Raises Refused("animators_only"), Invalid as `change_moment`."""
    animators_only(by)
    row = locked_session(session)
    speakers = _checked(fields)
    version = _next_version(row)
    last = AgendaMoment.objects.filter(session=row).count()
    moment = AgendaMoment.objects.create(
        session=row, position=last, changed_in=version, moved_in=version, **_columns(fields)
    )
    moment.speakers.set(speakers)
    _told(row, by=by, facts={"added": str(moment.uid)})
    return moment


@transaction.atomic
def change_moment(*, moment: AgendaMoment, fields: MomentFields, seen: int, by: User) -> AgendaMoment:
    """Write what is said of a moment, if nobody changed it since `seen`.

    Raises Refused("moment_changed_meanwhile" or "moment_gone"), Invalid("moment_lasts", "code_unknown" or
    "organisation_unknown").
    """
    animators_only(by)
    row = locked_session(moment.session)
    speakers = _checked(fields)
    current = _current(moment)
    if current.changed_in > seen:
        raise Refused("moment_changed_meanwhile", title=_title(current))
    for name, value in _columns(fields).items():
        setattr(current, name, value)
    current.changed_in = _next_version(row)
    current.save()
    current.speakers.set(speakers)
    _told(row, by=by, facts={"changed": str(current.uid)})
    return current


@transaction.atomic
def move_moment(*, moment: AgendaMoment, before: str, seen: int, by: User) -> None:
    """Put a moment just before the one whose uid is `before`, at the end for "", if nobody moved it since `seen`.

    Raises Refused("moment_moved_meanwhile") or Refused("moment_gone").
    """
    animators_only(by)
    row = locked_session(moment.session)
    current = _current(moment)
    if current.moved_in > seen:
        raise Refused("moment_moved_meanwhile", title=_title(current))
    others = [each for each in row.moments.order_by("position") if each.pk != current.pk]
    places = {str(each.uid): place for place, each in enumerate(others)}
    if before and before != str(current.uid) and before not in places:
        raise Refused("moment_gone", title=_title(current))
    if before == str(current.uid):
        return
    others.insert(places.get(before, len(others)), current)
    _put_in_order(others)
    AgendaMoment.objects.filter(pk=current.pk).update(moved_in=_next_version(row))
    _told(row, by=by, facts={"moved": str(current.uid)})


@transaction.atomic
def remove_moment(*, moment: AgendaMoment, seen: int, by: User) -> None:
    """Take a moment away; the event keeps what it said. Raises as `change_moment`, Refused("moment_has_memory")."""
    animators_only(by)
    row = locked_session(moment.session)
    current = _current(moment)
    if current.changed_in > seen:
        raise Refused("moment_changed_meanwhile", title=_title(current))
    if moments_have_memory([current]):
        raise Refused("moment_has_memory", title=_title(current))
    kept = next(each for each in programme_plain(row, moments_of(row))["moments"] if each["uid"] == str(current.uid))
    current.delete()
    _put_in_order(list(row.moments.order_by("position")))
    _next_version(row)
    _told(row, by=by, facts={"removed": kept})


@transaction.atomic
def publish_programme(*, session: Session, by: User) -> ProgrammeVersion:
    """Show the programme as it now stands, with the list of what changed. The same programme twice is one version."""
    animators_only(by)
    row = locked_session(session)
    if row.state in (SessionState.HELD, SessionState.CANCELLED):
        raise Refused("session_state_refused", session=row.number, state=SessionState(row.state).label)
    last = last_version(row)
    plain = programme_plain(row, moments_of(row))
    if last and last.plain == plain:
        return last
    changes = [asdict(change) for change in changes_between(last.plain, plain)] if last else []
    version = ProgrammeVersion.objects.create(
        session=row, number=last.number + 1 if last else 1, at=timezone.now(), by=by, plain=plain, changes=changes
    )
    row.sequence += 1
    row.save(update_fields=["sequence", "updated_at"])
    _told(row, by=by, facts={"programme": version.number}, verb=Verb.PUBLISHED)
    return version


def _checked(fields: MomentFields) -> list[Organisation]:
    """The speakers, once the fields are known to be acceptable."""
    if fields.kind not in MomentKind.values:
        raise Invalid("code_unknown", field="kind", value=fields.kind)
    if not 1 <= fields.minutes <= 720:
        raise Invalid("moment_lasts", value=fields.minutes)
    found = list(Organisation.objects.filter(slug__in=fields.speakers, status=Status.PUBLISHED.value))
    if unknown := set(fields.speakers) - {each.slug for each in found}:
        raise Invalid("organisation_unknown", value=sorted(unknown)[0])
    return found


def _columns(fields: MomentFields) -> dict[str, Any]:
    values = asdict(fields)
    del values["speakers"]
    return values | {name: " ".join(values[name].split()) for name in ("title", "room")}


def _current(moment: AgendaMoment) -> AgendaMoment:
    row = AgendaMoment.objects.filter(pk=moment.pk).first()
    if row is None:
        raise Refused("moment_gone", title=_title(moment))
    return row


def _title(moment: AgendaMoment) -> str:
    return title_of({"title": moment.title, "kind": moment.kind})


def _next_version(session: Session) -> int:
    session.programme_version += 1
    session.save(update_fields=["programme_version", "updated_at"])
    return session.programme_version


def _put_in_order(moments: Sequence[AgendaMoment]) -> None:
    """Give these moments the positions 0, 1, 2…, by way of far ones: two never share a position."""
    moved = [(place, each) for place, each in enumerate(moments) if each.position != place]
    for place, each in moved:
        AgendaMoment.objects.filter(pk=each.pk).update(position=FAR + place)
    for place, each in moved:
        AgendaMoment.objects.filter(pk=each.pk).update(position=place)


def _told(session: Session, *, by: User, facts: dict[str, Any], verb: Verb = Verb.CHANGED) -> None:
    happened = Happened(verb=verb, target_type=SESSION, target_key=str(session.uid), facts=facts)
    record_events(by=by, happened=[happened])
