"""Reads of decisions and of what follows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.deciding import DISSENT, Method
from maillage.dialogue.models import Attendance, Decision, DecisionState, FollowUp, FollowUpState, Session, Voice
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.taking_part import organisations_of


def present_organisations(session: Session) -> QuerySet[Organisation]:
    """The organisations that were there, by name: each has one voice."""
    there = Attendance.objects.filter(session=session).values("organisation")
    return Organisation.objects.filter(pk__in=there).order_by("name")


def decisions_of(session: Session) -> list[Decision]:
    """The decisions of a session, in order, with their voices."""
    rows = Decision.objects.filter(session=session)
    return list(rows.prefetch_related("voices__organisation", "follow_ups__owner").order_by("id"))


def follow_ups_of(session: Session) -> QuerySet[FollowUp]:
    """What a session left to do, by day."""
    return FollowUp.objects.filter(session=session).select_related("owner", "session").order_by("due_on", "id")


def dissent(decision: Decision, voices: Iterable[Voice]) -> list[Voice]:
    """The voices that did not agree, with their reasons, by name of organisation."""
    kept = [voice for voice in voices if voice.value in DISSENT[Method(decision.method)]]
    return sorted(kept, key=lambda voice: voice.organisation.name)


def open_decisions() -> QuerySet[Decision]:
    """The proposals that wait for voices."""
    return Decision.objects.filter(state=DecisionState.OPEN).select_related("session")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A follow-up, and how it stands today. `late_days` 0 when it is not late; `to_review`: its day of review came."""

    follow_up: FollowUp
    late_days: int
    to_review: bool

    @property
    def is_late(self) -> bool:
        """Open after its day."""
        return self.late_days > 0


def standing(rows: Iterable[FollowUp], *, today: dt.date) -> list[Due]:
    """These follow-ups as they stand, the latest first, then by day; those that ended come last."""
    found = []
    for row in rows:
        is_open = row.state == FollowUpState.OPEN
        late = (today - row.due_on).days if is_open else 0
        review = is_open and row.review_on is not None and row.review_on <= today
        found.append(Due(follow_up=row, late_days=max(0, late), to_review=review))
    return sorted(
        found, key=lambda due: (due.follow_up.state != FollowUpState.OPEN, -due.late_days, due.follow_up.due_on)
    )


def recalled_at(session: Session, *, today: dt.date) -> list[Due]:
    """« Suites de la session précédente »: what earlier sessions left open, and what was settled since the last one.

    Nothing open is ever left out, however old. Settled means its last change came after the previous session began;
    without a known day, those of the previous session.
    """
    previous = Session.objects.filter(number__lt=session.number).order_by("-number").first()
    before = FollowUp.objects.filter(session__number__lt=session.number)
    settled = Q(pk=None)
    if previous:
        since = Q(updated_at__gte=previous.starts_at) if previous.starts_at else Q(session=previous)
        settled = ~Q(state=FollowUpState.OPEN) & since
    rows = before.filter(Q(state=FollowUpState.OPEN) | settled).select_related("owner", "session")
    return standing(rows, today=today)


def commitments_of(user: User, *, today: dt.date) -> list[Due]:
    """What the organisations of this person said they would do; every open one of the house for an animateur."""
    rows = FollowUp.objects.select_related("owner", "session")
    if leads(user):
        return standing(rows.filter(state=FollowUpState.OPEN), today=today)
    return standing(rows.filter(owner__in=organisations_of(user)), today=today)


def late_follow_ups(*, today: dt.date) -> QuerySet[FollowUp]:
    """What is open after its day, or whose day of review came."""
    return FollowUp.objects.filter(state=FollowUpState.OPEN).filter(Q(due_on__lt=today) | Q(review_on__lte=today))
