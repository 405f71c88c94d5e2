"""Decisions, voices and follow-ups as pages: who may, what the public reads, what comes back."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from maillage.accounts.models import Role, User
from maillage.dialogue.actions.attending import welcome_guest
from maillage.dialogue.actions.deciding import FollowUpFields, plan_follow_up
from maillage.dialogue.models import Decision, FollowUp
from tests.factories.dialogue import a_session, some_organisations, speaker_of
from tests.web.conftest import signed_in
from tests.web.test_dialogue import HOSTILE, page, words

AT = "/animation/dialogue/22"
PROPOSAL = {"title": "Partager les données", "method": "consent", "quorum_percent": "50", "carries_percent": "50"}


@pytest.fixture
def leader(animator) -> User:
    return User.objects.get(role=Role.ANIMATOR)


@pytest.fixture
def room(leader):
    """A session, three organisations, two of them there."""
    session = a_session(leader)
    organisations = some_organisations(3)
    for each in organisations[:2]:
        welcome_guest(session=session, organisation=each, name="", mode="on_site", by=leader)
    return session, organisations


def test_a_decision_is_proposed_spoken_of_and_closed_with_its_dissent(room, animator, client):
    _, (one, two, _) = room
    animator.post(f"{AT}/decisions/proposer", PROPOSAL)
    decision = Decision.objects.get()
    voice = f"/dialogue/sessions/22/decisions/{decision.pk}/voix"
    member = signed_in(speaker_of(one))
    assert "Pour Structure 0" in words(member, "/dialogue/sessions/22")

    member.post(voice, {"structure": one.slug, "voix": "consent"})
    refused = animator.post(voice, {"structure": two.slug, "voix": "objection"}, follow=True).content.decode()
    animator.post(voice, {"structure": two.slug, "voix": "objection", "raison": "Sans garantie."})
    assert "Sans garantie" not in page(client, "/dialogue/sessions/22"), "nobody follows the voices before the end"
    animator.post(f"{AT}/decisions/{decision.pk}", {"decision": "clore"})

    assert "se dit avec sa raison" in refused
    shown = words(client, "/dialogue/sessions/22")
    assert "Une objection ou un veto l’arrête" in shown
    assert "Structure 1 · objection « Sans garantie. »" in shown
    assert Decision.objects.get().state == "rejected"


def test_nobody_speaks_for_an_organisation_of_another_or_absent(room, animator, client, visitor):
    _, (one, two, absent) = room
    animator.post(f"{AT}/decisions/proposer", PROPOSAL)
    decision = Decision.objects.get()
    voice = f"/dialogue/sessions/22/decisions/{decision.pk}/voix"
    said = {"structure": two.slug, "voix": "consent"}

    assert client.post(voice, said).status_code == 302
    assert visitor.post(voice, said).status_code == 403
    assert signed_in(speaker_of(one)).post(voice, said).status_code == 403
    assert signed_in(speaker_of(absent)).post(voice, {**said, "structure": absent.slug}).status_code == 403
    assert not decision.voices.exists()


@pytest.mark.parametrize("path", ["decisions", "decisions/proposer", "decisions/1", "suites"])
def test_deciding_is_led_by_animateurs(room, contributor, client, path):
    address = f"{AT}/{path}"

    assert client.post(address).status_code == 302
    assert contributor.post(address).status_code == 403


def test_a_follow_up_is_written_told_and_comes_back_at_the_next_session(room, leader, animator, client):
    _, (one, two, _) = room
    said = {"title": "Écrire la note", "owner": one.name, "due_on": "2026-01-01"}
    assert animator.post(f"{AT}/suites", {**said, "owner": "Personne"}).status_code == 400
    animator.post(f"{AT}/suites", said)
    row = FollowUp.objects.get()
    member, stranger = signed_in(speaker_of(one)), signed_in(speaker_of(two))
    assert "en retard de" in words(member, "/mon-espace/engagements")
    assert "Écrire la note" not in words(stranger, "/mon-espace/engagements")
    report = {f"{row.pk}-state": "open", f"{row.pk}-progress": "40", f"{row.pk}-words": "La moitié."}
    assert stranger.post(f"/mon-espace/engagements/{row.pk}", report).status_code == 403
    assert stranger.post(f"/mon-espace/engagements/{row.pk}/relais", {"instance": "X"}).status_code == 403
    assert client.post(f"/mon-espace/engagements/{row.pk}", report).status_code == 302

    member.post(f"/mon-espace/engagements/{row.pk}", report)
    member.post(f"/mon-espace/engagements/{row.pk}/relais", {"instance": "Réseau rural national"})
    a_session(leader, number=23)

    opening = words(client, "/dialogue/sessions/23")
    assert "Suites de la session précédente" in opening
    assert "Écrire la note" in opening
    assert "40 %" in opening
    assert "Relayée à Réseau rural national · sans réponse encore" in opening
    assert "Écrire la note" in words(animator, "/animation/dialogue/23")


def test_hostile_words_of_decisions_never_become_markup(room, leader, animator, client):
    session, (one, *_rest) = room
    animator.post(f"{AT}/decisions/proposer", {**PROPOSAL, "title": HOSTILE, "text": HOSTILE})
    voice = f"/dialogue/sessions/22/decisions/{Decision.objects.get().pk}/voix"
    animator.post(voice, {"structure": one.slug, "voix": "objection", "raison": HOSTILE})
    animator.post(f"{AT}/decisions/{Decision.objects.get().pk}", {"decision": "clore"})
    fields = FollowUpFields(title=HOSTILE, due_on=dt.date(2027, 1, 1), details=HOSTILE)
    plan_follow_up(session=session, owner=one, fields=fields, by=leader)

    for browser, address in (
        (client, "/dialogue/sessions/22"),
        (animator, f"{AT}/decisions"),
        (animator, "/mon-espace/engagements"),
    ):
        assert not re.search(r"<script>alert|<img src=x", page(browser, address)), address


def test_commitments_ask_as_many_queries_for_one_or_forty(room, leader, animator, django_assert_max_num_queries):
    session, (one, *_rest) = room

    def plan(title: str) -> None:
        fields = FollowUpFields(title=title, due_on=dt.date(2027, 1, 1))
        plan_follow_up(session=session, owner=one, fields=fields, by=leader)

    plan("Une")
    animator.get("/mon-espace/engagements")
    with django_assert_max_num_queries(20) as few:
        animator.get("/mon-espace/engagements")
    for number in range(40):
        plan(str(number))

    with django_assert_max_num_queries(len(few)):
        assert animator.get("/mon-espace/engagements").content.decode().count("<details>") == 41


def test_each_label_of_the_desk_names_its_own_field(room, animator):
    shown = page(animator, f"{AT}/decisions")

    ids = re.findall(r'\bid="([^"]+)"', shown)
    assert sorted(set(ids)) == sorted(ids)
    assert set(re.findall(r'<label for="([^"]+)"', shown)) <= set(ids)
