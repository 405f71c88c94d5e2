"""From a list of local bodies to proposals: the new, the changed, those it no longer names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from maillage.accounts.models import User
from maillage.actors.actions import move_organisation
from maillage.actors.models import Organisation
from maillage.actors.queries import organisation_record, whole_organisations
from maillage.core.records import OrganisationRecord, as_plain, organisation_from_plain
from maillage.core.vocabulary import Status
from maillage.core.wording import Reason, because
from maillage.curation.actions.body_decisions import apply_safe_bodies
from maillage.curation.actions.earlier import left_the_source, refused_before, replace_pending, said_again
from maillage.curation.actions.facts import Batch, plain, remarks_of
from maillage.curation.bodies import BodyMatcher
from maillage.curation.differences import differences
from maillage.curation.matching import Match
from maillage.curation.models import Proposal, ProposalAbout, ProposalKind, ProposalState
from maillage.curation.places import Gazetteer
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState
from maillage.harvest.queries import ParsedOrganisation, connector_of, is_damaged, previous_run
from maillage.storage.rows import insert_rows
from maillage.territories.queries import zone_near

ENOUGH = 0.5
"""The first time a list is read, what it does not name is asked about when it names at least this share of the bodies
we know in its networks: a shorter list is not the whole list."""


@dataclass
class _Sheet:
    """One record on its way to a proposal."""

    item: HarvestItem
    record: OrganisationRecord
    covers: frozenset[str]
    remarks: list[dict[str, Any]] = field(default_factory=list)
    refused: bool = False


@dataclass
class BodyComparison:
    """What a run's bodies are compared with."""

    run: HarvestRun
    by: User | None
    gazetteer: Gazetteer = field(default_factory=Gazetteer)

    def __post_init__(self) -> None:
        self.matcher = BodyMatcher(run=self.run)
        self.day = self.run.as_of or timezone.localdate(self.run.started_at)

    def keep(self, batch: Batch) -> None:
        """Write the proposals of these items; what was pending for the same bodies is replaced."""
        read = [(item, one) for item, parsed in batch for one in parsed if isinstance(one, ParsedOrganisation)]
        sheets = [self._placed(item, one) for item, one in read]
        fresh = [self._refusal(sheet) for sheet in sheets if sheet.refused]
        fresh += self._compared([sheet for sheet in sheets if not sheet.refused])
        fresh += self._gone([item for item, _ in batch if item.state == ItemState.GONE])
        fresh += said_again(self.run, [item for item, _ in batch if item.state == ItemState.SKIPPED])
        replace_pending(self.run, [row.origin_id for row in fresh])
        fresh.sort(key=lambda row: row.item.position if row.item else 0)
        apply_safe_bodies([row for row in fresh if row.origin_id in self.spoke_before], by=self.by)
        insert_rows(fresh)

    def finish(self) -> None:
        """The first time this list is read whole: what it does not name of its networks, a person is asked about."""
        first = previous_run(self.run) is None
        if not first or not connector_of(self.run.source).is_whole or is_damaged(self.run):
            return
        if Proposal.objects.filter(run=self.run, kind=ProposalKind.REFUSED).exists():
            return
        named = Proposal.objects.filter(run=self.run).exclude(organisation=None).values("organisation")
        networks = Organisation.objects.filter(pk__in=named).exclude(network=None).values("network")
        members = Organisation.objects.filter(network__in=networks, status=Status.PUBLISHED.value)
        missing = list(members.exclude(pk__in=named).order_by("pk"))
        if len(missing) > members.count() * (1 - ENOUGH):
            return
        insert_rows([self._farewell(None, row, row.slug, because("not_in_first_list")) for row in missing])

    def _placed(self, item: HarvestItem, parsed: ParsedOrganisation) -> _Sheet:
        """The sheet with places we know; refused when it names one and we know none. A seat gives where it serves."""
        said = parsed.record
        seat = self.gazetteer.home_of(said.seat) if said.seat else ""
        zones = {code for text in said.zones if (code := self.gazetteer.code_of(text))}
        remarks = remarks_of(parsed.changes)
        refused = bool(said.seat or said.zones) and not (seat or zones)
        lost = [("seat", said.seat)] if said.seat and not seat else []
        lost += [("zones", text) for text in said.zones if not self.gazetteer.code_of(text)]
        for name, value in lost:
            told = {"line": item.line, "column": name, "value": value, "expected": "territory", "fatal": refused}
            remarks.append(told)
        covers = parsed.covers
        if seat and not zones:
            zones, covers = {zone_near(seat)}, covers | {"zones"}
        record = replace(said, seat=seat, zones=tuple(sorted(zones)), as_of=said.as_of or self.day)
        return _Sheet(item=item, record=record, covers=covers, remarks=remarks, refused=refused)

    def _compared(self, sheets: Sequence[_Sheet]) -> list[Proposal]:
        names = [sheet.item.origin_id for sheet in sheets]
        matches = self.matcher.matches([sheet.record for sheet in sheets])
        keys = {match.key for match in matches if match.key}
        ours = {row.pk: row for row in whole_organisations(Organisation.objects.filter(pk__in=keys))}
        self.before = _said_before(self.run, names)
        self.spoke_before = frozenset(self.before)
        self.left = left_the_source(self.run, names)
        self.refused = refused_before(self.run, names)
        return [self._proposal(sheet, match, ours.get(match.key)) for sheet, match in zip(sheets, matches, strict=True)]

    def _proposal(self, sheet: _Sheet, match: Match, row: Organisation | None) -> Proposal:
        proposal = self._blank(sheet)
        proposal.organisation = row
        proposal.record = told = as_plain(sheet.record)
        earlier = self.refused.get(sheet.item.origin_id)
        if earlier and earlier.record == told:
            day = earlier.decided_at.date() if earlier.decided_at else ""
            return _same(proposal, because("already_refused", day=day), record={})
        if row is None:
            proposal.kind = ProposalKind.NEW if match.is_sure else ProposalKind.DOUBTFUL
            proposal.reasons = plain(match.reasons)
            return proposal
        ours = organisation_record(row)
        if sheet.record.as_of and ours.as_of and sheet.record.as_of < ours.as_of and match.is_sure:
            return _same(proposal, because("older_than_known", day=sheet.record.as_of), record={})
        before = self.before.get(sheet.item.origin_id)
        found = differences(theirs=sheet.record, ours=ours, said_before=before, covers=sheet.covers)
        reasons = match.reasons
        if row.status == Status.ARCHIVED and sheet.item.origin_id in self.left:
            move_organisation(organisation=row, to=Status.PUBLISHED, by=self.by, why="back_in_source")
            reasons = (*reasons, because("back_in_source"))
        if not found and match.is_sure:
            return _same(proposal, *reasons, because("nothing_new"), record=told)
        touched = [one.field for one in found if one.changed_here]
        here = [because("changed_here", fields=", ".join(touched))] if touched else []
        proposal.kind = ProposalKind.UPDATE if match.is_sure else ProposalKind.DOUBTFUL
        proposal.differences = [one.plain() for one in found]
        proposal.reasons = plain([*reasons, *here])
        return proposal

    def _gone(self, items: Sequence[HarvestItem]) -> list[Proposal]:
        """A body the list no longer names: a person says whether to archive ours, never deleted."""
        decided = self.matcher.decided([item.origin_id for item in items]) if items else {}
        asleep = [Status.ARCHIVED.value, Status.MERGED.value]
        rows = Organisation.objects.filter(pk__in=decided.values()).exclude(status__in=asleep)
        ours = {row.pk: row for row in rows}
        return [
            self._farewell(item, ours[key], item.origin_id, because("gone_from_source"))
            for item in items
            if (key := decided.get(item.origin_id, 0)) in ours and key not in self.matcher.claimed
        ]

    def _farewell(self, item: HarvestItem | None, row: Organisation, name: str, why: Reason) -> Proposal:
        return Proposal(
            run=self.run,
            item=item,
            source=self.run.source,
            origin_id=name,
            kind=ProposalKind.GONE,
            about=ProposalAbout.ORGANISATION,
            organisation=row,
            title=row.name,
            reasons=plain([why]),
        )

    def _blank(self, sheet: _Sheet) -> Proposal:
        return Proposal(
            run=self.run,
            item=sheet.item,
            source=self.run.source,
            origin_id=sheet.item.origin_id,
            about=ProposalAbout.ORGANISATION,
            title=sheet.record.name,
            covers=sorted(sheet.covers),
            remarks=sheet.remarks,
        )

    def _refusal(self, sheet: _Sheet) -> Proposal:
        proposal = self._blank(sheet)
        proposal.kind, proposal.state, proposal.decided_at = (
            ProposalKind.REFUSED,
            ProposalState.REFUSED,
            timezone.now(),
        )
        return proposal


def _same(proposal: Proposal, *reasons: Reason, record: dict[str, Any]) -> Proposal:
    proposal.kind, proposal.state, proposal.decided_at = ProposalKind.SAME, ProposalState.ACCEPTED, timezone.now()
    proposal.reasons, proposal.record = plain(reasons), record
    return proposal


def _said_before(run: HarvestRun, names: Sequence[str]) -> dict[str, OrganisationRecord]:
    """What this source last said and was accepted, by its identifier."""
    rows = Proposal.objects.filter(source=run.source, origin_id__in=names, state=ProposalState.ACCEPTED)
    kept = rows.exclude(record={}).order_by("id").values_list("origin_id", "record")
    return {name: organisation_from_plain(record) for name, record in kept}
