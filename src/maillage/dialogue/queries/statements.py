"""Reads of statements: what waits for a vote, what brings the groups together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.consensus import Consensus, consensus
from maillage.dialogue.models import Attendance, Registration, RegistrationState, Session, Statement, StatementVote
from maillage.dialogue.queries.taking_part import organisations_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The statements of a session. `found` None: too few voters still."""

    statements: Mapping[str, Statement]
    voters: int
    found: Consensus | None


def comes(session: Session, organisation: Organisation) -> bool:
    """Whether an organisation is expected at a session, waits for it, or was there."""
    states = (RegistrationState.CONFIRMED, RegistrationState.WAITING)
    rows = Registration.objects.filter(session=session, organisation=organisation, state__in=states)
    return rows.exists() or Attendance.objects.filter(session=session, organisation=organisation).exists()


def may_vote_for(user: object, session: Session) -> list[Organisation]:
    """The organisations of this person that come: each has a vote."""
    if not isinstance(user, User):
        return []
    return [each for each in organisations_of(user) if comes(session, each)]


def statements_of(session: Session) -> list[Statement]:
    """The statements one votes on, in order, with who put them."""
    rows = Statement.objects.filter(session=session, withdrawn_at=None)
    return list(rows.select_related("organisation").order_by("id"))


def votes_of(session: Session, organisation: Organisation) -> dict[int, int]:
    """What an organisation said: statement → vote."""
    rows = StatementVote.objects.filter(statement__session=session, organisation=organisation)
    return dict(rows.values_list("statement_id", "value"))


def gathered(session: Session) -> Gathered:
    """What the votes of a session bring together. Two queries."""
    statements = {str(row.pk): row for row in statements_of(session)}
    said: dict[str, dict[str, int]] = {}
    rows = StatementVote.objects.filter(statement__session=session, statement__withdrawn_at=None)
    for statement, organisation, value in rows.values_list("statement_id", "organisation_id", "value"):
        said.setdefault(str(organisation), {})[str(statement)] = value
    return Gathered(statements=statements, voters=len(said), found=consensus(said))
