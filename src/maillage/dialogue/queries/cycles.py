"""Reads of cycles: what their sessions decided and left to do, as everyone may read it."""

from __future__ import annotations

import datetime as dt

from maillage.dialogue.models import Cycle, Decision, FollowUp, SessionState
from maillage.dialogue.queries.deciding import Due, standing

CYCLE = "cycle"
"""The `target_type` of a cycle's events; the key is its uid."""


def decisions_of_cycle(cycle: Cycle) -> list[Decision]:
    """The decisions of its public sessions, in order, with their voices."""
    rows = Decision.objects.filter(session__cycle=cycle).exclude(session__state=SessionState.DRAFT)
    found = rows.select_related("session").prefetch_related("voices__organisation", "follow_ups__owner")
    return list(found.order_by("session__number", "id"))


def follow_ups_of_cycle(cycle: Cycle, *, today: dt.date) -> list[Due]:
    """What its public sessions left to do, as it stands today."""
    rows = FollowUp.objects.filter(session__cycle=cycle).exclude(session__state=SessionState.DRAFT)
    return standing(rows.select_related("owner", "session"), today=today)
