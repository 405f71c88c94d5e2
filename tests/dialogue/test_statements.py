"""Statements: put by who comes, voted on by organisations, and silent under fifteen voters."""

from __future__ import annotations

import pytest

from maillage.accounts.models import Event
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.sessions import cancel_session
from maillage.dialogue.actions.stating import propose_statement, vote_statement, withdraw_statement
from maillage.dialogue.actions.synthesising import draft_synthesis
from maillage.dialogue.models import Session, Statement, StatementVote
from maillage.dialogue.queries.statements import gathered, votes_of
from tests.factories.dialogue import a_session, asks, some_organisations, speaker_of


@pytest.fixture
def room(animator):
    """A session to which sixteen of seventeen organisations come."""
    session = a_session(animator, seats=30)
    organisations = some_organisations(17)
    for organisation in organisations[:16]:
        asks(session, organisation, animator)
    return session, organisations


def put(session: Session, organisation, text: str = "Il faut un guichet unique.", by=None) -> Statement:
    return propose_statement(
        session=session, organisation=organisation, text=text, by=by or speaker_of(organisation, f"{text[:5]}@ex.test")
    )


def vote_all(statement: Statement, organisations, animator, value: int = 1) -> None:
    for organisation in organisations:
        vote_statement(statement=statement, organisation=organisation, value=value, by=animator)


def test_fifteen_voters_show_what_fourteen_hide(room, animator):
    session, organisations = room
    statement = put(session, organisations[0])
    vote_all(statement, organisations[:14], animator)
    assert gathered(session).found is None
    assert gathered(session).voters == 14

    vote_all(statement, organisations[14:15], animator)

    found = gathered(session).found
    assert found is not None
    assert [each.key for each in found.ranked] == [str(statement.pk)]


def test_a_vote_said_again_replaces_and_no_event_tells_it(room, animator):
    session, organisations = room
    statement = put(session, organisations[0])
    before = Event.objects.count()
    for value in (1, 0, -1):
        vote_all(statement, organisations[:1], animator, value)

    assert votes_of(session, organisations[0]) == {statement.pk: -1}
    assert Event.objects.count() == before


def test_only_organisations_that_come_put_and_vote_and_each_for_itself(room, animator):
    session, organisations = room
    one, other, absent = organisations[0], organisations[1], organisations[16]
    statement = put(session, one)
    speaker, elsewhere = speaker_of(other), speaker_of(absent)

    for organisation, by, code in (
        (absent, elsewhere, "statements_not_yours"),
        (one, speaker, "registration_not_yours"),
    ):
        with pytest.raises(Refused, match=code):
            vote_statement(statement=statement, organisation=organisation, value=1, by=by)
        with pytest.raises(Refused, match=code):
            propose_statement(session=session, organisation=organisation, text="Autre.", by=by)
    with pytest.raises(Invalid, match="code_unknown"):
        vote_statement(statement=statement, organisation=other, value=7, by=speaker)
    assert not StatementVote.objects.exists()


def test_a_sentence_is_said_once_is_not_empty_and_not_endless(room, animator):
    session, organisations = room
    put(session, organisations[0], "Il faut un guichet.")
    for text, error, code in (
        ("IL FAUT  un guichet.", Refused, "statement_said"),
        (" ", Invalid, "field_required"),
        ("x" * 301, Invalid, "field_too_long"),
    ):
        with pytest.raises(error, match=code):
            propose_statement(session=session, organisation=organisations[0], text=text, by=animator)
    cancel_session(session=session, by=animator)
    with pytest.raises(Refused, match="session_state_refused"):
        propose_statement(session=session, organisation=organisations[0], text="Trop tard.", by=animator)


def test_who_put_it_takes_it_back_until_others_voted_then_only_who_leads(room, animator):
    session, organisations = room
    author = speaker_of(organisations[0])
    mine = put(session, organisations[0], "À retirer.", by=author)
    withdraw_statement(statement=mine, by=author)
    with pytest.raises(Refused, match="statement_withdrawn"):
        vote_all(mine, organisations[:1], animator)
    again = put(session, organisations[0], "À retirer.", by=author)
    vote_all(again, organisations[1:2], animator)
    with pytest.raises(Refused, match="statement_has_votes"):
        withdraw_statement(statement=again, by=author)
    with pytest.raises(Refused, match="registration_not_yours"):
        withdraw_statement(statement=again, by=speaker_of(organisations[2]))
    withdraw_statement(statement=again, by=animator)
    assert gathered(session).statements == {}
    assert gathered(session).voters == 0, "votes on what was withdrawn make no voter"


def test_a_draft_tells_what_brings_together_and_nothing_that_divides(room, animator):
    session, organisations = room
    shared, split = put(session, organisations[0]), put(session, organisations[1], "Tout centraliser.")
    vote_all(shared, organisations[:16], animator)
    vote_all(split, organisations[:8], animator, 1)
    vote_all(split, organisations[8:16], animator, -1)

    body = draft_synthesis(session=session, by=animator).body

    assert "## Ce qui rassemble" in body
    assert "Il faut un guichet unique. (groupe A : d’accord 8 sur 8" in body
    assert "Tout centraliser" not in body
