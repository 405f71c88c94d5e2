"""Background work: missing links follow what changes in the inventory."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from maillage.articulation.actions import compute_missing_links
from maillage.articulation.queries import is_stale
from maillage.work.registry import InHand


def follow_the_inventory(_job: InHand) -> Mapping[str, int]:
    """Compute missing links again when something they are made of changed since the last time."""
    if not is_stale():
        return {"liens suggérés": 0}
    done = compute_missing_links(today=timezone.localdate())
    return {"offres comparées": done.offers, "nouveaux": done.added, "gardés": done.kept, "retirés": done.dropped}
