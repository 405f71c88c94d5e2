"""Reads of sessions and of their programme: its times, what does not hold together, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from maillage.core.errors import Unknown
from maillage.core.timetable import Alarm, Planned, Timed, alarms, timetable
from maillage.dialogue.models import (
    AgendaMoment,
    Attendance,
    DateAnswer,
    Decision,
    Dot,
    FollowUp,
    GovernanceRelay,
    Invitation,
    MomentKind,
    Note,
    ProgrammeVersion,
    Registration,
    RegistrationState,
    Session,
    SessionLetter,
    SessionMode,
    SessionState,
    SpeakingTurn,
    Statement,
    Survey,
    Synthesis,
    Topic,
)
from maillage.dialogue.queries.leading import leads

SESSION = "session"
"""The `target_type` of a session's events; the key is its uid."""


BROUGHT = (
    Registration,
    Attendance,
    Invitation,
    SessionLetter,
    Statement,
    Decision,
    FollowUp,
    Synthesis,
    Survey,
    GovernanceRelay,
)
"""What a session keeps of others than those who prepare it."""


def moments_have_memory(moments: Iterable[AgendaMoment]) -> bool:
    """Whether somebody left a note, a topic, a dot or a turn to speak in one of these moments."""
    held = list(moments)
    return (
        Note.objects.filter(moment__in=held).exists()
        or SpeakingTurn.objects.filter(moment__in=held).exists()
        or Dot.objects.filter(choice__moment__in=held).exists()
        or Topic.objects.filter(choice__moment__in=held).exclude(organisation=None).exists()
    )


def has_memory(session: Session) -> bool:
    """Whether a session keeps anything that others brought to it, or were told of it."""
    return (
        any(model._default_manager.filter(session=session).exists() for model in BROUGHT)
        or DateAnswer.objects.filter(option__session=session).exists()
        or moments_have_memory(session.moments.all())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs between two published programmes. `code`: added, removed, moved, lasts, renamed, room,
    speakers, starts, place, mode."""

    code: str
    title: str
    before: str = ""
    after: str = ""


def seen_sessions(user: object) -> QuerySet[Session]:
    """The sessions this person may see: drafts are for animateurs."""
    rows = Session.objects.select_related("cycle", "organiser")
    if leads(user):
        return rows
    return rows.exclude(state=SessionState.DRAFT)


def session_numbered(number: int, *, user: object) -> Session:
    """The session of this number. Raises Unknown("session_unknown") when there is none this person may see."""
    row = seen_sessions(user).filter(number=number).first()
    if row is None:
        raise Unknown("session_unknown", session=number)
    return row


def moments_of(session: Session) -> list[AgendaMoment]:
    """The moments of a session, in order, with their speakers, in two queries."""
    return list(session.moments.order_by("position").prefetch_related("speakers"))


def planned(moment: AgendaMoment) -> Planned:
    """What a timetable needs of a moment."""
    return Planned(
        key=str(moment.uid),
        title=moment.title or str(MomentKind(moment.kind).label),
        minutes=moment.minutes,
        beside=moment.beside,
        fixed_at=moment.fixed_at,
        room=moment.room,
        room_seats=moment.room_seats,
        speakers=tuple(sorted(one.name for one in moment.speakers.all())),
    )


def times_of(session: Session, moments: Sequence[AgendaMoment]) -> tuple[Timed, ...]:
    """When each of these moments is; nothing while the day is not chosen."""
    if session.starts_at is None:
        return ()
    return timetable(session.starts_at, [planned(moment) for moment in moments])


def alarms_of(session: Session, moments: Sequence[AgendaMoment]) -> tuple[Alarm, ...]:
    """What an animateur should look at in the programme being prepared."""
    timed = times_of(session, moments)
    return alarms(timed, expected=expected_on_site(session), zone=timezone.get_current_timezone()) if timed else ()


def expected_on_site(session: Session) -> int:
    """How many people come on site: those confirmed, and never less than the seats on offer."""
    if session.mode == SessionMode.REMOTE:
        return 0
    confirmed = Registration.objects.filter(
        session=session, state=RegistrationState.CONFIRMED, mode=SessionMode.ON_SITE
    ).count()
    return max(confirmed, session.seats or 0)


def ends_at(session: Session, moments: Sequence[AgendaMoment]) -> dt.datetime | None:
    """When the last moment ends, None while the day is not chosen; two hours for a programme still empty."""
    if session.starts_at is None:
        return None
    timed = times_of(session, moments)
    return max(each.ends_at for each in timed) if timed else session.starts_at + dt.timedelta(hours=2)


def programme_plain(session: Session, moments: Sequence[AgendaMoment]) -> dict[str, Any]:
    """The programme as plain data: the session, its moments with their times in ISO 8601 (UTC). No person in it."""
    timed = times_of(session, moments) or (None,) * len(moments)
    return {
        "number": session.number,
        "title": session.title,
        "mode": session.mode,
        "place": session.place,
        "starts_at": session.starts_at.astimezone(dt.UTC).isoformat() if session.starts_at else "",
        "moments": [_moment_plain(moment, when) for moment, when in zip(moments, timed, strict=True)],
    }


def _moment_plain(moment: AgendaMoment, when: Timed | None) -> dict[str, Any]:
    return {
        "uid": str(moment.uid),
        "kind": moment.kind,
        "title": moment.title,
        "details": moment.details,
        "minutes": moment.minutes,
        "beside": moment.beside,
        "room": moment.room,
        "speakers": [
            {"name": one.name, "slug": one.slug} for one in sorted(moment.speakers.all(), key=lambda one: one.name)
        ],
        "starts_at": when.starts_at.isoformat() if when else "",
        "ends_at": when.ends_at.isoformat() if when else "",
    }


WATCHED = {"minutes": "lasts", "title": "renamed", "room": "room"}
"""Fields of a moment whose change is told, and the code it is told with."""


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs between two programmes, in the order of the day; nothing for a first programme."""
    found = [
        Change(code=code, title="", before=str(before.get(name, "")), after=str(after.get(name, "")))
        for name, code in (("starts_at", "starts"), ("mode", "mode"), ("place", "place"))
        if before.get(name, "") != after.get(name, "")
    ]
    old = {moment["uid"]: moment for moment in before.get("moments", ())}
    new = {moment["uid"]: moment for moment in after.get("moments", ())}
    found += [Change(code="removed", title=title_of(moment)) for uid, moment in old.items() if uid not in new]
    for uid, moment in new.items():
        if uid not in old:
            found.append(Change(code="added", title=title_of(moment), after=moment["starts_at"]))
        else:
            found += _moment_changes(old[uid], moment)
    return found


def _moment_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    title = title_of(new)
    told = [("starts_at", "moved"), *WATCHED.items()]
    found = [
        Change(code=code, title=title, before=str(old[name]), after=str(new[name]))
        for name, code in told
        if old[name] != new[name]
    ]
    names = [", ".join(one["name"] for one in each["speakers"]) for each in (old, new)]
    if names[0] != names[1]:
        found.append(Change(code="speakers", title=title, before=names[0], after=names[1]))
    return found


def title_of(moment: Mapping[str, Any]) -> str:
    """How a moment is called: its title, or what it is."""
    return str(moment["title"] or MomentKind(moment["kind"]).label)


def last_version(session: Session) -> ProgrammeVersion | None:
    """The programme as it was last published."""
    return session.versions.order_by("-number").first()


def versions_of(session: Session) -> list[ProgrammeVersion]:
    """The published programmes, the newest first, without their whole content."""
    return list(session.versions.order_by("-number").defer("plain"))


def attendance_counts(session: Session) -> dict[str, dict[str, int]]:
    """How many organisations were there, by nature and by échelon, as they were that day; `organisations`, `people`."""
    there = Attendance.objects.filter(session=session)
    heads = Count("organisation", distinct=True)
    counts: dict[str, dict[str, int]] = {"natures": {}, "echelons": {}}
    for natures, echelon, found in there.values_list("natures", "echelon").annotate(found=heads):
        counts["echelons"][echelon] = counts["echelons"].get(echelon, 0) + found
        for nature in natures:
            counts["natures"][nature] = counts["natures"].get(nature, 0) + found
    counts["total"] = there.aggregate(organisations=heads, people=Count("id"))
    return counts


def agenda(user: object) -> list[Session]:
    """Every session this person may see, the newest first, with its cycle."""
    return list(seen_sessions(user).order_by("-number"))


def sessions_to_come(user: object) -> list[Session]:
    """The sessions an animateur may still put something on the agenda of, the next first; none for any other."""
    if not leads(user):
        return []
    rows = seen_sessions(user).filter(state__in=(SessionState.DRAFT, SessionState.ANNOUNCED))
    return list(rows.order_by("number"))


def with_programmes(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with their published programmes and evaluations beside them, as calendars and exports need."""
    return rows.select_related("cycle", "survey").prefetch_related("versions")


def next_number() -> int:
    """The number of the next session."""
    last = Session.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1
