"""What the room does alone: keep each day what its report needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from maillage.report.actions import keep_day
from maillage.report.facts import read
from maillage.work.registry import InHand


def keep_asked(job: InHand) -> Mapping[str, int]:
    """Keep the day asked for, today when none is; what is kept already stays as it is."""
    told = read(keep_day(day=dt.date.fromisoformat(job.key) if job.key else None))
    return {"offres": len(told.offers), "acteurs": len(told.bodies), "liens manquants": len(told.missing)}
