"""From a list of beneficiaries to one proposal per programme: the communes that enter its zone, those that leave."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.errors import Refused
from maillage.core.wording import Reason, because
from maillage.curation.actions.earlier import replace_pending
from maillage.curation.actions.facts import Batch, plain, remarks_of
from maillage.curation.models import Proposal, ProposalAbout, ProposalKind, ProposalState
from maillage.curation.places import Gazetteer
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState
from maillage.harvest.queries import ParsedPresence, connector_of, is_damaged
from maillage.inventory.actions import tell_zone_changed
from maillage.storage.rows import insert_rows
from maillage.territories.actions import Teller, change_zone
from maillage.territories.models import Composition, Territory, TerritoryKind

PART = re.compile(r"~\d+$")
"""After the pair of a line the list repeats."""
FAR_FEWER = 0.1
"""A zone that would keep at most this share of its communes is doubtful: taken one by one, never with others."""


@dataclass
class ZoneComparison:
    """The zones of a run's programmes; the lines of a list say something together only."""

    run: HarvestRun
    by: User | None
    gazetteer: Gazetteer = field(default_factory=Gazetteer)

    def __post_init__(self) -> None:
        rows = Territory.objects.filter(kind=TerritoryKind.ZONE)
        self.zones = {row.code: row for row in rows}
        self.day = self.run.as_of or timezone.localdate(self.run.started_at)

    def keep(self, batch: Batch) -> None:
        """Write as refused the lines whose place or zone we do not know; the others wait for the end."""
        read = [(item, one) for item, parsed in batch for one in parsed if isinstance(one, ParsedPresence)]
        insert_rows([self._refusal(item, one) for item, one in read if not self._is_known(one)])

    def finish(self) -> None:
        """Compare each zone the list names with ours."""
        told = self._told()
        ours = _communes_of([self.zones[code] for code in told])
        before = _records(self.run, ProposalState.ACCEPTED, told)
        settled = _records(self.run, ProposalState.REFUSED, told), _records(self.run, ProposalState.PENDING, told)
        fresh = []
        for code, theirs in sorted(told.items()):
            said = sorted(theirs)
            if said == before.get(code) or said in (each.get(code) for each in settled):
                continue
            fresh.append(self._proposal(self.zones[code], theirs, ours.get(code, frozenset()), before.get(code)))
        replace_pending(self.run, [row.origin_id for row in fresh])
        insert_rows(fresh)

    def _told(self) -> dict[str, frozenset[str]]:
        """The communes of each programme that this run names, by zone."""
        found: dict[str, set[str]] = defaultdict(set)
        rows = self.run.items.filter(state__in=[ItemState.DONE, ItemState.SKIPPED])
        for name in rows.values_list("origin_id", flat=True).iterator(chunk_size=5000):
            zone, _, place = PART.sub("", name).partition(" ")
            if zone in self.zones:
                found[zone] |= set(self.gazetteer.communes_of(place))
        return {code: frozenset(communes) for code, communes in found.items() if communes}

    def _proposal(
        self, zone: Territory, theirs: frozenset[str], ours: frozenset[str], before: list[str] | None
    ) -> Proposal:
        """What the source changes: against ours the first time, then against what it said, so as to undo nobody."""
        past = frozenset(before) if before is not None else ours
        added, left = (theirs - past) - ours, (past - theirs) & ours
        proposal = Proposal(
            run=self.run,
            source=self.run.source,
            origin_id=zone.code,
            kind=ProposalKind.UPDATE,
            about=ProposalAbout.ZONE,
            zone=zone,
            title=zone.name,
            record={"zone": zone.code, "communes": sorted(theirs), "added": sorted(added), "left": sorted(left)},
        )
        if zone.as_of and self.day < zone.as_of:
            proposal.record = {}
            return _same(proposal, because("older_than_known", day=self.day))
        reasons = [because("zone_changes", added=len(added), left=len(left))]
        if left and (is_damaged(self.run) or not connector_of(self.run.source).is_whole):
            proposal.record |= {"left": [], "communes": sorted(theirs | left)}
            left = frozenset()
            reasons = [because("zone_changes", added=len(added), left=0), because("zone_damaged")]
        if not added and not left:
            return _same(proposal, because("nothing_new"))
        kept = len((ours | added) - left)
        if kept <= len(ours) * FAR_FEWER:
            proposal.kind = ProposalKind.DOUBTFUL
            reasons.append(because("zone_far_fewer", now=kept, before=len(ours)))
        proposal.differences = [
            {"field": name, "before": None, "after": None, "applied": False} | {side: self.gazetteer.named(codes)}
            for name, side, codes in (("communes_added", "after", added), ("communes_left", "before", left))
            if codes
        ]
        proposal.reasons = plain(reasons)
        return proposal

    def _is_known(self, parsed: ParsedPresence) -> bool:
        return parsed.record.zone in self.zones and bool(self.gazetteer.communes_of(parsed.record.territory))

    def _refusal(self, item: HarvestItem, parsed: ParsedPresence) -> Proposal:
        record = parsed.record
        column, value = ("zones", record.territory) if record.zone in self.zones else ("zone", record.zone)
        told = {"line": item.line, "column": column, "value": value, "expected": "territory", "fatal": True}
        return Proposal(
            run=self.run,
            item=item,
            source=self.run.source,
            origin_id=item.origin_id,
            kind=ProposalKind.REFUSED,
            about=ProposalAbout.ZONE,
            title=(record.name or record.territory)[:300],
            remarks=[*remarks_of(parsed.changes), told],
            state=ProposalState.REFUSED,
            decided_at=timezone.now(),
        )


def write_zone(proposal: Proposal, *, by: User | None) -> None:
    """Change the zone as the proposal says, and say it of each programme reserved to it.

    Raises Refused("proposal_without_target"), Refused("zone_would_be_empty").
    """
    if proposal.zone is None or not proposal.record:
        raise Refused("proposal_without_target", proposal=proposal.pk)
    connector = connector_of(proposal.source)
    run = proposal.run
    told = Teller(
        name=connector.source_name,
        licence=connector.licence,
        as_of=run.as_of or timezone.localdate(run.started_at),
    )
    added, left = proposal.record["added"], proposal.record["left"]
    change_zone(proposal.zone, added=added, left=left, told=told, by=by)
    tell_zone_changed(zone=proposal.zone.code, added=added, left=left)


def _same(proposal: Proposal, *reasons: Reason) -> Proposal:
    proposal.kind, proposal.state, proposal.decided_at = ProposalKind.SAME, ProposalState.ACCEPTED, timezone.now()
    proposal.reasons = plain(reasons)
    return proposal


def _communes_of(zones: Collection[Territory]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = Composition.objects.filter(zone__in=zones).values_list("zone__code", "commune__code")
    for zone, commune in rows.iterator(chunk_size=5000):
        found[zone].add(commune)
    return {code: frozenset(communes) for code, communes in found.items()}


def _records(run: HarvestRun, state: ProposalState, codes: Collection[str]) -> dict[str, Any]:
    """The communes this source last said of each zone, among its proposals in this state."""
    rows = Proposal.objects.filter(source=run.source, origin_id__in=list(codes), about=ProposalAbout.ZONE, state=state)
    kept = rows.exclude(record={}).order_by("id").values_list("origin_id", "record")
    return {code: record["communes"] for code, record in kept}
