"""Decide on what a list says of local bodies: write them, or put ours away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.actors.actions import move_organisation, put_organisations
from maillage.actors.models import Organisation
from maillage.actors.queries import organisation_record, whole_organisations
from maillage.core.errors import Refused
from maillage.core.records import OrganisationRecord, as_plain, organisation_from_plain
from maillage.core.vocabulary import Status
from maillage.curation.differences import merged, safe_fields
from maillage.curation.models import Proposal, ProposalKind, ProposalState

Refuse = Callable[[Proposal, Refused], None]


def write_body(proposal: Proposal, *, by: User | None) -> None:
    """Do what the proposal says. Raises Refused("proposal_without_target"), or the rule of the actors that says no."""
    if proposal.kind == ProposalKind.GONE:
        _archive(proposal, by=by)
        return
    names = [found["field"] for found in proposal.differences]
    _put([proposal], _merged([(proposal, names)]), by=by)


def write_body_edited(proposal: Proposal, *, values: Mapping[str, Any], kept: Collection[str], by: User | None) -> None:
    """The same, as someone corrected it: `values` by field, `kept` the fields that stay ours."""
    if not proposal.record:
        raise Refused("proposal_without_target", proposal=proposal.pk)
    names = [found["field"] for found in proposal.differences if found["field"] not in kept]
    said = as_plain(_merged([(proposal, names)])[0])
    said |= {name: value for name, value in values.items() if name in said and name not in kept}
    _put([proposal], [organisation_from_plain(said)], by=by)


def write_bodies(proposals: Sequence[Proposal], *, by: User | None, refuse: Refuse) -> None:
    """Do what these proposals say, together; one by one when a rule refuses some, told to `refuse`."""
    targets = [(proposal, [found["field"] for found in proposal.differences]) for proposal in proposals]
    try:
        with transaction.atomic():
            _put(proposals, _merged(targets), by=by)
    except Refused:
        for proposal in proposals:
            try:
                with transaction.atomic():
                    write_body(proposal, by=by)
            except Refused as refusal:
                refuse(proposal, refusal)


def apply_safe_bodies(proposals: Sequence[Proposal], *, by: User | None) -> None:
    """Change the safe fields these updates name, where nobody touched them; in the caller's transaction.

    A proposal with nothing else to say is accepted; the others keep the rest, pending. The proposals are not saved.
    """
    known = safe_fields()
    ready: list[tuple[Proposal, list[str]]] = []
    for proposal in proposals:
        names = [found["field"] for found in proposal.differences if found["field"] in known]
        touched = any(code == "changed_here" for code, _ in proposal.reasons)
        if proposal.kind == ProposalKind.UPDATE and names and not touched:
            ready.append((proposal, names))
    if not ready:
        return
    _put([proposal for proposal, _ in ready], _merged(ready), by=by)
    for proposal, names in ready:
        for found in proposal.differences:
            found["applied"] = found["field"] in names
        if all(found["applied"] for found in proposal.differences):
            proposal.state, proposal.decided_at = ProposalState.ACCEPTED, timezone.now()


def _merged(targets: Sequence[tuple[Proposal, Sequence[str]]]) -> list[OrganisationRecord]:
    """Their sheet where we have none, else ours with these fields as they say."""
    keys = [proposal.organisation_id for proposal, _ in targets if proposal.organisation_id]
    rows = whole_organisations(Organisation.objects.filter(pk__in=keys))
    ours = {row.pk: organisation_record(row) for row in rows}
    records = []
    for proposal, names in targets:
        if not proposal.record:
            raise Refused("proposal_without_target", proposal=proposal.pk)
        theirs = organisation_from_plain(proposal.record)
        here = ours.get(proposal.organisation_id or 0)
        records.append(merged(theirs=theirs, ours=here, names=names) if here else _at_a_free_address(theirs))
    return records


def _put(proposals: Sequence[Proposal], records: Sequence[OrganisationRecord], *, by: User | None) -> None:
    """Write these sheets, and name in each proposal the one it became."""
    put_organisations(records, by=by)
    rows = Organisation.objects.in_bulk([record.slug for record in records], field_name="slug")
    for proposal, record in zip(proposals, records, strict=True):
        proposal.organisation = rows[record.slug]


def _at_a_free_address(record: OrganisationRecord) -> OrganisationRecord:
    """A new sheet never takes the address of another."""
    slugs = (record.slug if number == 1 else f"{record.slug}-{number}" for number in count(1))
    free = next(slug for slug in slugs if not Organisation.objects.filter(slug=slug).exists())
    return replace(record, slug=free)


def _archive(proposal: Proposal, *, by: User | None) -> None:
    if proposal.organisation is None:
        raise Refused("proposal_without_target", proposal=proposal.pk)
    if proposal.organisation.status != Status.ARCHIVED:
        move_organisation(organisation=proposal.organisation, to=Status.ARCHIVED, by=by, why="gone_from_source")
