"""Decide on proposals: one by one, or all those of a file someone trusts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Refused
from maillage.core.records import ProgrammeRecord, as_plain, programme_from_plain
from maillage.core.vocabulary import Status
from maillage.core.wording import error_sentence
from maillage.curation.actions.body_decisions import write_bodies, write_body, write_body_edited
from maillage.curation.actions.origins import join_origin
from maillage.curation.actions.variants import nationals_among, propagate
from maillage.curation.actions.verdicts import keep_verdict
from maillage.curation.actions.zones import write_zone
from maillage.curation.differences import merged, read_back, safe_fields
from maillage.curation.models import PairVerdict, Proposal, ProposalAbout, ProposalKind, ProposalState, SheetKind
from maillage.harvest.models import HarvestRun
from maillage.inventory.actions import Outcome, move_programme, put_programmes
from maillage.inventory.actions.columns import Directory
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record, programmes_told, whole_programmes
from maillage.storage.rows import update_rows

BATCH = 500
PROPOSAL = "proposal"
"""The `target_type` of a proposal's events."""
LED_TO = ("item", "programme", "organisation", "zone", "run", "source")
"""What a decision reads beside the proposal."""
TAKEN = (ProposalKind.NEW, ProposalKind.UPDATE)
"""What a file someone trusts may do alone."""
Progress = Callable[[int], None]


@transaction.atomic
def accept(*, proposal: Proposal, by: User) -> Proposal:
    """Do what the proposal says: make the sheet, change ours where it differs, archive one that has gone.

    A doubtful one is taken for the sheet it names. Fields changed here since it was proposed and that it does not
    name stay as they are. Raises Refused("proposal_decided"), or the rule of the inventory that says no.
    """
    _check_pending(proposal)
    if proposal.about == ProposalAbout.ORGANISATION:
        write_body(proposal, by=by)
    elif proposal.about == ProposalAbout.ZONE:
        write_zone(proposal, by=by)
    elif proposal.kind == ProposalKind.GONE:
        _archive(proposal, by=by)
    else:
        outcome = _write([proposal], by=by)[0]
        if outcome.refusal:
            raise outcome.refusal
        _attach([proposal])
    return _decide(proposal, ProposalState.ACCEPTED, by=by)


@transaction.atomic
def accept_edited(*, proposal: Proposal, values: Mapping[str, Any], kept: Collection[str], by: User) -> Proposal:
    """Do what the proposal says, as someone corrected it: `values` by field, in the shape of core.records.as_plain.

    `kept`: the fields that stay ours. What the source said is kept as it said it: saying it again changes nothing.
    Raises Refused("proposal_decided"), Refused("proposal_without_target") for one that has gone, or the rule of the
    inventory that says no. A zone is taken whole.
    """
    _check_pending(proposal)
    if not proposal.record:
        raise Refused("proposal_without_target", proposal=proposal.pk)
    if proposal.about != ProposalAbout.PROGRAMME:
        if proposal.about == ProposalAbout.ORGANISATION:
            write_body_edited(proposal, values=values, kept=kept, by=by)
        else:
            write_zone(proposal, by=by)
        return _decide(proposal, ProposalState.ACCEPTED, by=by)
    names = [found["field"] for found in proposal.differences if found["field"] not in kept]
    record = _merged([(proposal, names)])[0]
    record = programme_from_plain(
        as_plain(record) | {name: value for name, value in values.items() if name not in kept}
    )
    _keep_second_words([proposal])
    outcome = _put([proposal], [record], by=by, verb=Verb.CHANGED)[0]
    if outcome.refusal:
        raise outcome.refusal
    _attach([proposal])
    return _decide(proposal, ProposalState.ACCEPTED, by=by)


@transaction.atomic
def accept_as_new(*, proposal: Proposal, by: User) -> Proposal:
    """Make a new sheet of a doubtful one: a person says that the one we have is another, and it is remembered.

    Raises Refused("proposal_decided"), or the rule of the inventory that says no.
    """
    _check_pending(proposal)
    if proposal.about == ProposalAbout.ZONE:
        raise Refused("proposal_without_target", proposal=proposal.pk)
    taken_for, kind = proposal.programme or proposal.organisation, SheetKind(proposal.about)
    proposal.programme = proposal.organisation = None
    if kind == SheetKind.ORGANISATION:
        write_body(proposal, by=by)
    else:
        outcome = _write([proposal], by=by)[0]
        if outcome.refusal:
            raise outcome.refusal
        _attach([proposal])
    made = proposal.programme or proposal.organisation
    if taken_for and made and made != taken_for:
        pair = (str(taken_for.uid), str(made.uid))
        keep_verdict(kind=kind, pair=pair, verdict=PairVerdict.DIFFERENT, by=by)
    return _decide(proposal, ProposalState.ACCEPTED, by=by)


@transaction.atomic
def refuse(*, proposal: Proposal, by: User) -> Proposal:
    """Set the proposal aside; it comes back only if the source says something else. Raises Refused."""
    _check_pending(proposal)
    return _decide(proposal, ProposalState.REFUSED, by=by)


def accept_all(*, run: HarvestRun, by: User | None, progress: Progress | None = None) -> int:
    """Accept what a file someone trusts would add or change; returns how many sheets were accepted.

    Left to a person: the doubtful, the gone, and fields that someone changed here since the source last spoke. By
    transactions of 500: a killed process loses nothing, and goes on when it is run again. A sheet that a rule of the
    inventory refuses is set aside with the rule.
    """
    rows = Proposal.objects.filter(run=run, state=ProposalState.PENDING, kind__in=TAKEN)
    done, accepted, last = 0, 0, 0
    while batch := list(rows.filter(pk__gt=last).select_related(*LED_TO).defer("item__raw").order_by("pk")[:BATCH]):
        last = batch[-1].pk
        free = [proposal for proposal in batch if not _touched(proposal)]
        with transaction.atomic():
            accepted += _accept_batch([one for one in free if one.about == ProposalAbout.PROGRAMME], by=by)
            accepted += _accept_local([one for one in free if one.about != ProposalAbout.PROGRAMME], by=by)
        done += len(batch)
        if progress:
            progress(done)
    return accepted


def accept_at_once(proposals: Sequence[Proposal], directory: Directory, *, by: User | None) -> int:
    """Accept what `accept_all` would among proposals that are not written yet; returns how many were accepted.

    In the caller's transaction, which then writes them as they ended: what is accepted while it is still in memory is
    neither read nor written again, and a new sheet is written as `directory` settled it. The proposals are not saved.
    """
    ready = [row for row in proposals if row.state == ProposalState.PENDING and row.kind in TAKEN and not _touched(row)]
    fresh = [row for row in ready if row.heard and row.programme_id is None]
    others = [row for row in ready if not (row.heard and row.programme_id is None)]
    accepted = _accepted(fresh, by=by, settled_by=directory) if fresh else []
    return len(accepted) + (len(_accepted(others, by=by)) if others else 0)


def apply_safe(proposals: Sequence[Proposal], *, by: User | None) -> None:
    """Change the safe fields these proposals name, where nobody touched them; in the caller's transaction.

    For sources that already gave these sheets: nobody else changes one alone. A proposal with nothing else to say is
    accepted; the others keep the rest, pending. The proposals are not saved.
    """
    known = safe_fields()
    ready: list[tuple[Proposal, list[str]]] = []
    for proposal in proposals:
        names = [found["field"] for found in proposal.differences if found["field"] in known]
        if names and not _touched(proposal):
            ready.append((proposal, names))
    records = _merged(ready)
    outcomes = _put([proposal for proposal, _ in ready], records, by=by, verb=Verb.IMPORTED) if records else []
    for (proposal, names), outcome in zip(ready, outcomes, strict=True):
        if outcome.refusal:
            continue
        for found in proposal.differences:
            found["applied"] = found["field"] in names
        if all(found["applied"] for found in proposal.differences):
            proposal.state, proposal.decided_at = ProposalState.ACCEPTED, timezone.now()


def _accept_batch(proposals: Sequence[Proposal], *, by: User | None) -> int:
    accepted = _accepted(proposals, by=by)
    update_rows(proposals, ["state", "kind", "decided_at", "decided_by", "remarks", "programme"])
    return len(accepted)


def _accepted(proposals: Sequence[Proposal], *, by: User | None, settled_by: Directory | None = None) -> list[Proposal]:
    """Write what these proposals say, and how each ended on it; those that were accepted. Proposals are not saved."""
    outcomes = _write(proposals, by=by, settled_by=settled_by)
    now = timezone.now()
    accepted = []
    for proposal, outcome in zip(proposals, outcomes, strict=True):
        proposal.decided_at, proposal.decided_by = now, by
        if outcome.refusal:
            proposal.state, proposal.kind = ProposalState.REFUSED, ProposalKind.REFUSED
            proposal.remarks = [*proposal.remarks, _rule(proposal, outcome.refusal)]
        else:
            proposal.state = ProposalState.ACCEPTED
            accepted.append(proposal)
    _attach(accepted)
    return accepted


def _accept_local(proposals: Sequence[Proposal], *, by: User | None) -> int:
    """The same for bodies and zones."""
    for proposal in proposals:
        proposal.state, proposal.decided_at, proposal.decided_by = ProposalState.ACCEPTED, timezone.now(), by

    def refuse(proposal: Proposal, refusal: Refused) -> None:
        proposal.state, proposal.kind = ProposalState.REFUSED, ProposalKind.REFUSED
        proposal.remarks = [*proposal.remarks, _rule(proposal, refusal)]

    write_bodies([one for one in proposals if one.about == ProposalAbout.ORGANISATION], by=by, refuse=refuse)
    for proposal in (one for one in proposals if one.about == ProposalAbout.ZONE):
        try:
            with transaction.atomic():
                write_zone(proposal, by=by)
        except Refused as refusal:
            refuse(proposal, refusal)
    update_rows(proposals, ["state", "kind", "decided_at", "decided_by", "remarks", "organisation"])
    return sum(proposal.state == ProposalState.ACCEPTED for proposal in proposals)


def _write(proposals: Sequence[Proposal], *, by: User | None, settled_by: Directory | None = None) -> list[Outcome]:
    """Put the sheets of these proposals in the inventory, as they should read now."""
    _keep_second_words(proposals)
    targets = [(proposal, [found["field"] for found in proposal.differences]) for proposal in proposals]
    return _put(proposals, _merged(targets), by=by, verb=Verb.IMPORTED, settled_by=settled_by)


def _put(
    proposals: Sequence[Proposal],
    records: Sequence[ProgrammeRecord],
    *,
    by: User | None,
    verb: Verb,
    settled_by: Directory | None = None,
) -> list[Outcome]:
    """Write these sheets; what changes in a national one is carried to its local variants."""
    told_by = {proposal.programme_id: proposal for proposal in proposals if proposal.programme_id}
    before = nationals_among(told_by)
    outcomes = put_programmes(records, by=by, verb=verb, settled_by=settled_by)
    if before:
        propagate(before, told_by=told_by, by=by)
    return outcomes


def _merged(targets: Sequence[tuple[Proposal, Sequence[str]]]) -> list[ProgrammeRecord]:
    """Their sheet where we have none, else ours with these fields as they say."""
    keys = [proposal.programme_id for proposal, _ in targets if proposal.programme_id]
    ours = {row.pk: programme_record(row) for row in whole_programmes(Programme.objects.filter(pk__in=keys))}
    records = []
    for proposal, names in targets:
        theirs = proposal.heard or read_back(proposal.record)
        if theirs is None:
            raise Refused("proposal_without_target", proposal=proposal.pk)
        here = ours.get(proposal.programme_id or 0)
        records.append(merged(theirs=theirs, ours=here, names=names) if here else theirs)
    return records


def _keep_second_words(proposals: Sequence[Proposal]) -> None:
    """Where a source speaks of a sheet that another gave, keep what each says, field by field."""
    told = {proposal.programme_id: proposal for proposal in proposals if proposal.programme_id and proposal.record}
    rows = Programme.objects.filter(pk__in=told).values_list("pk", "origin", "origin_id")
    joined = [key for key, *named in rows if named != [told[key].record["origin"], told[key].origin_id]]
    for row in whole_programmes(Programme.objects.filter(pk__in=joined)) if joined else ():
        if theirs := read_back(told[row.pk].record):
            join_origin(ours=programme_record(row), theirs=theirs)


def _attach(proposals: Sequence[Proposal]) -> None:
    """Name the sheet each accepted proposal became."""
    fresh = [proposal for proposal in proposals if proposal.programme_id is None]
    names = [proposal.origin_id for proposal in fresh]
    origins = {str(proposal.record["origin"]) for proposal in fresh}
    rows = programmes_told(origins=origins, names=names)
    made = {(origin, name): key for key, origin, name in rows.values_list("id", "origin", "origin_id")}
    for proposal in fresh:
        proposal.programme_id = made.get((proposal.record["origin"], proposal.origin_id))


def _archive(proposal: Proposal, *, by: User) -> None:
    if proposal.programme is None:
        raise Refused("proposal_without_target", proposal=proposal.pk)
    if proposal.programme.status != Status.ARCHIVED:
        move_programme(programme=proposal.programme, to=Status.ARCHIVED, by=by, why="gone_from_source")


def _decide(proposal: Proposal, state: ProposalState, *, by: User) -> Proposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "programme", "organisation"])
    record_events(by=by, happened=[decision_event(proposal)])
    return proposal


def decision_event(proposal: Proposal) -> Happened:
    """The event of a decision."""
    named = proposal.programme or proposal.organisation
    key = str(named.uid) if named else proposal.zone.code if proposal.zone else ""
    facts = {"state": proposal.state, proposal.about: key}
    return Happened(verb=Verb.DECIDED, target_type=PROPOSAL, target_key=str(proposal.pk), facts=facts)


def _check_pending(proposal: Proposal) -> None:
    """Look again, under the lock of the transaction: someone else may just have decided."""
    state = Proposal.objects.select_for_update().values_list("state", flat=True).get(pk=proposal.pk)
    if state != ProposalState.PENDING:
        raise Refused("proposal_decided", proposal=proposal.pk)


def _touched(proposal: Proposal) -> bool:
    return any(code in ("changed_here", "national_changed") for code, _ in proposal.reasons)


def _rule(proposal: Proposal, refusal: Refused) -> dict[str, object]:
    return {
        "line": proposal.item.line if proposal.item else 0,
        "column": str(refusal.facts.get("field", "")),
        "value": str(refusal.facts.get("value", "")),
        "expected": "rule",
        "facts": {"reason": error_sentence(refusal)},
        "fatal": True,
    }
