"""What a zone that changes means for the programmes reserved to it."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import Verb
from maillage.core.records import as_plain
from maillage.core.vocabulary import Status
from maillage.inventory.models import Programme
from maillage.inventory.queries import PROGRAMME, programme_record, whole_programmes


def tell_zone_changed(*, zone: str, added: Sequence[str], left: Sequence[str]) -> int:
    """Say in the log, of each published programme reserved to this zone, which communes entered it and which left.

    Returns how many programmes. Nobody is named: their sheets did not change, and who changed the zone is told there.
    """
    reserved = Programme.objects.filter(zones__territory__code=zone, zones__excluded=False)
    here = reserved.filter(status=Status.PUBLISHED.value).distinct()
    rows = list(whole_programmes(here).order_by("id"))
    facts = {"why": "zone_changed", "fields": ["zones"], "zone": zone, "added": list(added), "left": list(left)}
    record_events(
        by=None,
        happened=[
            Happened(
                verb=Verb.CHANGED,
                target_type=PROGRAMME,
                target_key=str(row.uid),
                snapshot=as_plain(programme_record(row)),
                facts=facts,
            )
            for row in rows
        ],
    )
    return len(rows)
