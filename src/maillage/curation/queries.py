"""Reads of proposals and corrections: what waits, what happened to each line of a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from maillage.core.wording import Reason
from maillage.curation.models import (
    Correction,
    CorrectionState,
    DuplicateVerdict,
    FieldOrigin,
    Merge,
    PairVerdict,
    Proposal,
    ProposalKind,
    ProposalState,
)
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many records of a file ended how. `waiting`: those a person must decide, whatever their kind."""

    read: int
    new: int
    updated: int
    same: int
    doubtful: int
    refused: int
    gone: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One fact about one record of a file. `expected` and `facts`: a code of core.wording.EXPECTED and its facts."""

    position: int
    line: int
    verdict: str
    state: str
    origin_id: str = ""
    title: str = ""
    column: str = ""
    value: str = ""
    became: str = ""
    expected: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def pending_proposals() -> QuerySet[Proposal]:
    """What waits for a person, the oldest first."""
    rows = Proposal.objects.filter(state=ProposalState.PENDING).select_related(
        "source", "programme", "organisation", "zone", "run"
    )
    return rows.order_by("id")


CLOSED = "closed"
"""In the queue, what the source says is over: a closing date that has passed, of a sheet new or changed."""


def _is_over(today: dt.date) -> Q:
    return Q(kind__in=[ProposalKind.NEW, ProposalKind.UPDATE], closes_on__lt=today)


def queue(*, today: dt.date, kind: str = "", source: str = "") -> QuerySet[Proposal]:
    """What waits for a person, the oldest first, narrowed to a kind (of ProposalKind, or CLOSED) and a source."""
    rows = pending_proposals().exclude(kind__in=[ProposalKind.SAME, ProposalKind.REFUSED])
    if kind == CLOSED:
        rows = rows.filter(_is_over(today))
    elif kind:
        rows = rows.filter(kind=kind).exclude(_is_over(today))
    return rows.filter(source__slug=source) if source else rows


def queue_counts(*, today: dt.date, source: str = "") -> dict[str, int]:
    """How many proposals of each kind wait, CLOSED told apart."""
    over = Case(When(_is_over(today), then=Value(CLOSED)), default=F("kind"), output_field=CharField())
    rows = queue(today=today, source=source).order_by().annotate(sort=over).values("sort").annotate(count=Count("id"))
    return {row["sort"]: row["count"] for row in rows}


def queue_sources(*, today: dt.date, kind: str = "") -> list[tuple[str, str, int]]:
    """The sources that proposals wait from: slug, name, how many."""
    rows = queue(today=today, kind=kind).order_by().values("source__slug", "source__name").annotate(count=Count("id"))
    return [(row["source__slug"], row["source__name"], row["count"]) for row in rows.order_by("source__name")]


def duplicates_to_decide(*, kind: str) -> QuerySet[DuplicateVerdict]:
    """The pairs nobody judged, the surest first; those put off last."""
    rows = DuplicateVerdict.objects.filter(kind=kind, human="").exclude(verdict=PairVerdict.DIFFERENT)
    return rows.order_by(F("later_at").asc(nulls_first=True), "-weight", "id")


def merges_done(*, kind: str) -> QuerySet[Merge]:
    """The merges that stand, the latest first."""
    return Merge.objects.filter(kind=kind, undone_at=None).select_related("by").order_by("-id")


def origins_of(*, kind: str, key: str) -> list[FieldOrigin]:
    """What each source says of each field of this sheet, when several do; fields in the order of the record."""
    return list(FieldOrigin.objects.filter(kind=kind, key=key).order_by("id"))


def pending_corrections() -> QuerySet[Correction]:
    """What visitors said and nobody read yet, the oldest first."""
    rows = Correction.objects.filter(state=CorrectionState.PENDING).select_related("programme", "organisation")
    return rows.order_by("id")


def summary(run: HarvestRun) -> Summary:
    """The counts of a run."""
    kinds = Count("id", filter=Q(kind=ProposalKind.NEW))
    proposals = Proposal.objects.filter(run=run).aggregate(
        new=kinds,
        updated=Count("id", filter=Q(kind=ProposalKind.UPDATE)),
        same=Count("id", filter=Q(kind=ProposalKind.SAME)),
        doubtful=Count("id", filter=Q(kind=ProposalKind.DOUBTFUL)),
        refused=Count("id", filter=Q(kind=ProposalKind.REFUSED)),
        unlisted=Count("id", filter=Q(kind=ProposalKind.GONE, item=None)),
        waiting=Count("id", filter=Q(state=ProposalState.PENDING)),
    )
    items = run.items.aggregate(
        read=Count("id", filter=~Q(state=ItemState.GONE)),
        unchanged=Count("id", filter=Q(state=ItemState.SKIPPED, proposal=None)),
        failed=Count("id", filter=Q(state=ItemState.FAILED)),
        gone=Count("id", filter=Q(state=ItemState.GONE)),
    )
    return Summary(
        read=items["read"],
        new=proposals["new"],
        updated=proposals["updated"],
        same=proposals["same"] + items["unchanged"],
        doubtful=proposals["doubtful"],
        refused=proposals["refused"] + items["failed"],
        gone=items["gone"] + proposals["unlisted"],
        waiting=proposals["waiting"],
    )


def report(run: HarvestRun) -> Iterator[ReportLine]:
    """What became of every record of a run, in the order of the file: one line for it, one for each value changed."""
    rows = run.items.select_related("proposal").defer("raw", "proposal__record").order_by("position")
    for item in rows.iterator(chunk_size=500):
        proposal: Proposal | None = getattr(item, "proposal", None)
        yield _verdict(item, proposal)
        if proposal is None:
            continue
        for remark in proposal.remarks:
            yield ReportLine(
                position=item.position,
                line=item.line,
                verdict="remark",
                state=proposal.state,
                origin_id=item.origin_id,
                title=proposal.title,
                **{name: remark.get(name, "") for name in ("column", "value", "became", "expected")},
                facts=remark.get("facts", {}),
            )


def refusals(run: HarvestRun) -> Iterator[ReportLine]:
    """The records of a run that were refused, in the order of the file."""
    refused = Q(state=ItemState.FAILED) | Q(proposal__kind=ProposalKind.REFUSED)
    rows = run.items.filter(refused).select_related("proposal").defer("raw", "proposal__record").order_by("position")
    for item in rows.iterator(chunk_size=500):
        yield _verdict(item, getattr(item, "proposal", None))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFor:
    """Records of a run refused for one reason: how many, and the first of them."""

    column: str
    expected: str
    facts: Mapping[str, Any]
    count: int
    first: tuple[ReportLine, ...]


def refused_for(run: HarvestRun, *, shown: int) -> list[RefusedFor]:
    """The refusals of a run gathered by reason, the most frequent first, each with its `shown` first records."""
    found: dict[tuple[str, str, str], list[ReportLine]] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for line in refusals(run):
        key = (line.column, line.expected, str(line.facts.get("reason", "")))
        counts[key] += 1
        if counts[key] <= shown:
            found.setdefault(key, []).append(line)
    return [
        RefusedFor(column=key[0], expected=key[1], facts=found[key][0].facts, count=count, first=tuple(found[key]))
        for key, count in counts.most_common()
    ]


def _verdict(item: HarvestItem, proposal: Proposal | None) -> ReportLine:
    facts = item.error_facts
    remarks: list[dict[str, Any]] = proposal.remarks if proposal else []
    refusal = next((remark for remark in remarks if remark.get("fatal")), {})
    return ReportLine(
        position=item.position,
        line=item.line,
        verdict=proposal.kind if proposal else _alone(item),
        state=proposal.state if proposal else "",
        origin_id=item.origin_id,
        title=proposal.title if proposal else "",
        column=facts.get("column", "") or refusal.get("column", ""),
        value=facts.get("value", "") or refusal.get("value", ""),
        expected=item.error or refusal.get("expected", ""),
        facts=facts.get("facts", {}) or refusal.get("facts", {}),
        fields=tuple(found["field"] for found in proposal.differences) if proposal else (),
        reasons=tuple(Reason(code, tuple(told.items())) for code, told in proposal.reasons) if proposal else (),
    )


def _alone(item: HarvestItem) -> str:
    """The verdict on a record nobody compared: unreadable, gone, or the same as last time."""
    if item.state == ItemState.FAILED:
        return ProposalKind.REFUSED.value
    return ProposalKind.GONE.value if item.state == ItemState.GONE else ProposalKind.SAME.value
