"""Writes statements and votes: one per organisation that comes, changed as often as it likes, never shown alone."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.consensus import Vote
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.programme import locked_session
from maillage.dialogue.models import Session, SessionState, Statement, StatementVote
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.statements import comes
from maillage.dialogue.queries.taking_part import must_speak_for

STATEMENT = "statement"
"""The `target_type` of its events; the key is its own."""
MOST, LONGEST = 200, 300


@transaction.atomic
def propose_statement(*, session: Session, organisation: Organisation, text: str, by: User) -> Statement:
    """Put a sentence to those who come.

    Raises Refused("registration_not_yours", "statements_not_yours", "session_state_refused", "statement_said" or
    "statements_full"), Invalid("field_required" or "field_too_long").
    """
    row = _room(session, organisation, by=by)
    said = " ".join(text.replace("\x00", "").split())
    if not said:
        raise Invalid("field_required", field="affirmation")
    if len(said) > LONGEST:
        raise Invalid("field_too_long", field="affirmation", length=len(said), limit=LONGEST)
    rows = Statement.objects.filter(session=row, withdrawn_at=None)
    if rows.filter(text__iexact=said).exists():
        raise Refused("statement_said")
    if rows.count() >= MOST:
        raise Refused("statements_full", most=MOST)
    statement = Statement.objects.create(session=row, organisation=organisation, text=said, by=by)
    _told(statement, by=by, verb=Verb.CREATED)
    return statement


@transaction.atomic
def vote_statement(*, statement: Statement, organisation: Organisation, value: int, by: User) -> StatementVote:
    """Say what an organisation thinks of a statement; said again, it replaces. No event tells who voted what.

    Raises as `propose_statement`, Refused("statement_withdrawn"), Invalid("code_unknown").
    """
    _room(statement.session, organisation, by=by)
    if value not in list(Vote):
        raise Invalid("code_unknown", field="voix", value=value)
    if Statement.objects.filter(pk=statement.pk, withdrawn_at=None).first() is None:
        raise Refused("statement_withdrawn")
    vote, _ = StatementVote.objects.update_or_create(
        statement=statement, organisation=organisation, defaults={"value": value}
    )
    return vote


@transaction.atomic
def withdraw_statement(*, statement: Statement, by: User) -> None:
    """Take a statement away: who leads, or who put it while no other organisation voted.

    Raises Refused("registration_not_yours" or "statement_has_votes").
    """
    locked_session(statement.session)
    if not leads(by):
        must_speak_for(by, statement.organisation)
        if StatementVote.objects.filter(statement=statement).exclude(organisation=statement.organisation).exists():
            raise Refused("statement_has_votes")
    Statement.objects.filter(pk=statement.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    _told(statement, by=by, verb=Verb.REMOVED)


def _room(session: Session, organisation: Organisation, *, by: User) -> Session:
    """The session, held, once this person may speak there for this organisation."""
    must_speak_for(by, organisation)
    row = locked_session(session)
    if row.state not in (SessionState.ANNOUNCED, SessionState.HELD):
        raise Refused("session_state_refused", session=row.number, state=SessionState(row.state).label)
    if not comes(row, organisation):
        raise Refused("statements_not_yours")
    return row


def _told(statement: Statement, *, by: User, verb: Verb) -> None:
    facts = {"session": statement.session.number, "text": statement.text}
    happened = Happened(verb=verb, target_type=STATEMENT, target_key=str(statement.pk), facts=facts)
    record_events(by=by, happened=[happened])
