"""From the records of a run to proposals: compared with ours, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.errors import Refused
from maillage.core.records import ProgrammeRecord, as_plain, with_values
from maillage.core.vocabulary import Status
from maillage.core.wording import Reason, because, error_sentence
from maillage.curation.actions.bodies import BodyComparison
from maillage.curation.actions.decisions import accept_at_once, apply_safe
from maillage.curation.actions.earlier import left_the_source, refused_before, replace_pending, said_again
from maillage.curation.actions.facts import Batch, GrantComparison
from maillage.curation.actions.origins import hear_origins
from maillage.curation.actions.zones import ZoneComparison
from maillage.curation.differences import Difference, differences, read_back
from maillage.curation.likeness import likenesses
from maillage.curation.matching import Match, Matcher
from maillage.curation.models import Proposal, ProposalKind, ProposalState
from maillage.curation.places import Gazetteer
from maillage.harvest import actions as harvest
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState
from maillage.harvest.queries import Parsed, ParsedProgramme, connector_of, echelon_of, is_first_of_source, parsed_items
from maillage.inventory.actions import move_programme
from maillage.inventory.actions.columns import Directory
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record, programmes_told, whole_programmes
from maillage.storage.rows import insert_rows

BATCH = 500


class Comparison(Protocol):
    """What compares a run with what we hold, by batches in order, then as a whole."""

    def __init__(self, *, run: HarvestRun, by: User | None) -> None: ...

    def keep(self, batch: Batch) -> None:
        """Write what these items would change."""

    def finish(self) -> None:
        """Write what only the whole run tells."""


COMPARISONS: dict[str, type[Comparison]] = {
    "grant": GrantComparison,
    "organisation": BodyComparison,
    "presence": ZoneComparison,
}
"""How lists of facts are compared, by what their source gives; sheets of programmes are compared here."""
Progress = Callable[[int], None]


def propose(run: HarvestRun, *, by: User | None, progress: Progress | None = None) -> HarvestRun:
    """Say, for each record of the run, what it would change in the inventory.

    New, update, same, doubtful, refused or gone, each with its reasons. When a source speaks again of a sheet it
    gave, its safe fields are updated at once where nobody touched them; everything else waits for a person. By
    transactions of 500 records: a killed process goes on where it stopped.
    """
    return _proposed(run, comparison=_comparison(run, by=by), progress=progress)


def propose_and_accept(run: HarvestRun, *, by: User | None, progress: Progress | None = None) -> HarvestRun:
    """The same for a file someone trusts: what `accept_all` would accept is accepted in the transaction that says it.

    What `propose` then `accept_all` do, in two thirds of their time.
    """
    comparison = _comparison(run, by=by)
    if isinstance(comparison, _Comparison):
        comparison.decide = partial(accept_at_once, by=by)
    return _proposed(run, comparison=comparison, progress=progress)


def _comparison(run: HarvestRun, *, by: User | None) -> Comparison:
    gives = connector_of(run.source).gives
    return COMPARISONS.get(gives, _Comparison)(run=run, by=by)


def _proposed(run: HarvestRun, *, comparison: Comparison, progress: Progress | None) -> HarvestRun:
    position = Proposal.objects.filter(run=run).aggregate(last=Max("item__position"))["last"] or 0
    while batch := parsed_items(run, after=position, limit=BATCH):
        with transaction.atomic():
            comparison.keep(batch)
        position = batch[-1][0].position
        if progress:
            progress(position)
    with transaction.atomic():
        comparison.finish()
        return harvest.close(run)


def _left_to_people(_proposals: Sequence[Proposal], _directory: Directory) -> None:
    """Nothing is decided at once."""


@dataclass
class _Sheet:
    """One record on its way to a proposal."""

    item: HarvestItem
    record: ProgrammeRecord
    covers: frozenset[str]
    remarks: list[dict[str, Any]] = field(default_factory=list)
    refused: bool = False


@dataclass
class _Comparison:
    """What a run's records are compared with."""

    run: HarvestRun
    by: User | None
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    spoke_before: frozenset[str] = frozenset()
    """Identifiers of the batch's sheets that this source had already given."""
    left_before: frozenset[str] = frozenset()
    """Identifiers of the batch's sheets that were archived because this source no longer listed them."""
    decide: Callable[[Sequence[Proposal], Directory], object] = _left_to_people
    """What is decided at once of the proposals of a batch, before they are written: nothing, but in a trusted file.
    It is given what settled their sheets."""

    def __post_init__(self) -> None:
        identify = connector_of(self.run.source).titles_identify
        alike = likenesses(self.run, gazetteer=self.gazetteer)
        self.matcher = Matcher(run=self.run, titles_identify=identify, alike=alike)

    def keep(self, batch: Sequence[tuple[HarvestItem, list[Parsed]]]) -> None:
        """Write the proposals of these items; what was pending for the same sheets is replaced."""
        sheets = [sheet for item, parsed in batch for sheet in self._sheets(item, parsed)]
        directory = Directory([sheet.record for sheet in sheets if not sheet.refused])
        settled = self._settled(sheets, directory)
        fresh = [_refusal(self.run, sheet) for sheet in sheets if sheet.refused]
        fresh += self._compared(settled)
        fresh += self._gone([item for item, _ in batch if item.state == ItemState.GONE])
        fresh += said_again(self.run, [item for item, _ in batch if item.state == ItemState.SKIPPED])
        replace_pending(self.run, [row.origin_id for row in fresh])
        fresh.sort(key=lambda row: row.item.position if row.item else 0)
        changed = [row for row in fresh if row.kind == ProposalKind.UPDATE]
        apply_safe([row for row in changed if row.origin_id in self.spoke_before], by=self.by)
        self.decide(fresh, directory)
        insert_rows(fresh)

    def finish(self) -> None:
        """Each record was compared by itself."""

    def _sheets(self, item: HarvestItem, parsed: Iterable[Parsed]) -> Iterable[_Sheet]:
        for one in parsed:
            if isinstance(one, ParsedProgramme):
                remarks = [change.plain() for change in one.changes]
                yield self._placed(_Sheet(item, one.record, one.covers, remarks))

    def _placed(self, sheet: _Sheet) -> _Sheet:
        """The sheet with zones we know; refused when it named some and we know none of them."""
        said = sheet.record
        record, lost = self.gazetteer.settled(said)
        sheet.refused = bool(said.zones) and not record.zones
        if record.zones != said.zones and said.echelon == echelon_of(said.zones):
            record = with_values(record, echelon=echelon_of(record.zones))
        sheet.record = record
        for name, value in lost:
            fatal = sheet.refused and name == "zones"
            sheet.remarks.append(
                {"line": sheet.item.line, "column": name, "value": value, "expected": "territory", "fatal": fatal}
            )
        return sheet

    def _settled(self, sheets: Sequence[_Sheet], directory: Directory) -> list[_Sheet]:
        """The sheets as they would read back, every name resolved; those a rule refuses are marked."""
        kept = [sheet for sheet in sheets if not sheet.refused]
        for sheet in kept:
            try:
                sheet.record = directory.settle(sheet.record)
            except Refused as refusal:
                sheet.refused = True
                sheet.remarks.append({**_told(refusal), "line": sheet.item.line, "fatal": True})
        return [sheet for sheet in kept if not sheet.refused]

    def _compared(self, sheets: Sequence[_Sheet]) -> list[Proposal]:
        matches = self.matcher.matches([sheet.record for sheet in sheets])
        keys = {key for match in matches for key in (match.key, match.through) if key}
        ours = {row.pk: row for row in whole_programmes(Programme.objects.filter(pk__in=keys))}
        names = [] if is_first_of_source(self.run) else [sheet.item.origin_id for sheet in sheets]
        before = _said_before(self.run, names)
        self.spoke_before = frozenset(before)
        self.left_before = left_the_source(self.run, names)
        for sheet, match in zip(sheets, matches, strict=True):
            if match.through:
                before.setdefault(sheet.item.origin_id, programme_record(ours[match.through]))
        told = [
            (str(ours[match.key].uid), sheet.record) for sheet, match in zip(sheets, matches, strict=True) if match.key
        ]
        hear_origins(told)
        refused = refused_before(self.run, names)
        return [
            self._proposal(sheet, match, ours.get(match.key), before.get(sheet.item.origin_id), refused)
            for sheet, match in zip(sheets, matches, strict=True)
        ]

    def _proposal(
        self,
        sheet: _Sheet,
        match: Match,
        row: Programme | None,
        said_before: ProgrammeRecord | None,
        refused: dict[str, Proposal],
    ) -> Proposal:
        proposal = _blank(self.run, sheet)
        plain = as_plain(sheet.record)
        earlier = refused.get(sheet.item.origin_id)
        if earlier and earlier.record == plain:
            day = earlier.decided_at.date() if earlier.decided_at else ""
            return _same(proposal, row, because("already_refused", day=day))
        if row is None:
            proposal.kind = ProposalKind.DOUBTFUL if not match.is_sure else ProposalKind.NEW
            proposal.record = plain
            proposal.reasons = _plain(match.reasons)
            return proposal
        ours = programme_record(row)
        older = said_before is None and _is_older(sheet.record, ours)
        late = [because("older_than_known", day=sheet.record.source_updated_on)] if older else []
        if older and match.is_sure:
            return _same(proposal, row, *late)
        covers = frozenset[str]() if older else sheet.covers
        found = differences(theirs=sheet.record, ours=ours, said_before=said_before, covers=covers)
        if row.status == Status.ARCHIVED and sheet.item.origin_id in self.left_before:
            move_programme(programme=row, to=Status.PUBLISHED, by=self.by, why="back_in_source")
            match = replace(match, reasons=(*match.reasons, because("back_in_source")))
        if not found and match.is_sure:
            proposal.record = plain if said_before is None or as_plain(said_before) != plain else {}
            return _same(proposal, row, *match.reasons, because("nothing_new"))
        return _changed(proposal, plain, row, replace(match, reasons=(*match.reasons, *late)), found)

    def _gone(self, items: Sequence[HarvestItem]) -> list[Proposal]:
        """A sheet the source no longer lists: a person says whether to archive ours."""
        names = [item.origin_id for item in items]
        origin = connector_of(self.run.source).origin
        rows = programmes_told(origins=[origin], names=names).exclude(
            status__in=[Status.ARCHIVED.value, Status.MERGED.value]
        )
        ours = {row.origin_id: row for row in rows}
        return [
            Proposal(
                run=self.run,
                item=item,
                source=self.run.source,
                origin_id=item.origin_id,
                kind=ProposalKind.GONE,
                programme=ours[item.origin_id],
                title=ours[item.origin_id].title,
                reasons=_plain([because("gone_from_source")]),
            )
            for item in items
            if item.origin_id in ours
        ]


def _blank(run: HarvestRun, sheet: _Sheet) -> Proposal:
    proposal = Proposal(
        run_id=run.pk,
        item=sheet.item,
        source_id=run.source_id,
        origin_id=sheet.item.origin_id,
        title=sheet.record.title,
        closes_on=sheet.record.closes_on,
        covers=sorted(sheet.covers),
        remarks=sheet.remarks,
    )
    proposal.heard = sheet.record
    return proposal


def _refusal(run: HarvestRun, sheet: _Sheet) -> Proposal:
    proposal = _blank(run, sheet)
    proposal.kind, proposal.state, proposal.decided_at = ProposalKind.REFUSED, ProposalState.REFUSED, timezone.now()
    return proposal


def _same(proposal: Proposal, row: Programme | None, *reasons: Reason) -> Proposal:
    proposal.kind, proposal.state, proposal.decided_at = ProposalKind.SAME, ProposalState.ACCEPTED, timezone.now()
    proposal.programme = row
    proposal.reasons = _plain(reasons)
    return proposal


def _changed(
    proposal: Proposal, plain: dict[str, Any], row: Programme, match: Match, found: Sequence[Difference]
) -> Proposal:
    proposal.kind = ProposalKind.UPDATE if match.is_sure else ProposalKind.DOUBTFUL
    proposal.programme = row
    proposal.record = plain
    proposal.differences = [one.plain() for one in found]
    touched = [one.field for one in found if one.changed_here]
    here = [because("changed_here", fields=", ".join(touched))] if touched else []
    proposal.reasons = _plain([*match.reasons, *here])
    return proposal


def _said_before(run: HarvestRun, names: Sequence[str]) -> dict[str, ProgrammeRecord]:
    """What this source last said and was accepted, by its identifier."""
    rows = Proposal.objects.filter(source=run.source, origin_id__among=names, state=ProposalState.ACCEPTED)
    kept = rows.exclude(record={}).order_by("id").values_list("origin_id", "record")
    found = {name: read_back(record) for name, record in kept}
    return {name: record for name, record in found.items() if record}


def _is_older(theirs: ProgrammeRecord, ours: ProgrammeRecord) -> bool:
    return bool(
        theirs.source_updated_on and ours.source_updated_on and theirs.source_updated_on < ours.source_updated_on
    )


def _plain(reasons: Iterable[Reason]) -> list[list[Any]]:
    return [[reason.code, dict(reason.facts)] for reason in reasons]


def _told(refusal: Refused) -> dict[str, Any]:
    facts = {name: str(value) for name, value in refusal.facts.items()}
    return {
        "column": facts.get("field", ""),
        "value": facts.get("value", ""),
        "expected": "rule",
        "facts": {"reason": error_sentence(refusal)},
    }
