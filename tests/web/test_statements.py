"""Statements as a page: the next one to vote on, what was said, what brings together; for members only."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.accounts.models import Role, User
from maillage.dialogue.actions.stating import propose_statement, vote_statement
from maillage.dialogue.models import Statement, StatementVote
from tests.factories.dialogue import a_session, asks, some_organisations, speaker_of
from tests.web.conftest import signed_in
from tests.web.test_dialogue import HOSTILE, page, words

AT = "/dialogue/sessions/22/affirmations"


@pytest.fixture
def leader(animator) -> User:
    return User.objects.get(role=Role.ANIMATOR)


@pytest.fixture
def room(leader):
    session = a_session(leader, seats=30)
    organisations = some_organisations(17)
    for organisation in organisations[:16]:
        asks(session, organisation, leader)
    return session, organisations


def test_members_read_and_vote_the_others_do_not(room, client, contributor, animator):
    _, organisations = room
    member, elsewhere = signed_in(speaker_of(organisations[0])), signed_in(speaker_of(organisations[16]))

    assert [each.get(AT).status_code for each in (client, contributor, elsewhere)] == [302, 403, 403]
    assert [each.get(AT).status_code for each in (member, animator)] == [200, 200]
    assert member.get(f"{AT}?structure=structure-1").status_code == 403
    assert member.post(AT, {"structure": "structure-1", "texte": "Pour une autre."}).status_code == 403
    assert animator.post(AT, {"texte": "Pour aucune."}).status_code == 403
    assert not Statement.objects.exists()


def test_a_member_puts_a_sentence_and_another_votes_then_changes(room, animator):
    _, organisations = room
    one, two = (signed_in(speaker_of(each)) for each in organisations[:2])
    one.post(AT, {"structure": "structure-0", "texte": HOSTILE})
    statement = Statement.objects.get()
    vote = f"{AT}/{statement.pk}"
    assert "<script>alert" not in page(two, AT)
    assert "encore 1" in words(two, AT)

    assert two.post(vote, {"structure": "structure-1", "voix": "oui"}).status_code == 302
    assert two.post(vote, {"structure": "structure-0", "voix": "oui"}).status_code == 403
    assert two.post(vote, {"structure": "structure-1", "voix": "bof"}).status_code == 400
    two.post(vote, {"structure": "structure-1", "voix": "non"})

    assert list(StatementVote.objects.values_list("organisation__slug", "value")) == [("structure-1", -1)]
    assert "Vous vous êtes prononcé sur toutes." in words(two, AT)
    assert "il en manque 14" in words(two, AT)
    again = one.post(AT, {"structure": "structure-0", "texte": HOSTILE.upper()})
    assert again.status_code == 409
    one.post(f"{vote}/retirer")
    assert Statement.objects.get().withdrawn_at is None
    animator.post(f"{vote}/retirer")
    assert Statement.objects.get().withdrawn_at


def test_from_fifteen_voters_the_groups_and_what_they_share_appear(room, leader, animator):
    session, organisations = room
    texts = ("Un guichet unique.", "Tout centraliser.")
    shared, split = (
        propose_statement(session=session, organisation=organisations[0], text=text, by=leader) for text in texts
    )
    for place, organisation in enumerate(organisations[:16]):
        for statement, value in ((shared, 1), (split, 1 if place < 8 else -1)):
            vote_statement(statement=statement, organisation=organisation, value=value, by=leader)

    shown = words(animator, AT)

    assert "Groupe A · 8 structures" in shown
    assert "Groupe B · 8 structures" in shown
    assert "elle rassemble : plus de la moitié de chaque groupe est d’accord" in shown
    assert shown.index("elle rassemble") < shown.index("elle sépare")
    assert "Structure 3" not in shown, "nobody reads who voted what"


@pytest.mark.parametrize("count", [3, 60])
def test_the_page_asks_as_few_questions_whatever_is_put(room, leader, count):
    session, organisations = room
    for number in range(count):
        statement = propose_statement(
            session=session, organisation=organisations[0], text=f"Phrase {number}.", by=leader
        )
        for organisation in organisations[:16]:
            StatementVote.objects.create(statement=statement, organisation=organisation, value=number % 3 - 1)
    member = signed_in(speaker_of(organisations[0]))
    member.get(AT)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        member.get(AT)

    assert len(asked) <= 20
