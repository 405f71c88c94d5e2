"""What a space chose before: kept, funded, refused, set aside; shown, forgotten on demand, read by the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from maillage.accounts.models import User
from maillage.actors.models import MembershipState
from maillage.actors.queries import memberships_of
from maillage.answer.models import PastChoice
from maillage.core.ranking.choices import Choice, Lesson, past

LONGEST_NEED = 300
"""Characters kept of a need: it says its object first."""
MOST_READ = 200
"""Choices read for one answer, the latest: more would cost more than they teach."""


def chosen_by(user: User) -> QuerySet[PastChoice]:
    """The choices of the space of an account: its own, and those of the organisations it works for, latest first."""
    homes = memberships_of(user).filter(state=MembershipState.CONFIRMED).values("organisation")
    rows = PastChoice.objects.filter(Q(user=user) | Q(organisation__in=homes))
    return rows.select_related("programme").order_by("-on", "-id")


def choices_of(user: User) -> tuple[Choice, ...]:
    """The same, ready to rank with; one small query. Where two people disagree on a need, the latest word counts."""
    rows = chosen_by(user).values_list("need", "programme__slug", "outcome", "on")[:MOST_READ]
    found: dict[tuple[str, str], Choice] = {}
    for need, slug, outcome, on in rows:
        found.setdefault((need, slug), Choice(need, slug, outcome, on))
    return tuple(found.values())


def lessons_of(choices: tuple[Choice, ...], need: str) -> Mapping[str, Lesson]:
    """Slug → what these choices say of it for this need."""
    return past(choices).lessons(need) if choices else {}


def choices_export(user: User) -> list[Mapping[str, Any]]:
    """What an account chose, as plain data for the person to download."""
    rows = PastChoice.objects.filter(user=user).select_related("programme").order_by("id")
    return [
        {"need": row.need, "offer": row.programme.slug, "outcome": row.outcome, "on": row.on.isoformat()}
        for row in rows
    ]
