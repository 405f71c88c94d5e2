"""The only writer of the room: what the inventory knew on a day, kept once."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from maillage.core.errors import Refused
from maillage.coverage.actions import rebuild, take_snapshot
from maillage.coverage.atlas import AtlasUnavailable
from maillage.coverage.models import CoverageSnapshot
from maillage.coverage.queries import asking_of, atlas_of
from maillage.report import facts
from maillage.report.gathering import facts_on


def keep_day(*, day: dt.date | None = None) -> dt.date:
    """Keep what a report of this day needs, today by default; what is already kept is left as it is.

    A past day of which no coverage was kept is counted again from the log. Raises Refused("day_to_come").
    """
    today = timezone.localdate()
    asked = day or today
    if asked > today:
        raise Refused("day_to_come", value=asked.isoformat())
    if not CoverageSnapshot.objects.filter(day=asked).exists():
        _count_unless_shown()
        take_snapshot(day=asked)
    if not facts.has(asked):
        facts.write(facts_on(asked, asking=asking_of(atlas_of(asked))))
    return asked


def _count_unless_shown() -> None:
    """Count today’s coverage where nothing is shown yet."""
    try:
        atlas_of()
    except AtlasUnavailable:
        rebuild()
