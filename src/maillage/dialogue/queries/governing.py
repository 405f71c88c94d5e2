"""Reads of who leads the space of dialogue, and of what a relay hands over."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from maillage.actors.models import Organisation
from maillage.dialogue.models import (
    Cycle,
    Decision,
    DecisionState,
    FollowUp,
    FollowUpState,
    GovernanceRelay,
    GovernanceRole,
    Session,
    SessionState,
)


def roles() -> list[GovernanceRole]:
    """Every role ever held, those held now first."""
    return list(GovernanceRole.objects.select_related("organisation").order_by("is_over", "kind", "-id"))


def relays() -> list[GovernanceRelay]:
    """Every relay, the newest first."""
    rows = GovernanceRelay.objects.select_related("proposer", "successor", "session")
    return list(rows.order_by("-accepted_on", "-id"))


def handed_over(proposer: Organisation) -> dict[str, Any]:
    """What passes with the lead, as plain data: sessions to come, open follow-ups, open decisions, cycles, counts.

    The follow-ups of the one who leaves are marked `theirs`; all the others stay with their owners.
    """
    coming = Session.objects.filter(state__in=(SessionState.DRAFT, SessionState.ANNOUNCED)).order_by("number")
    follow_ups = FollowUp.objects.filter(state=FollowUpState.OPEN).select_related("owner", "session")
    decisions = Decision.objects.filter(state=DecisionState.OPEN).select_related("session").order_by("id")
    return {
        "day": timezone.localdate().isoformat(),
        "sessions": [
            {
                "number": row.number,
                "title": row.title,
                "state": str(row.state),
                "starts_at": row.starts_at.isoformat() if row.starts_at else "",
            }
            for row in coming
        ],
        "follow_ups": [
            {
                "title": row.title,
                "owner": row.owner.name,
                "due_on": row.due_on.isoformat(),
                "progress": row.progress,
                "session": row.session.number,
                "theirs": row.owner_id == proposer.pk,
            }
            for row in follow_ups.order_by("due_on", "id")
        ],
        "decisions": [{"title": row.title, "session": row.session.number} for row in decisions],
        "cycles": list(Cycle.objects.order_by("position").values_list("title", flat=True)),
        "held": Session.objects.filter(state=SessionState.HELD).count(),
    }
