"""Who leads, and how the lead passes on: nothing is lost, the history stays public."""

from __future__ import annotations

import datetime as dt
import io

import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.deciding import FollowUpFields, plan_follow_up
from maillage.dialogue.actions.governing import RelayFields, load_governance, relay_role
from maillage.dialogue.actions.loading import load_history
from maillage.dialogue.history import documented_cycles, documented_relays, documented_roles, documented_sessions
from maillage.dialogue.models import FollowUp, GovernanceRelay, GovernanceRole, LeadRight, Session
from tests.factories.dialogue import a_session, some_organisations, speaker_of
from tests.web.conftest import signed_in
from tests.web.test_dialogue import HOSTILE, page, words

RELAY = "/animation/dialogue/gouvernance"
TODAY = timezone.localdate()


@pytest.fixture
def leader(animator) -> User:
    return User.objects.get(role=Role.ANIMATOR)


@pytest.fixture
def lead(leader) -> list[Organisation]:
    """Three organisations, the first of which leads."""
    organisations = some_organisations(3)
    GovernanceRole.objects.create(kind="lead", organisation=organisations[0], since_on=dt.date(2020, 7, 1))
    return organisations


def said(**other) -> RelayFields:
    return RelayFields(**{"accepted_by": "Bureau", "accepted_on": TODAY, "scope": "L’animation.", **other})


def test_the_relay_of_2024_is_told_with_its_source_and_loaded_once(commons, client: Client):
    for slug, name in (
        ("le-rameau", "Le RAMEAU"),
        ("fondation-des-territoires", "Fondation des Territoires"),
        ("fonds-odd-17", "Fonds ODD 17"),
    ):
        values = {"kind": "association", "natures": ("CATALYST",), "echelon": "NATIONAL", "status": "published"}
        Organisation.objects.create(slug=slug, name=name, **values)
    load_history(cycles=documented_cycles(), sessions=documented_sessions())

    assert load_governance(roles=documented_roles(), relays=documented_relays()) == 4
    assert load_governance(roles=documented_roles(), relays=documented_relays()) == 0

    shown = words(client, "/dialogue/gouvernance")
    assert "Le RAMEAU → Fondation des Territoires" in shown
    assert "Comité exécutif de la Fondation des Territoires, le 12 novembre 2024" in shown
    assert "Validé à la session 21" in shown
    assert GovernanceRole.objects.get(kind="lead", is_over=False).organisation.slug == "fondation-des-territoires"


def test_without_its_organisations_nothing_is_made_up(commons):
    assert load_governance(roles=documented_roles(), relays=documented_relays()) == 0
    assert not GovernanceRole.objects.exists()


def test_a_relay_hands_over_what_is_to_come_and_what_is_owed(lead, leader, animator, client):
    one, two, three = lead
    session = a_session(leader)
    Session.objects.update(organiser=one)
    for owner, title in ((one, "La sienne"), (three, "Celle d’une autre")):
        fields = FollowUpFields(title=title, due_on=dt.date(2027, 1, 1))
        plan_follow_up(session=session, owner=owner, fields=fields, by=leader)
    sent = {"kind": "lead", "successor": two.name, "accepted_by": "Bureau", "accepted_on": TODAY.isoformat()}

    assert animator.post(RELAY, {**sent, "scope": "L’animation.", "session": str(session.pk)}).status_code == 302

    relay = GovernanceRelay.objects.get()
    assert (relay.proposer, relay.successor, relay.session) == (one, two, session)
    assert Session.objects.get().organiser == two
    assert dict(FollowUp.objects.values_list("title", "owner__slug")) == {
        "La sienne": two.slug,
        "Celle d’une autre": three.slug,
    }
    assert "Structure 0 à Structure 1" in FollowUp.objects.get(title="La sienne").notes.get().words
    assert [each["title"] for each in relay.dossier["follow_ups"]] == ["La sienne", "Celle d’une autre"]
    held = list(GovernanceRole.objects.order_by("id").values_list("organisation__slug", "is_over"))
    assert held == [(one.slug, True), (two.slug, False)]
    assert "Structure 0 → Structure 1" in words(client, "/dialogue/gouvernance")
    answer = client.get(f"/dialogue/gouvernance/{relay.uid}.pdf")
    text = " ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "Celle d’une autre" in text


def test_a_relay_that_makes_no_sense_changes_nothing(lead, leader):
    one, two, _ = lead
    visitor = User.objects.create_user("autre@exemple.test", "motdepasse-tres-long")

    for refused, error, code in (
        (lambda: relay_role(successor=two, fields=said(), by=visitor), Refused, "animators_only"),
        (lambda: relay_role(successor=one, fields=said(), by=leader), Refused, "relay_to_itself"),
        (lambda: relay_role(successor=two, fields=said(kind="tools"), by=leader), Refused, "role_not_held"),
        (lambda: relay_role(successor=two, fields=said(scope=" "), by=leader), Invalid, "field_required"),
        (
            lambda: relay_role(successor=two, fields=said(accepted_on=TODAY + dt.timedelta(days=2)), by=leader),
            Invalid,
            "day_to_come",
        ),
    ):
        with pytest.raises(error, match=code):
            refused()
    assert not GovernanceRelay.objects.exists()
    assert GovernanceRole.objects.get().organisation == one


def test_a_role_is_held_by_one_at_a_time(lead):
    with pytest.raises(IntegrityError), transaction.atomic():
        GovernanceRole.objects.create(kind="lead", organisation=lead[1], since_on=TODAY)


def test_relaying_is_for_animateurs_and_hostile_words_stay_words(lead, animator, contributor, client):
    assert client.get(RELAY).status_code == 302
    assert contributor.post(RELAY).status_code == 403
    sent = {"kind": "lead", "successor": lead[1].name, "accepted_by": HOSTILE, "accepted_on": TODAY.isoformat()}
    assert animator.post(RELAY, {**sent, "successor": "Personne", "scope": "x"}).status_code == 400

    animator.post(RELAY, {**sent, "scope": HOSTILE})

    assert GovernanceRelay.objects.exists()
    assert "<script>alert" not in page(client, "/dialogue/gouvernance")


def test_after_a_relay_pages_open_to_the_successors_people_and_close_to_the_others(lead, leader, animator, client):
    one, two, _ = lead
    session = a_session(leader, announced=False)
    Session.objects.update(organiser=one)
    Membership.objects.create(user=leader, organisation=one, state=MembershipState.CONFIRMED)
    heir = signed_in(speaker_of(two))
    pages = (f"/animation/dialogue/{session.number}", "/animation/dialogue/nouvelle", RELAY)
    assert [heir.get(path).status_code for path in pages] == [403, 403, 403]
    sent = {"kind": "lead", "successor": two.name, "accepted_by": "Bureau", "accepted_on": TODAY.isoformat()}

    animator.post(RELAY, {**sent, "scope": "L’animation."})

    assert [heir.get(path).status_code for path in pages] == [200, 200, 200]
    assert [animator.get(path).status_code for path in pages] == [403, 403, 403]
    assert animator.get("/animation").status_code == 200, "the rest of the house stays theirs"
    assert heir.get("/animation").status_code == 403
    assert "Préparer une session" in words(heir, "/dialogue")
    assert "Préparer une session" not in words(animator, "/dialogue")
    assert "retiré à 1, donné à 1" in words(client, "/dialogue/gouvernance")
    assert "Qui tient les cycles et l’agenda" not in words(client, "/dialogue/gouvernance")
    answer = client.get(f"/dialogue/gouvernance/{GovernanceRelay.objects.get().uid}.pdf")
    text = " ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "retiré à 1, donné à 1" in " ".join(text.split())
    assert "10 juin 2027" in " ".join(text.replace("\u00a0", " ").split()), "the calendar is in the dossier"


def test_who_leads_names_another_member_and_takes_the_right_back(lead, leader, animator, contributor):
    other = speaker_of(lead[0])
    rights = f"{RELAY}/droits"
    assert contributor.post(rights, {"personne": str(other.pk)}).status_code == 403

    animator.post(rights, {"personne": str(other.pk)})

    named = signed_in(other)
    assert named.get("/animation/dialogue/nouvelle").status_code == 200
    assert other.email in page(animator, "/dialogue/gouvernance")
    animator.post(rights, {"retirer": str(LeadRight.objects.get().pk)})
    assert named.get("/animation/dialogue/nouvelle").status_code == 403
    assert animator.post(rights, {"personne": "x"}).status_code == 404
