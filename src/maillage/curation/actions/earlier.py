"""What earlier readings of a source left: pending, refused, accepted."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from maillage.curation.models import Proposal, ProposalKind, ProposalState
from maillage.harvest.models import HarvestItem, HarvestRun

COPIED = (
    "source origin_id kind about programme organisation title record covers differences closes_on reasons remarks"
).split()
"""What a proposal asked again says as it did."""


def said_again(run: HarvestRun, items: Sequence[HarvestItem]) -> list[Proposal]:
    """What still waits from an earlier reading is asked again; what was settled stays settled."""
    names = [item.origin_id for item in items]
    rows = Proposal.objects.filter(source=run.source, origin_id__among=names, state=ProposalState.PENDING)
    waiting = {row.origin_id: row for row in rows.select_related("source", "programme", "organisation")}
    return [
        Proposal(run=run, item=item, **{name: getattr(earlier, name) for name in COPIED})
        for item in items
        if (earlier := waiting.get(item.origin_id))
    ]


def replace_pending(run: HarvestRun, names: Sequence[str]) -> None:
    """What waited under these identifiers of the source is replaced by what this reading says."""
    rows = Proposal.objects.filter(source=run.source, origin_id__among=names, state=ProposalState.PENDING)
    rows.update(state=ProposalState.REPLACED, decided_at=timezone.now())


def left_the_source(run: HarvestRun, names: Sequence[str]) -> frozenset[str]:
    """Those of which the last thing someone accepted is that the source no longer listed them."""
    rows = Proposal.objects.filter(source=run.source, origin_id__among=names, state=ProposalState.ACCEPTED)
    last = dict(rows.order_by("id").values_list("origin_id", "kind"))
    return frozenset(name for name, kind in last.items() if kind == ProposalKind.GONE)


def refused_before(run: HarvestRun, names: Sequence[str]) -> dict[str, Proposal]:
    """The last refusal by a person, by the source's identifier: refused is refused until the source changes."""
    rows = Proposal.objects.filter(source=run.source, origin_id__among=names, state=ProposalState.REFUSED)
    return {row.origin_id: row for row in rows.exclude(kind=ProposalKind.REFUSED).order_by("id")}
