"""The job that decides on many proposals, once a person confirmed their number."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.curation.actions.together import decide_chosen
from maillage.work.registry import InHand


def decide_together(job: InHand) -> Mapping[str, int]:
    """Decide on them one by one; returns how many, and how many rules left in the queue."""
    done, refusals = decide_chosen(job.arguments, by=job.by, progress=job.progress)
    return {"tranchées": done, "laissées dans la file": len(refusals)}
