"""Writes decisions, voices, and what follows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.actors.queries import keepers_of
from maillage.core.deciding import BLOCKS, VALUES, Method, tally
from maillage.core.errors import Invalid, Refused
from maillage.core.vocabulary import Status
from maillage.dialogue.actions.programme import animators_only, locked_session
from maillage.dialogue.actions.writing import write_about_follow_up
from maillage.dialogue.models import (
    Attendance,
    Decision,
    DecisionMethod,
    DecisionState,
    FollowUp,
    FollowUpNote,
    FollowUpState,
    Session,
    SessionState,
    Voice,
)
from maillage.dialogue.queries.deciding import dissent, late_follow_ups, present_organisations
from maillage.dialogue.queries.taking_part import must_speak_for

DECISION, FOLLOW_UP = "decision", "follow_up"
"""The `target_type` of their events; the keys are their uids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFields:
    """A proposal, and the rule by which it is decided."""

    title: str
    text: str = ""
    method: str = DecisionMethod.CONSENT
    quorum_percent: int = 50
    carries_percent: int = 50


@transaction.atomic
def propose_decision(*, session: Session, fields: DecisionFields, by: User) -> Decision:
    """Put a proposal to the organisations that are there; its rule is said now and stands.

    Raises Refused("animators_only" or "session_state_refused"), Invalid("code_unknown" or "field_required").
    """
    animators_only(by)
    row = locked_session(session)
    if row.state not in (SessionState.ANNOUNCED, SessionState.HELD):
        raise Refused("session_state_refused", session=row.number, state=SessionState(row.state).label)
    if fields.method not in DecisionMethod.values:
        raise Invalid("code_unknown", field="méthode", value=fields.method)
    if not (0 <= fields.quorum_percent <= 100 and 0 <= fields.carries_percent <= 100):
        raise Invalid("code_unknown", field="quorum", value=fields.quorum_percent)
    title = " ".join(fields.title.split())[:300]
    if not title:
        raise Invalid("field_required", field="proposition")
    decision = Decision.objects.create(
        session=row,
        title=title,
        text=fields.text,
        method=fields.method,
        quorum_percent=fields.quorum_percent,
        carries_percent=fields.carries_percent,
    )
    _told(DECISION, str(decision.uid), by=by, verb=Verb.CREATED, facts={"session": row.number, "title": title})
    return decision


@transaction.atomic
def give_voice(*, decision: Decision, organisation: Organisation, value: str, reason: str = "", by: User) -> Voice:
    """Say what an organisation that is there thinks of a proposal; said again before the end, it replaces.

    What blocks a proposal says why. An animateur may note what an organisation said aloud.
    Raises Refused("registration_not_yours", "decision_closed", "voice_of_absent" or "voice_needs_reason"),
    Invalid("code_unknown").
    """
    must_speak_for(by, organisation)
    locked_session(decision.session)
    row = _open(decision)
    method = Method(row.method)
    if value not in VALUES[method]:
        raise Invalid("code_unknown", field="voix", value=value)
    if not Attendance.objects.filter(session=row.session, organisation=organisation).exists():
        raise Refused("voice_of_absent", organisation=organisation.name)
    words = reason.strip()[:2000]
    if value in BLOCKS[method] and not words:
        raise Refused("voice_needs_reason")
    values = {"value": value, "reason": words, "by": by}
    voice, _ = Voice.objects.update_or_create(decision=row, organisation=organisation, defaults=values)
    return voice


@transaction.atomic
def close_decision(*, decision: Decision, by: User) -> Decision:
    """Count the voices by the rule that was said; counts, quorum and dissent are frozen with their reasons.

    Raises Refused("animators_only" or "decision_closed").
    """
    animators_only(by)
    session = locked_session(decision.session)
    row = _open(decision)
    voices = list(row.voices.select_related("organisation"))
    counted = tally(
        [voice.value for voice in voices],
        method=Method(row.method),
        present=present_organisations(session).count(),
        quorum_percent=row.quorum_percent,
        carries_percent=row.carries_percent,
    )
    row.state = DecisionState.ADOPTED if counted.is_adopted else DecisionState.REJECTED
    row.closed_at = timezone.now()
    row.result = {
        "reason": counted.reason,
        "counts": dict(counted.counts),
        "voices": counted.voices,
        "present": counted.present,
        "dissent": [
            {"organisation": voice.organisation.name, "value": voice.value, "reason": voice.reason}
            for voice in dissent(row, voices)
        ],
    }
    row.save(update_fields=["state", "closed_at", "result"])
    _told(DECISION, str(row.uid), by=by, verb=Verb.DECIDED, facts={"state": str(row.state), "result": row.result})
    return row


@transaction.atomic
def withdraw_decision(*, decision: Decision, by: User) -> Decision:
    """Take a proposal back before it is decided; it stays readable. Raises as `close_decision`."""
    animators_only(by)
    locked_session(decision.session)
    row = _open(decision)
    row.state, row.closed_at = DecisionState.WITHDRAWN, timezone.now()
    row.save(update_fields=["state", "closed_at"])
    _told(DECISION, str(row.uid), by=by, verb=Verb.REMOVED, facts={"state": str(row.state)})
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFields:
    """Something an organisation will do."""

    title: str
    due_on: dt.date
    details: str = ""
    review_on: dt.date | None = None


@transaction.atomic
def plan_follow_up(
    *, session: Session, owner: Organisation, fields: FollowUpFields, decision: Decision | None = None, by: User
) -> FollowUp:
    """Write down who does what until when. Raises Refused("animators_only"), Invalid("organisation_unknown",
    "field_required" or "review_after_due")."""
    animators_only(by)
    row = locked_session(session)
    if owner.status != Status.PUBLISHED:
        raise Invalid("organisation_unknown", value=owner.name)
    title = " ".join(fields.title.split())[:300]
    if not title or (decision is not None and decision.session_id != row.pk):
        raise Invalid("field_required", field="suite")
    if fields.review_on and fields.review_on > fields.due_on:
        raise Invalid("review_after_due")
    follow_up = FollowUp.objects.create(
        session=row,
        decision=decision,
        owner=owner,
        title=title,
        details=fields.details,
        due_on=fields.due_on,
        review_on=fields.review_on,
    )
    facts = {"session": row.number, "title": title, "due_on": fields.due_on.isoformat()}
    _told(FOLLOW_UP, str(follow_up.uid), by=by, verb=Verb.CREATED, facts=facts)
    return follow_up


@transaction.atomic
def report_follow_up(
    *, follow_up: FollowUp, progress: int, state: str, words: str = "", due_on: dt.date | None = None, by: User
) -> FollowUpNote:
    """Say how far it is; an open one may take another day, with words that say why.

    Who speaks for the owner, or an animateur. Done is 100. Raises Refused("registration_not_yours" or
    "delay_needs_reason"), Invalid("code_unknown").
    """
    must_speak_for(by, follow_up.owner)
    row = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if state not in FollowUpState.values:
        raise Invalid("code_unknown", field="état", value=state)
    if not 0 <= progress <= 100:
        raise Invalid("code_unknown", field="avancement", value=progress)
    said = words.strip()[:2000]
    if due_on and due_on > row.due_on and not said:
        raise Refused("delay_needs_reason")
    row.state = state
    row.progress = 100 if state == FollowUpState.DONE else progress
    facts: dict[str, Any] = {"state": state, "progress": row.progress}
    if due_on and due_on != row.due_on:
        facts["due_on"] = [row.due_on.isoformat(), due_on.isoformat()]
        row.due_on = due_on
        if row.review_on and row.review_on > due_on:
            row.review_on = due_on
    row.save()
    note = FollowUpNote.objects.create(
        follow_up=row, at=timezone.now(), by=by, state=state, progress=row.progress, words=said
    )
    _told(FOLLOW_UP, str(row.uid), by=by, verb=Verb.CHANGED, facts=facts)
    return note


@transaction.atomic
def relay_follow_up(*, follow_up: FollowUp, to: str, answer: str = "", by: User) -> FollowUp:
    """Hand it to another body, or write down what that body answered. Its owner keeps following it.

    Raises Refused("registration_not_yours"), Invalid("field_required").
    """
    must_speak_for(by, follow_up.owner)
    row = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    body, said, today = " ".join(to.split())[:300], answer.strip()[:4000], timezone.localdate()
    if not (body or row.relayed_to):
        raise Invalid("field_required", field="instance")
    if body and body != row.relayed_to:
        row.relayed_to, row.relayed_on = body, today
    if said and said != row.answer:
        row.answer, row.answered_on = said, today
    row.save()
    facts = {"relayed_to": row.relayed_to, "answered": bool(row.answer)}
    _told(FOLLOW_UP, str(row.uid), by=by, verb=Verb.CHANGED, facts=facts)
    return row


def remind_late(*, today: dt.date | None = None) -> int:
    """Write to who keeps the owner's sheets about what is late or to review, once a week. Returns how many letters.

    A late follow-up whose owner nobody keeps is not silent either: it stays on the page of animateurs and opens the
    next session.
    """
    day = today or timezone.localdate()
    rows = list(late_follow_ups(today=day).select_related("owner", "session").order_by("id"))
    keepers = keepers_of({row.owner_id for row in rows})
    year, week, _ = day.isocalendar()
    count = 0
    for row in rows:
        for user in keepers.get(row.owner_id, ()):
            count += write_about_follow_up(row, to=user.email, once=f"{year}-{week}", today=day)
    return count


def _open(decision: Decision) -> Decision:
    row = Decision.objects.select_related("session").get(pk=decision.pk)
    if row.state != DecisionState.OPEN:
        raise Refused("decision_closed", title=row.title)
    return row


def _told(kind: str, key: str, *, by: User, verb: Verb, facts: dict[str, Any]) -> None:
    record_events(by=by, happened=[Happened(verb=verb, target_type=kind, target_key=key, facts=facts)])
