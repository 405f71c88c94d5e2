"""Decisions keep their rule and their dissent; nothing that follows them is silent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.attending import welcome_guest
from maillage.dialogue.actions.deciding import (
    DecisionFields,
    FollowUpFields,
    close_decision,
    give_voice,
    plan_follow_up,
    propose_decision,
    relay_follow_up,
    remind_late,
    report_follow_up,
    withdraw_decision,
)
from maillage.dialogue.actions.registering import forget_people
from maillage.dialogue.actions.sessions import hold_session
from maillage.dialogue.models import FollowUp, SessionLetter
from maillage.dialogue.queries.deciding import commitments_of, decisions_of, recalled_at
from tests.factories.dialogue import THURSDAY, a_session, some_organisations, speaker_of

DAY = dt.date(2027, 7, 1)


@pytest.fixture
def room(animator):
    """A session held, three organisations that were there and one that was not."""
    session = a_session(animator)
    organisations = some_organisations(4)
    for each in organisations[:3]:
        welcome_guest(session=session, organisation=each, name="", mode="on_site", by=animator)
    return session, organisations


def a_decision(session, by, **said):
    return propose_decision(session=session, fields=DecisionFields(**{"title": "Partager les données", **said}), by=by)


def a_follow_up(session, owner, by, **said):
    fields = FollowUpFields(**{"title": "Écrire la note", "due_on": DAY, **said})
    return plan_follow_up(session=session, owner=owner, fields=fields, by=by)


def test_a_decision_is_taken_with_its_dissent_and_its_reasons(room, animator):
    session, (one, two, three, _) = room
    decision = a_decision(session, animator, method="gradient", carries_percent=60)
    give_voice(decision=decision, organisation=one, value="1", by=speaker_of(one))
    give_voice(decision=decision, organisation=two, value="8", reason="Trop tôt.", by=speaker_of(two))
    give_voice(decision=decision, organisation=two, value="7", reason="Trop tôt.", by=animator)
    give_voice(decision=decision, organisation=three, value="2", by=animator)

    closed = close_decision(decision=decision, by=animator)

    assert closed.state == "adopted"
    assert closed.result["voices"] == closed.result["present"] == 3
    assert closed.result["counts"]["7"] == 1
    assert closed.result["dissent"] == [{"organisation": "Structure 1", "value": "7", "reason": "Trop tôt."}]
    with pytest.raises(Refused, match="decision_closed"):
        give_voice(decision=decision, organisation=one, value="8", reason="Trop tard.", by=animator)
    with pytest.raises(Refused, match="decision_closed"):
        close_decision(decision=decision, by=animator)
    with pytest.raises(Refused, match="decision_closed"):
        withdraw_decision(decision=decision, by=animator)


def test_a_voice_is_of_an_organisation_that_is_there_and_of_those_who_speak_for_it(room, animator):
    session, (one, two, _three, absent) = room
    decision = a_decision(session, animator)

    with pytest.raises(Refused, match="registration_not_yours"):
        give_voice(decision=decision, organisation=two, value="consent", by=speaker_of(one))
    with pytest.raises(Refused, match="voice_of_absent"):
        give_voice(decision=decision, organisation=absent, value="consent", by=speaker_of(absent))
    with pytest.raises(Refused, match="voice_needs_reason"):
        give_voice(decision=decision, organisation=one, value="objection", reason="  ", by=animator)
    with pytest.raises(Invalid, match="code_unknown"):
        give_voice(decision=decision, organisation=one, value="8", by=animator)
    for write in (
        lambda by: a_decision(session, by),
        lambda by: close_decision(decision=decision, by=by),
        lambda by: withdraw_decision(decision=decision, by=by),
        lambda by: a_follow_up(session, one, by),
    ):
        with pytest.raises(Refused, match="animators_only"):
            write(speaker_of(two, f"{id(write)}@exemple.test"))


def test_a_session_still_in_preparation_decides_nothing(animator):
    with pytest.raises(Refused, match="session_state_refused"):
        a_decision(a_session(animator, announced=False), animator)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"title": " "}, "field_required"),
        ({"method": "cri"}, "code_unknown"),
        ({"quorum_percent": 101}, "code_unknown"),
    ],
    ids=["nothing", "method", "quorum"],
)
def test_a_proposal_that_makes_no_sense_is_refused(room, animator, said, code):
    with pytest.raises(Invalid, match=code):
        a_decision(room[0], animator, **said)


def test_the_next_session_opens_with_what_is_left_and_what_was_settled(room, animator):
    session, (one, two, three, _) = room
    a_follow_up(session, one, animator, title="En retard", due_on=dt.date(2026, 1, 1))
    a_follow_up(session, two, animator, title="À venir")
    done = a_follow_up(session, three, animator, title="Faite")
    report_follow_up(follow_up=done, progress=10, state="done", by=animator)
    hold_session(session=session, by=animator)
    following = a_session(animator, number=23, starts_at=THURSDAY + dt.timedelta(days=90))
    a_follow_up(following, one, animator, title="Née plus tard")
    FollowUp.objects.filter(pk=done.pk).update(updated_at=THURSDAY + dt.timedelta(days=1))

    recalled = recalled_at(following, today=dt.date(2026, 1, 11))

    assert [(due.follow_up.title, due.late_days) for due in recalled] == [
        ("En retard", 10),
        ("À venir", 0),
        ("Faite", 0),
    ]
    far = a_session(animator, number=40, starts_at=THURSDAY + dt.timedelta(days=900))
    assert {due.follow_up.title for due in recalled_at(far, today=DAY)} >= {"En retard", "À venir", "Née plus tard"}


def test_progress_is_said_by_the_owner_and_a_delay_with_its_reason(room, animator):
    session, (one, two, *_rest) = room
    row = a_follow_up(session, one, animator, review_on=dt.date(2027, 6, 20))
    owner, other = speaker_of(one), speaker_of(two)
    later = dt.date(2027, 8, 1)

    report_follow_up(follow_up=row, progress=30, state="open", words="Première version.", by=owner)
    with pytest.raises(Refused, match="registration_not_yours"):
        report_follow_up(follow_up=row, progress=100, state="done", by=other)
    with pytest.raises(Refused, match="delay_needs_reason"):
        report_follow_up(follow_up=row, progress=30, state="open", due_on=later, by=owner)
    with pytest.raises(Invalid, match="code_unknown"):
        report_follow_up(follow_up=row, progress=101, state="open", by=owner)
    report_follow_up(follow_up=row, progress=40, state="open", due_on=later, words="Il manque un avis.", by=owner)
    report_follow_up(follow_up=row, progress=40, state="done", by=owner)

    row.refresh_from_db()
    assert (row.progress, row.due_on, row.state) == (100, later, "done")
    assert list(row.notes.values_list("progress", flat=True)) == [30, 40, 100]


def test_a_follow_up_handed_to_another_body_keeps_its_owner_and_its_answer(room, animator):
    session, (one, *_rest) = room
    row = a_follow_up(session, one, animator)
    with pytest.raises(Invalid, match="field_required"):
        relay_follow_up(follow_up=row, to="  ", answer="Oui", by=animator)

    relay_follow_up(follow_up=row, to="Réseau rural national", by=animator)
    relay_follow_up(follow_up=row, to="", answer="Inscrit au programme 2028.", by=speaker_of(one))

    row.refresh_from_db()
    assert (row.relayed_to, row.answer, row.owner) == ("Réseau rural national", "Inscrit au programme 2028.", one)
    assert row.relayed_on
    assert row.answered_on


def test_what_is_late_is_written_to_those_who_keep_its_owner_once_a_week(room, animator):
    session, (one, two, *_rest) = room
    a_follow_up(session, one, animator, title="En retard")
    a_follow_up(session, two, animator, title="Sans personne")
    keeper = speaker_of(one)

    assert remind_late(today=DAY) == 0, "the day itself is not late"
    assert remind_late(today=DAY + dt.timedelta(days=1)) == 1
    assert remind_late(today=DAY + dt.timedelta(days=2)) == 0
    assert remind_late(today=DAY + dt.timedelta(days=8)) == 1

    letter = SessionLetter.objects.order_by("id")[0]
    assert letter.email == keeper.email
    assert "« En retard »" in letter.body.replace("\u00a0", " ")
    silent = [due.follow_up.title for due in commitments_of(animator, today=DAY + dt.timedelta(days=2))]
    assert silent == ["En retard", "Sans personne"], "what nobody is written to stays before animateurs"
    forget_people(now=timezone.now() + dt.timedelta(days=366))
    assert not SessionLetter.objects.exists(), "an address is not kept longer than a year, whatever the session"


def test_one_sees_the_commitments_of_ones_own_organisations(room, animator):
    session, (one, two, *_rest) = room
    a_follow_up(session, one, animator, title="La mienne")
    a_follow_up(session, two, animator, title="La leur")

    assert [due.follow_up.title for due in commitments_of(speaker_of(one), today=DAY)] == ["La mienne"]


def test_decisions_read_in_as_many_queries_for_one_or_ten(room, animator, django_assert_num_queries):
    session, (one, *_rest) = room
    for number in range(10):
        give_voice(
            decision=a_decision(session, animator, title=str(number)), organisation=one, value="consent", by=animator
        )

    with django_assert_num_queries(4):
        assert [len(each.voices.all()) for each in decisions_of(session)] == [1] * 10
