"""Writes who leads the space of dialogue. A relay loses nothing, and its history stays public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import Role, User, Verb
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
    LeadRight,
    RoleKind,
    Session,
    SessionState,
)
from maillage.dialogue.queries.governing import handed_over
from maillage.dialogue.queries.leading import confirmed_members, leads

RELAY, RIGHT = "relay", "lead_right"
"""The `target_type` of the events of relays, whose key is their uid, and of rights, whose key is their own."""


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

    With the lead pass, at once, the sessions to come and the open follow-ups of the one who leaves, each with a note
    that says so, and the right to keep the cycles and the calendar: the people of the one who leaves lose it, those of
    the successor have it, with the day. The rest of an account does not change. The dossier keeps all as it stood.
    Raises Refused("animators_only", "role_not_held", "relay_to_itself" or "nobody_would_lead"),
    Invalid("organisation_unknown", "field_required" or "day_to_come").
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
        relay.dossier = relay.dossier | {"rights": _pass_rights(relay, since_on=role.since_on)}
        relay.save(update_fields=["dossier"])
    facts = {"from": str(proposer.uid), "to": str(successor.uid), "kind": str(role.kind), "dossier": relay.dossier}
    happened = Happened(verb=Verb.DECIDED, target_type=RELAY, target_key=str(relay.uid), facts=facts)
    record_events(by=by, happened=[happened])
    return relay


@transaction.atomic
def name_lead(*, user: User, by: User) -> LeadRight:
    """Let another person of the organisation that leads keep the cycles and the calendar, from today.

    Raises Refused("animators_only", "role_not_held" or "not_of_the_lead").
    """
    animators_only(by)
    role = GovernanceRole.objects.select_for_update().filter(kind=RoleKind.LEAD, is_over=False).first()
    if role is None:
        raise Refused("role_not_held")
    if user.pk not in {each.pk for each in confirmed_members(role.organisation)}:
        raise Refused("not_of_the_lead", organisation=role.organisation.name)
    day = timezone.localdate()
    right, is_new = LeadRight.objects.get_or_create(
        user=user, organisation=role.organisation, until_on=None, defaults={"since_on": day}
    )
    if is_new:
        _right_told(right, by=by)
    return right


@transaction.atomic
def end_lead(*, right: LeadRight, by: User) -> LeadRight:
    """Take back the right of one person, from today; the row stays.

    Raises Refused("animators_only", "lead_right_over" or "nobody_would_lead").
    """
    animators_only(by)
    row = LeadRight.objects.select_for_update().get(pk=right.pk)
    if row.until_on is not None:
        raise Refused("lead_right_over")
    row.until_on = max(timezone.localdate(), row.since_on or timezone.localdate())
    row.save(update_fields=["until_on"])
    _someone_leads()
    _right_told(row, by=by)
    return row


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


def _pass_rights(relay: GovernanceRelay, *, since_on: dt.date | None) -> dict[str, int]:
    """End the rights of the one who leaves, give those of the successor. Returns how many of each; no name.

    An animateur of the house who works for the one who leaves had the right without a row: it is written down, ended.
    """
    day = timezone.localdate()
    leaving = {row.user_id: row for row in LeadRight.objects.filter(organisation=relay.proposer, until_on=None)}
    ended = 0
    for user in confirmed_members(relay.proposer):
        if user.pk not in leaving and user.is_animator:
            row = LeadRight(user=user, organisation=relay.proposer, since_on=since_on, until_on=day)
            row.ended_by = relay
            row.save()
            ended += 1
    for row in leaving.values():
        row.until_on, row.ended_by = max(day, row.since_on or day), relay
        row.save(update_fields=["until_on", "ended_by"])
        ended += 1
    given = confirmed_members(relay.successor)
    for user in given:
        values = {"since_on": day, "given_by": relay}
        LeadRight.objects.get_or_create(user=user, organisation=relay.successor, until_on=None, defaults=values)
    _someone_leads()
    return {"ended": ended, "given": len(given)}


def _someone_leads() -> None:
    """Raises Refused("nobody_would_lead") when nobody could keep the calendar any more."""
    held = LeadRight.objects.filter(until_on=None, user__isnull=False).values("user")
    animators = User.objects.filter(role=Role.ANIMATOR, is_active=True)
    if not any(leads(user) for user in (User.objects.filter(pk__in=held) | animators).distinct()):
        raise Refused("nobody_would_lead")


def _right_told(right: LeadRight, *, by: User) -> None:
    facts = {"user": right.user_id, "organisation": str(right.organisation.uid), "runs": right.until_on is None}
    happened = Happened(verb=Verb.DECIDED, target_type=RIGHT, target_key=str(right.pk), facts=facts)
    record_events(by=by, happened=[happened])


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
