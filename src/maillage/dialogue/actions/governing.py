"""Writes who leads the space of dialogue. A relay loses nothing, and its history stays public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.core.vocabulary import Status
from maillage.dialogue.actions.programme import animators_only
from maillage.dialogue.history import RelayRecord, RoleRecord
from maillage.dialogue.models import (
    FollowUp,
    FollowUpNote,
    FollowUpState,
    GovernanceRelay,
    GovernanceRole,
    RoleKind,
    Session,
    SessionState,
)
from maillage.dialogue.queries.governing import handed_over

RELAY = "relay"
"""The `target_type` of the events of relays; the key is their uid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayFields:
    """A relay as it was agreed: which body accepted it, when, which session validated it, what it covers."""

    accepted_by: str
    accepted_on: dt.date
    scope: str
    session: Session | None = None
    kind: str = RoleKind.LEAD


@transaction.atomic
def relay_role(*, successor: Organisation, fields: RelayFields, by: User) -> GovernanceRelay:
    """Pass a role to another organisation: the one who leaves proposes, a body of the successor accepted.

    With the lead pass, at once, the sessions to come and the open follow-ups of the one who leaves; each keeps a note
    that says so, and the dossier keeps everything as it stood. The accounts of animateurs do not change: people keep
    their rights until somebody takes them back.
    Raises Refused("animators_only", "role_not_held" or "relay_to_itself"), Invalid("organisation_unknown",
    "field_required" or "day_to_come").
    """
    animators_only(by)
    role = GovernanceRole.objects.select_for_update().filter(kind=fields.kind, is_over=False).first()
    if role is None:
        raise Refused("role_not_held")
    proposer = role.organisation
    if proposer.pk == successor.pk:
        raise Refused("relay_to_itself")
    if successor.status != Status.PUBLISHED:
        raise Invalid("organisation_unknown", value=successor.name)
    body, scope = " ".join(fields.accepted_by.split())[:300], fields.scope.strip()[:4000]
    if not (body and scope):
        raise Invalid("field_required", field="relais")
    if fields.accepted_on > timezone.localdate():
        raise Invalid("day_to_come")
    relay = GovernanceRelay.objects.create(
        kind=role.kind,
        proposer=proposer,
        successor=successor,
        accepted_by=body,
        accepted_on=fields.accepted_on,
        session=fields.session,
        scope=scope,
        dossier=handed_over(proposer),
        by=by,
    )
    role.is_over, role.until_on = True, max(fields.accepted_on, role.since_on or fields.accepted_on)
    role.save(update_fields=["is_over", "until_on"])
    GovernanceRole.objects.create(kind=role.kind, organisation=successor, since_on=fields.accepted_on)
    if role.kind == RoleKind.LEAD:
        _hand_over(proposer, successor, by=by)
    facts = {"from": str(proposer.uid), "to": str(successor.uid), "kind": str(role.kind), "dossier": relay.dossier}
    happened = Happened(verb=Verb.DECIDED, target_type=RELAY, target_key=str(relay.uid), facts=facts)
    record_events(by=by, happened=[happened])
    return relay


@transaction.atomic
def load_governance(*, roles: Sequence[RoleRecord], relays: Sequence[RelayRecord]) -> int:
    """Put in the database the roles and relays that texts tell, once: what is there already is left alone.

    Returns how many rows were written.
    """
    if GovernanceRole.objects.exists() or GovernanceRelay.objects.exists():
        return 0
    slugs = {record.organisation for record in roles} | {
        slug for record in relays for slug in (record.proposer, record.successor)
    }
    known = {row.slug: row for row in Organisation.objects.filter(slug__in=slugs)}
    if slugs - known.keys():
        return 0
    for role in roles:
        GovernanceRole.objects.create(
            kind=role.kind,
            organisation=known[role.organisation],
            since_told=role.since_told,
            until_told=role.until_told,
            is_over=role.is_over,
            source_name=role.source_name,
        )
    for relay in relays:
        GovernanceRelay.objects.create(
            kind=relay.kind,
            proposer=known[relay.proposer],
            successor=known[relay.successor],
            accepted_by=relay.accepted_by,
            accepted_on=relay.accepted_on,
            session=Session.objects.filter(number=relay.session).first(),
            scope=relay.scope,
            source_name=relay.source_name,
        )
    return len(roles) + len(relays)


def _hand_over(proposer: Organisation, successor: Organisation, *, by: User) -> None:
    """What the one who leaves led or owed, now the successor's, each follow-up with a note that says so."""
    coming = (SessionState.DRAFT, SessionState.ANNOUNCED)
    Session.objects.filter(state__in=coming, organiser=proposer).update(organiser=successor)
    for row in FollowUp.objects.select_for_update().filter(owner=proposer, state=FollowUpState.OPEN):
        words = f"Relais : de {proposer.name} à {successor.name}."
        FollowUpNote.objects.create(
            follow_up=row, at=timezone.now(), by=by, state=row.state, progress=row.progress, words=words[:2000]
        )
        row.owner = successor
        row.save(update_fields=["owner", "updated_at"])
