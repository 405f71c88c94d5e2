"""From the records of a list of facts to what we hold: funded projects are accepted alone, published as they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.errors import Refused
from maillage.core.records import GrantRecord
from maillage.core.wording import Reason, because, error_sentence
from maillage.curation.models import Proposal, ProposalKind, ProposalState
from maillage.curation.places import Gazetteer
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState
from maillage.harvest.queries import Change, Parsed, ParsedGrant, connector_of
from maillage.inventory.actions import GrantOutcome, put_grants, retire_grants
from maillage.inventory.models import Grant
from maillage.storage.rows import insert_rows

Batch = Sequence[tuple[HarvestItem, list[Parsed]]]
KINDS = {
    "created": ProposalKind.NEW,
    "changed": ProposalKind.UPDATE,
    "same": ProposalKind.SAME,
    "refused": ProposalKind.REFUSED,
}
NAMES = {"territory_id": "territory", "programme_id": "programme"}


@dataclass
class GrantComparison:
    """The funded projects of a run, written as its list says them; each leaves a decided proposal, for the report."""

    run: HarvestRun
    by: User | None
    gazetteer: Gazetteer = field(default_factory=Gazetteer)

    def __post_init__(self) -> None:
        self.origin = connector_of(self.run.source).origin
        self.day = self.run.as_of or timezone.localdate()
        self.now = timezone.now()

    def keep(self, batch: Batch) -> None:
        """Write these projects and what became of each; mark those the list no longer has."""
        sheets = [(item, one) for item, parsed in batch for one in parsed if isinstance(one, ParsedGrant)]
        placed = [self._placed(item, one) for item, one in sheets]
        outcomes = put_grants([record for record, _ in placed], on=self.day, by=self.by)
        rows = [
            self._proposal(item, record, outcome, remarks)
            for (item, _), (record, remarks), outcome in zip(sheets, placed, outcomes, strict=True)
        ]
        rows += self._gone([item for item, _ in batch if item.state == ItemState.GONE])
        insert_rows(rows)

    def finish(self) -> None:
        """Each project was written by itself."""

    def _placed(self, item: HarvestItem, parsed: ParsedGrant) -> tuple[GrantRecord, list[dict[str, Any]]]:
        """The record at the finest place we know, and what was left out of it."""
        said = parsed.record.territory
        tried = [code for code in (said, *parsed.wider) if code]
        known = next((code for text in tried if (code := self.gazetteer.code_of(text))), "")
        remarks = remarks_of(parsed.changes)
        if said and not self.gazetteer.code_of(said):
            remarks.append(
                {"line": item.line, "column": "territory", "value": said, "expected": "territory", "became": known}
            )
        return replace(parsed.record, territory=known, origin_id=item.origin_id), remarks

    def _proposal(
        self, item: HarvestItem, record: GrantRecord, outcome: GrantOutcome, remarks: list[dict[str, Any]]
    ) -> Proposal:
        refused = outcome.refusal is not None
        if outcome.refusal is not None:
            remarks.append(rule(item, outcome.refusal))
        return Proposal(
            run=self.run,
            item=item,
            source=self.run.source,
            origin_id=item.origin_id,
            kind=KINDS[outcome.state],
            title=record.title[:300],
            differences=[_difference(*told) for told in outcome.changed],
            reasons=[] if refused else plain([because("published_fact")]),
            remarks=remarks,
            state=ProposalState.REFUSED if refused else ProposalState.ACCEPTED,
            decided_by=self.by,
            decided_at=self.now,
        )

    def _gone(self, items: Sequence[HarvestItem]) -> list[Proposal]:
        """A list of one year says nothing of the other years: only projects of the years it lists can have gone."""
        if not items:
            return []
        names = [item.origin_id for item in items]
        marked = Grant.objects.filter(origin=self.origin, origin_id__in=names, year__in=self._years())
        wanted = list(marked.values_list("origin_id", flat=True))
        gone = {
            row.origin_id: row for row in retire_grants(origin=self.origin, origin_ids=wanted, on=self.day, by=self.by)
        }
        return [
            Proposal(
                run=self.run,
                item=item,
                source=self.run.source,
                origin_id=item.origin_id,
                kind=ProposalKind.GONE,
                title=gone[item.origin_id].title[:300],
                reasons=plain([because("gone_from_source")]),
                state=ProposalState.ACCEPTED,
                decided_by=self.by,
                decided_at=self.now,
            )
            for item in items
            if item.origin_id in gone
        ]

    def _years(self) -> list[int]:
        """The years of the projects this run lists."""
        listed = self.run.items.filter(state__in=[ItemState.DONE, ItemState.SKIPPED]).values("origin_id")
        rows = Grant.objects.filter(origin=self.origin, origin_id__in=listed).order_by("year")
        return [year for year in rows.values_list("year", flat=True).distinct() if year is not None]


def remarks_of(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """What was changed or left out while reading, as a proposal keeps it."""
    return [change.plain() for change in changes]


def plain(reasons: Iterable[Reason]) -> list[list[Any]]:
    """Reasons as a proposal keeps them."""
    return [[reason.code, dict(reason.facts)] for reason in reasons]


def rule(item: HarvestItem, refusal: Refused) -> dict[str, Any]:
    """The rule that refuses a record, as a proposal keeps it."""
    return {
        "line": item.line,
        "column": str(refusal.facts.get("field", "")),
        "value": str(refusal.facts.get("value", "")),
        "expected": "rule",
        "facts": {"reason": error_sentence(refusal)},
        "fatal": True,
    }


def _difference(name: str, before: Any, after: Any) -> dict[str, Any]:
    return {"field": NAMES.get(name, name), "before": _shown(before), "after": _shown(after), "applied": True}


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
