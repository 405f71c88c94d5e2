"""Decide on many proposals: a few while the person waits, many by a job that says how far it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.accounts.actions import record_events
from maillage.accounts.models import User
from maillage.core.errors import Refused
from maillage.curation.actions.body_decisions import write_bodies
from maillage.curation.actions.decisions import BATCH, LED_TO, TAKEN, accept, decision_event, refuse
from maillage.curation.models import Proposal, ProposalAbout, ProposalKind, ProposalState
from maillage.curation.queries import queue
from maillage.storage.rows import update_rows
from maillage.work.actions import enqueue
from maillage.work.models import Job

AT_ONCE = 50
"""Proposals decided while the person waits, 28 ms of processor each; beyond, it is the job « trancher », which says
how far it is."""
DECIDE = "trancher"
"""The job that decides on many proposals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The proposals someone confirmed, as the queue stood then: a filter and its last proposal, or those ticked.

    `kind` and `source`: those of `queries.queue`; `day`: the one their deadlines were compared with, ISO.
    """

    kind: str = ""
    source: str = ""
    day: str
    until: int = 0
    keys: Sequence[int] = ()

    def rows(self) -> QuerySet[Proposal]:
        """Those that still wait."""
        rows = queue(today=dt.date.fromisoformat(self.day), kind=self.kind, source=self.source)
        return rows.filter(pk__in=self.keys) if self.keys else rows.filter(pk__lte=self.until)


def decide_later(chosen: Chosen, *, accepted: bool, by: User) -> Job:
    """Ask for the job that decides on these proposals; the one under way for the same filter is given back."""
    which = f"{chosen.kind or 'tout'} {chosen.source}".strip()
    key = f"{'prendre' if accepted else 'écarter'} {which}" + (f" ({len(chosen.keys)} cochées)" if chosen.keys else "")
    return enqueue(DECIDE, key=key[:120], arguments=asdict(chosen) | {"accepted": accepted}, by=by)


def decide_chosen(
    arguments: Mapping[str, Any], *, by: User | None, progress: Callable[[int, int], None]
) -> tuple[int, list[Refused]]:
    """What the job does; doing it again goes on with what still waits.

    Raises Refused("animators_only") when the person has left, or is no longer an animateur.
    """
    if by is None or not by.is_animator:
        raise Refused("animators_only")
    said = dict(arguments)
    accepted = bool(said.pop("accepted"))
    return decide_many(proposals=Chosen(**said).rows(), accepted=accepted, by=by, progress=progress)


def _silently(_done: int, _total: int) -> None:
    """Progress nobody watches."""


def decide_many(
    *, proposals: QuerySet[Proposal], accepted: bool, by: User, progress: Callable[[int, int], None] = _silently
) -> tuple[int, list[Refused]]:
    """Accept, or set aside, all these pending proposals; how many were, and why the others were not.

    One transaction each, or for 500 local bodies: what a rule refuses stays pending and the rest goes on. A proposal
    that asks whether it is a sheet we have is left to be answered one by one when the answer is yes; one decided
    meanwhile by someone else, or replaced by its source, is left as it is.
    """
    waiting = proposals.filter(state=ProposalState.PENDING).order_by("id")
    sure = waiting.filter(about=ProposalAbout.ORGANISATION, kind__in=TAKEN)
    together = dict.fromkeys(sure.values_list("pk", flat=True)) if accepted else {}
    keys = [key for key in waiting.values_list("pk", flat=True) if key not in together]
    total = len(together) + len(keys)
    done, refusals = _take_bodies(list(together), by=by, progress=lambda place: progress(place, total))
    for place, key in enumerate(keys, start=len(together)):
        progress(place, total)
        proposal = Proposal.objects.select_related(*LED_TO).get(pk=key)
        try:
            if accepted and proposal.kind == ProposalKind.DOUBTFUL:
                raise Refused("doubtful_one_by_one", title=proposal.title)
            (accept if accepted else refuse)(proposal=proposal, by=by)
        except Refused as refusal:
            refusals.append(refusal)
        else:
            done += 1
    progress(total, total)
    return done, refusals


def _take_bodies(keys: Sequence[int], *, by: User, progress: Callable[[int], None]) -> tuple[int, list[Refused]]:
    """Accept these new or changed bodies; how many were, and why the others were not."""
    done, refusals = 0, dict[int, Refused]()
    for start in range(0, len(keys), BATCH):
        progress(start)
        with transaction.atomic():
            rows = Proposal.objects.select_for_update(of=("self",)).filter(pk__in=keys[start : start + BATCH])
            pending = rows.filter(state=ProposalState.PENDING).select_related(*LED_TO).defer("item__raw")
            batch = list(pending.order_by("pk"))
            write_bodies(batch, by=by, refuse=lambda proposal, refusal: refusals.update({proposal.pk: refusal}))
            taken = [proposal for proposal in batch if proposal.pk not in refusals]
            for proposal in taken:
                proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.ACCEPTED, by, timezone.now()
            update_rows(taken, ["state", "decided_by", "decided_at", "organisation"])
            record_events(by=by, happened=[decision_event(proposal) for proposal in taken])
        done += len(taken)
    return done, list(refusals.values())
