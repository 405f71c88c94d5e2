"""Cycles as pages: written by who keeps them, with their history, and taken away on paper."""

from __future__ import annotations

import datetime as dt
import io

import pypdf
import pytest
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.dialogue.actions.attending import welcome_guest
from maillage.dialogue.actions.deciding import (
    DecisionFields,
    FollowUpFields,
    close_decision,
    give_voice,
    plan_follow_up,
    propose_decision,
)
from maillage.dialogue.actions.loading import load_history
from maillage.dialogue.actions.synthesising import draft_synthesis, freeze_synthesis
from maillage.dialogue.history import documented_cycles, documented_sessions
from maillage.dialogue.models import Cycle, Decision, FollowUp, Session, Synthesis
from tests.factories.dialogue import THURSDAY, a_session, some_organisations
from tests.web.test_dialogue import HOSTILE, page, words

EDIT = "/animation/dialogue/cycles/essai/modifier"
NEW = "/animation/dialogue/cycles/nouveau"
PAGE = "/dialogue/cycles/essai"


@pytest.fixture
def leader(animator) -> User:
    return User.objects.get(role=Role.ANIMATOR)


@pytest.fixture
def cycle(animator) -> Cycle:
    return Cycle.objects.create(slug="essai", title="Essai", objective="Voir.")


def test_cycles_are_written_by_who_keeps_them(cycle, client, contributor, animator):
    for path in (EDIT, NEW):
        answers = [each.get(path).status_code for each in (client, contributor, animator)]
        assert answers == [302, 403, 200]
        assert contributor.post(path, {"title": "Volé"}).status_code == 403
    assert "Modifier" in words(animator, PAGE)
    assert "Modifier" not in words(contributor, PAGE)

    answer = animator.post(NEW, {"title": "Le suivant", "priorities": "Une\nDeux"})

    assert answer["Location"] == "/dialogue/cycles/le-suivant"
    assert Cycle.objects.get(slug="le-suivant").priorities == ["Une", "Deux"]


def test_two_who_write_see_both_texts_and_the_history_tells_what_changed(cycle, animator, client):
    seen = page(animator, EDIT).partition('name="vu" value="')[2].partition('"')[0]
    first = animator.post(EDIT, {"title": "Essai", "objective": HOSTILE, "vu": seen})
    second = animator.post(EDIT, {"title": "Autre", "objective": "Le mien.", "vu": seen})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "Le mien." in second.content.decode()
    assert Cycle.objects.get().title == "Essai"
    assert "<script>alert" not in page(client, PAGE)
    assert "(objectif)" in words(client, PAGE)
    wrong = animator.post(EDIT, {"title": "Essai", "starts_on": "2027-02-01", "ends_on": "2027-01-01", "vu": "x"})
    assert wrong.status_code in (400, 409)


def test_the_paper_of_a_cycle_holds_all_that_is_public_in_it(cycle, leader, client):
    session = a_session(leader, cycle="essai", summary="Investir en commun.")
    a_session(leader, number=23, announced=False, cycle="essai", title="Secrète", starts_at=THURSDAY)
    organisation = some_organisations(1)[0]
    welcome_guest(session=session, organisation=organisation, name="", mode="on_site", by=leader)
    decision = propose_decision(session=session, fields=DecisionFields(title="Un fonds commun"), by=leader)
    give_voice(decision=decision, organisation=organisation, value="consent", by=leader)
    close_decision(decision=decision, by=leader)
    fields = FollowUpFields(title="Écrire les statuts", due_on=THURSDAY.date())
    plan_follow_up(session=session, owner=organisation, fields=fields, by=leader)
    freeze_synthesis(synthesis=draft_synthesis(session=session, by=leader), by=leader)

    answer = client.get(f"{PAGE}.pdf")

    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    said = " ".join(text.replace("\u00a0", " ").split())
    for held in ("Voir.", "Un fonds commun", "Écrire les statuts", "Investir en commun.", "Empreinte du texte"):
        assert held in said, held
    assert "Secrète" not in said
    assert f"{PAGE}.pdf" in page(client, PAGE)


def test_the_file_of_a_cycle_holds_what_its_sessions_left(client, db, django_assert_max_num_queries):
    load_history(cycles=documented_cycles(), sessions=documented_sessions())
    session, (one,) = Session.objects.get(number=21), some_organisations(1)
    decision = Decision.objects.create(
        session=session, title="Un guichet", state="adopted", result={"voices": 3}, closed_at=timezone.now()
    )
    FollowUp.objects.create(session=session, owner=one, title="L’écrire", due_on=dt.date(2027, 1, 5), decision=decision)
    sealed = Synthesis.objects.create(
        session=session, body="Ce qui reste.", state="frozen", frozen_at=timezone.now(), sha256="a" * 64
    )
    Synthesis.objects.create(session=Session.objects.get(number=20), body="Pas encore.")

    with django_assert_max_num_queries(12):
        plain = client.get("/dialogue/cycles/mise-en-communs-2024.json").json()
    told = {each["number"]: each for each in plain["sessions"]}

    assert [each["result"] for each in told[21]["decisions"]] == [{"voices": 3}]
    assert [(each["owner"], each["due_on"]) for each in told[21]["follow_ups"]] == [(one.slug, "2027-01-05")]
    assert (told[21]["synthesis"]["text"], told[21]["synthesis"]["sha256"]) == ("Ce qui reste.", sealed.sha256)
    assert told[20]["synthesis"] is None, "a draft is for those who were there"
