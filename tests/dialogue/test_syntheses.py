"""What a session leaves: its sheets as they stood, its synthesis, amended by those who were there, then sealed."""

from __future__ import annotations

import datetime as dt
import hashlib

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
)
from maillage.dialogue.actions.sessions import hold_session
from maillage.dialogue.actions.synthesising import (
    amend,
    cite,
    decide_amendment,
    draft_synthesis,
    drop_citation,
    freeze_synthesis,
    open_amendments,
    write_synthesis,
)
from maillage.dialogue.models import Citation, Cycle, Synthesis
from maillage.dialogue.queries.writing import compiled_syntheses, may_amend_for, seen_synthesis
from tests.factories.dialogue import a_moment, a_session, asks, some_organisations, speaker_of

TOMORROW = timezone.localdate() + dt.timedelta(days=1)


@pytest.fixture
def room(animator):
    """A session, two organisations there, one that registered and did not come."""
    session = a_session(animator, summary="Investir en commun.", questions=("Comment ?",))
    organisations = some_organisations(3)
    for each in organisations[:2]:
        welcome_guest(session=session, organisation=each, name="", mode="on_site", by=animator)
    asks(session, organisations[2], animator)
    return session, organisations


@pytest.fixture
def amended(room, animator):
    """Its synthesis, open to amendments until tomorrow."""
    session, _ = room
    synthesis = draft_synthesis(session=session, by=animator)
    synthesis = write_synthesis(synthesis=synthesis, body="Un.\n\nDeux.\n\nDeux.", seen=1, by=animator)
    return open_amendments(synthesis=synthesis, until=TOMORROW, by=animator)


def test_a_draft_holds_what_the_session_holds_in_order(room, animator):
    session, (one, two, _) = room
    a_moment(session, animator, "Table ronde")
    cite(
        session=session,
        kind="programme",
        key="fonds",
        title="Fonds friches",
        facts={"échelon": "national"},
        by=animator,
    )
    decision = propose_decision(session=session, fields=DecisionFields(title="Partager"), by=animator)
    give_voice(decision=decision, organisation=one, value="consent", by=animator)
    give_voice(decision=decision, organisation=two, value="reserve", reason="À suivre.", by=animator)
    close_decision(decision=decision, by=animator)
    fields = FollowUpFields(title="Écrire", due_on=dt.date(2027, 9, 1))
    plan_follow_up(session=session, owner=one, fields=fields, decision=decision, by=animator)

    body = draft_synthesis(session=session, notes=[("Atelier 1", "Il faut du temps.")], by=animator).body

    titles = [line[3:] for line in body.splitlines() if line.startswith("## ")]
    assert titles == [
        "L’objet de la session",
        "Qui était là",
        "Ce dont on est parti",
        "Ce qui s’est dit",
        "Décisions",
        "Ce qui suit",
    ]
    assert "2 structures, 2 personnes." in body
    assert "Il faut du temps." in body
    assert "Partager : adoptée, par consentement, 2 voix pour 2 structures présentes." in body
    assert "Désaccord de Structure 1 : À suivre." in body
    assert "Écrire : Structure 0, pour le 01/09/2027" in body
    with pytest.raises(Refused, match="synthesis_exists"):
        draft_synthesis(session=session, by=animator)


def test_those_who_were_there_amend_and_nobody_else(amended, room, animator):
    session, (one, two, absent) = room
    there, elsewhere = speaker_of(one), speaker_of(absent)

    first = amend(synthesis=amended, organisation=one, passage="Un.", words="Une.", by=there)
    amend(synthesis=amended, organisation=two, passage="", words="Et trois.", by=animator)

    assert first.organisation == one
    with pytest.raises(Refused, match="registration_not_yours"):
        amend(synthesis=amended, organisation=absent, passage="Un.", words="X", by=elsewhere)
    with pytest.raises(Refused, match="registration_not_yours"):
        amend(synthesis=amended, organisation=two, passage="Un.", words="X", by=there)
    with pytest.raises(Refused, match="passage_gone"):
        amend(synthesis=amended, organisation=one, passage="Jamais écrit", words="X", by=there)
    with pytest.raises(Invalid, match="field_required"):
        amend(synthesis=amended, organisation=one, passage="  ", words="", by=there)
    assert [each.pk for each in may_amend_for(there, amended)] == [one.pk]
    assert may_amend_for(elsewhere, amended) == []
    assert seen_synthesis(session, elsewhere) is not None, "one who registered reads it"
    assert seen_synthesis(session, None) is None


def test_an_amendment_taken_changes_its_passage_and_one_refused_says_why(amended, room, animator):
    _, (one, two, _) = room
    first = amend(synthesis=amended, organisation=one, passage="Un.", words="Une.", by=animator)
    whole = amend(synthesis=amended, organisation=two, passage="", words="Et trois.", by=animator)
    twice = amend(synthesis=amended, organisation=two, passage="Deux.", words="2.", by=animator)
    with pytest.raises(Refused, match="amendments_open"):
        freeze_synthesis(synthesis=amended, by=animator)

    decide_amendment(amendment=first, accept="oui", by=animator)
    decide_amendment(amendment=whole, accept="oui", by=animator)
    with pytest.raises(Refused, match="passage_gone"):
        decide_amendment(amendment=twice, accept="oui", by=animator)
    with pytest.raises(Refused, match="refusal_needs_reason"):
        decide_amendment(amendment=twice, accept="non", answer=" ", by=animator)
    decide_amendment(amendment=twice, accept="non", answer="Deux est juste.", by=animator)
    with pytest.raises(Refused, match="amendment_decided"):
        decide_amendment(amendment=first, accept="non", answer="Non.", by=animator)

    assert Synthesis.objects.get().body == "Une.\n\nDeux.\n\nDeux.\n\nEt trois."


def test_a_frozen_synthesis_is_sealed_and_public(amended, room, animator):
    session, (one, *_rest) = room
    frozen = freeze_synthesis(synthesis=amended, by=animator)

    assert frozen.sha256 == hashlib.sha256(frozen.body.encode()).hexdigest()
    assert seen_synthesis(session, None) == frozen
    for write in (
        lambda: write_synthesis(synthesis=amended, body="Autre", seen=frozen.version, by=animator),
        lambda: open_amendments(synthesis=amended, until=TOMORROW, by=animator),
        lambda: amend(synthesis=amended, organisation=one, passage="", words="X", by=animator),
        lambda: freeze_synthesis(synthesis=amended, by=animator),
    ):
        with pytest.raises(Refused, match="synthesis_frozen"):
            write()


def test_amendments_end_with_their_last_day(amended, room, animator):
    _, (one, *_rest) = room
    with pytest.raises(Invalid, match="day_is_past"):
        open_amendments(synthesis=amended, until=TOMORROW - dt.timedelta(days=2), by=animator)
    Synthesis.objects.update(amend_until=TOMORROW - dt.timedelta(days=2))

    with pytest.raises(Refused, match="amendments_closed"):
        amend(synthesis=amended, organisation=one, passage="", words="Trop tard.", by=animator)


def test_two_who_write_at_once_lose_nothing(amended, animator):
    write_synthesis(synthesis=amended, body="Le premier.", seen=amended.version, by=animator)

    with pytest.raises(Refused, match="edited_meanwhile"):
        write_synthesis(synthesis=amended, body="Le second.", seen=amended.version, by=animator)

    assert Synthesis.objects.get().body == "Le premier."


def test_only_animateurs_lead_a_synthesis(amended, room):
    session, (one, *_rest) = room
    member = speaker_of(one)
    amendment = amend(synthesis=amended, organisation=one, passage="", words="Ajout", by=member)

    for write in (
        lambda: draft_synthesis(session=session, by=member),
        lambda: write_synthesis(synthesis=amended, body="X", seen=3, by=member),
        lambda: open_amendments(synthesis=amended, until=TOMORROW, by=member),
        lambda: decide_amendment(amendment=amendment, accept="oui", by=member),
        lambda: freeze_synthesis(synthesis=amended, by=member),
        lambda: cite(session=session, kind="need", key="x", title="X", facts={}, by=member),
    ):
        with pytest.raises(Refused, match="animators_only"):
            write()


def test_a_sheet_cited_keeps_its_state_of_that_day(room, animator):
    session, _ = room
    said = {"session": session, "kind": "programme", "key": "fonds", "title": "Fonds", "address": "/programmes/fonds"}
    cite(**said, facts={"clôture": "2026-12-31"}, by=animator)
    cite(**said, facts={"clôture": "2030-01-01"}, by=animator)
    kept = Citation.objects.get()

    assert (kept.facts, kept.day) == ({"clôture": "2026-12-31"}, timezone.localdate())
    with pytest.raises(Invalid, match="code_unknown"):
        cite(**{**said, "address": "https://ailleurs.test"}, facts={}, by=animator)
    hold_session(session=session, by=animator)
    with pytest.raises(Refused, match="session_state_refused"):
        drop_citation(citation=kept, by=animator)


def test_a_cycle_gathers_its_frozen_syntheses_alone(amended, animator):
    cycle = Cycle.objects.create(slug="c", title="Cycle")
    amended.session.cycle = cycle
    amended.session.save()
    assert compiled_syntheses(cycle) == []

    freeze_synthesis(synthesis=amended, by=animator)

    assert [each.session.number for each in compiled_syntheses(cycle)] == [22]
