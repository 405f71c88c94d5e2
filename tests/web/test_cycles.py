"""Cycles as pages: written by who keeps them, with their history, and taken away on paper."""

from __future__ import annotations

import io

import pypdf
import pytest

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
from maillage.dialogue.actions.synthesising import draft_synthesis, freeze_synthesis
from maillage.dialogue.models import Cycle
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
