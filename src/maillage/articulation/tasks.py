"""Background work: missing links follow what changes in the inventory; letters to the other side of a link leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils import timezone

from maillage.articulation.actions import compute_missing_links, send_link_letters
from maillage.articulation.queries import is_stale
from maillage.core.coverage.demand import Asking
from maillage.work.registry import InHand


def follow_the_inventory(_job: InHand, *, asking: Callable[[], Asking | None] = lambda: None) -> Mapping[str, int]:
    """Compute missing links again when something they are made of changed since the last time.

    `asking`: what is asked for, commune by commune, read only when it is needed.
    """
    if not is_stale():
        return {"liens suggérés": 0}
    done = compute_missing_links(today=timezone.localdate(), asking=asking())
    return {"offres comparées": done.offers, "nouveaux": done.added, "gardés": done.kept, "retirés": done.dropped}


def send_letters(_job: InHand) -> Mapping[str, int]:
    """Send the letters that wait."""
    done = send_link_letters()
    return {"courriers envoyés": done.sent, "remis à plus tard": done.later, "refusés": done.refused}
