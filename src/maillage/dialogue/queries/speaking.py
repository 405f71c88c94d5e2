"""Reads of speaking time: who has the floor, how it was shared by organisation, nature and échelon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from maillage.actors.models import Organisation
from maillage.core.speaking import Share, Speaker, shares
from maillage.dialogue.models import AgendaMoment, Attendance, Session, SpeakingTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The time of a session, or of one of its moments. Shares: the longest first; those of organisations hold every one
    that was there, even silent. `seconds`: in all. `names`: of the organisations, by key.
    """

    organisations: tuple[Share, ...]
    natures: tuple[Share, ...]
    echelons: tuple[Share, ...]
    seconds: int
    names: dict[str, str]
    here: frozenset[str]


def running_turn(moment: AgendaMoment) -> SpeakingTurn | None:
    """Who has the floor in a moment, None when nobody does."""
    return SpeakingTurn.objects.select_related("organisation").filter(moment=moment, seconds=None).first()


def turns_of(session: Session) -> QuerySet[SpeakingTurn]:
    """The turns of a session, in order, with their organisation and moment."""
    return SpeakingTurn.objects.filter(moment__session=session).select_related("organisation", "moment").order_by("id")


def may_speak_in(moment: AgendaMoment, organisation: Organisation) -> bool:
    """Whether an organisation is there, or is announced as speaking in that moment."""
    here = Attendance.objects.filter(session=moment.session, organisation=organisation)
    return here.exists() or moment.speakers.filter(pk=organisation.pk).exists()


def speakers_of(moment: AgendaMoment) -> list[Organisation]:
    """The organisations that may have the floor in a moment, by name."""
    here = Attendance.objects.filter(session=moment.session_id).values("organisation")
    announced = AgendaMoment.speakers.through.objects.filter(agendamoment=moment).values("organisation")
    return list(Organisation.objects.filter(Q(pk__in=here) | Q(pk__in=announced)).order_by("name"))


def lasted(turn: SpeakingTurn, *, now: dt.datetime) -> int:
    """Seconds of a turn, up to now while it runs."""
    if turn.seconds is not None:
        return turn.seconds
    return max(0, round((now - (turn.started_at or now)).total_seconds()))


def floor_of(session: Session, turns: Sequence[SpeakingTurn], *, now: dt.datetime) -> Floor:
    """How these turns of a session share the time between all that were there. One query besides the turns."""
    rows = Attendance.objects.filter(session=session).select_related("organisation").order_by("organisation__name")
    known: dict[str, tuple[Organisation, tuple[str, ...], str]] = {}
    for row in rows:
        known.setdefault(str(row.organisation.uid), (row.organisation, tuple(row.natures), row.echelon))
    here = frozenset(known)
    spent: dict[str, int] = {}
    for turn in turns:
        one = turn.organisation
        known.setdefault(str(one.uid), (one, tuple(one.natures), one.echelon))
        spent[str(one.uid)] = spent.get(str(one.uid), 0) + lasted(turn, now=now)
    speakers = [
        Speaker(key=key, natures=natures, echelon=echelon, seconds=spent.get(key, 0), is_here=key in here)
        for key, (_, natures, echelon) in known.items()
    ]
    return Floor(
        organisations=shares(speakers, lambda each: (each.key,)),
        natures=shares(speakers, lambda each: each.natures),
        echelons=shares(speakers, lambda each: (each.echelon,) if each.echelon else ()),
        seconds=sum(each.seconds for each in speakers),
        names={key: organisation.name for key, (organisation, _, _) in known.items()},
        here=here,
    )
