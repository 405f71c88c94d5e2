"""What people say of two sheets: remembered for ever."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.curation.models import DuplicateVerdict, PairVerdict

DUPLICATE = "duplicate"
"""The `target_type` of the events of a pair."""


@transaction.atomic
def keep_verdict(*, kind: str, pair: tuple[str, str], verdict: str, by: User) -> DuplicateVerdict:
    """Remember what a person says of two sheets, by their uids: `same`, `different`, or "" to take it back."""
    left, right = sorted(pair)
    row, _ = DuplicateVerdict.objects.get_or_create(
        kind=kind, left=left, right=right, defaults={"verdict": verdict or PairVerdict.DOUBTFUL}
    )
    row.human, row.decided_by, row.decided_at = verdict, by if verdict else None, timezone.now() if verdict else None
    row.later_at = None
    row.save(update_fields=["human", "decided_by", "decided_at", "later_at"])
    facts = {"kind": kind, "left": left, "right": right, "verdict": verdict}
    happened = Happened(verb=Verb.DECIDED, target_type=DUPLICATE, target_key=str(row.pk), facts=facts)
    record_events(by=by, happened=[happened])
    return row


@transaction.atomic
def put_off(*, pair: DuplicateVerdict) -> DuplicateVerdict:
    """« Plus tard » : the pair goes to the end of the queue."""
    pair.later_at = timezone.now()
    pair.save(update_fields=["later_at"])
    return pair
