"""The other side is told by letter: its words frozen once, sent once, its link opens a page where one button acts."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.articulation.actions import (
    compute_missing_links,
    confirm_between_bodies,
    confirm_link,
    propose_link,
    send_link_letters,
)
from maillage.articulation.letters import Asked, link_token, read_token
from maillage.articulation.models import BodyConfirmation, LinkLetter, ProposalState, ProposedLink, Side
from maillage.articulation.queries import body_voices, proposal
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.inventory.actions import put_links
from maillage.inventory.models import Articulation, LinkLevel
from maillage.work.models import LetterState
from tests.articulation.test_proposals import DAY
from tests.factories.mail import mail_server
from tests.factories.records import a_link


def proposed(two_sides) -> ProposedLink:
    return propose_link(
        origin=two_sides.etude,
        target=two_sides.travaux,
        kind="refers_to",
        statement="L’étude oriente vers les travaux.",
        by=two_sides.of_agence,
    )


def address_in(text: str) -> str:
    [found] = re.findall(r"https?://[^/\s]+(/articulations/repondre/\S+)", text)
    return found


def test_the_other_side_alone_receives_one_letter_by_a_real_server(two_sides, settings):
    row = proposed(two_sides)
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        assert (send_link_letters().sent, send_link_letters().sent) == (1, 0)

    [text] = box.texts()
    assert box.receivers() == ["fabrique@exemple.test"]
    assert "L’étude oriente vers les travaux." in text
    asked = read_token(address_in(text).rpartition("/")[2])
    assert asked == Asked(link=str(row.uid), side=Side.TARGET.value, user=two_sides.of_fabrique.pk)
    assert LinkLetter.objects.get().state == LetterState.SENT


def test_words_are_frozen_before_they_are_sent_and_nobody_is_asked_twice(two_sides):
    row = proposed(two_sides)
    before = LinkLetter.objects.get().body
    row.origin.title = "Un autre titre"
    row.origin.save(update_fields=["title"])
    proposed(two_sides)
    confirm_link(link=row, side=Side.ORIGIN, by=two_sides.of_agence)

    send_link_letters()

    [letter] = mail.outbox
    assert letter.body == before
    assert LinkLetter.objects.count() == 1


def test_a_side_that_confirms_what_the_data_suggests_has_the_other_told(two_sides):
    compute_missing_links(today=DAY)
    assert not LinkLetter.objects.exists()
    row = ProposedLink.objects.get(origin__slug="etude", target__slug="suite")

    confirm_link(link=row, side=Side.TARGET, by=two_sides.of_fabrique)

    assert [letter.user for letter in LinkLetter.objects.all()] == [two_sides.of_agence]


def test_who_speaks_for_both_sides_is_not_written_to_nor_writes_to_others(two_sides):
    both = Organisation.objects.get(slug="fabrique")
    Membership.objects.create(user=two_sides.of_agence, organisation=both, state=MembershipState.CONFIRMED)

    row = proposed(two_sides)

    assert proposal(row.uid).state == ProposalState.CONFIRMED
    assert not LinkLetter.objects.exists()


def test_an_animateur_who_proposes_has_both_sides_told(two_sides):
    propose_link(
        origin=two_sides.etude, target=two_sides.travaux, kind="equips", statement="Oui.", by=two_sides.animator
    )

    assert {letter.user for letter in LinkLetter.objects.all()} == {two_sides.of_agence, two_sides.of_fabrique}


@pytest.mark.parametrize(("decision", "state"), [("confirmer", "confirmed"), ("ecarter", "refused")])
def test_the_page_of_the_letter_acts_by_a_button_only(two_sides, client, settings, decision, state):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    row = proposed(two_sides)
    address = address_in(LinkLetter.objects.get().body)

    page = client.get(address)

    assert page.status_code == 200
    assert proposal(row.uid).state == ProposalState.OPEN, "reading does nothing"
    done = client.post(address, {"decision": decision})
    assert done.status_code == 200
    assert proposal(row.uid).state == state
    again = client.get(address).content.decode()
    assert 'name="decision"' not in again
    assert client.post(address, {"decision": "ecarter"}).status_code == 200
    assert proposal(row.uid).state == state, "once"


def test_who_left_the_organisation_no_longer_speaks_by_the_letter(two_sides, client, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    row = proposed(two_sides)
    address = address_in(LinkLetter.objects.get().body)
    Membership.objects.filter(user=two_sides.of_fabrique).delete()

    client.post(address, {"decision": "confirmer"})

    assert proposal(row.uid).state == ProposalState.OPEN
    assert client.get("/articulations/repondre/n-importe-quoi").status_code == 400
    forged = link_token(Asked(link=str(row.uid), side="target", user=10**6))
    assert client.get(f"/articulations/repondre/{forged}").status_code == 404


def test_an_old_link_is_refused(two_sides, monkeypatch):
    token = link_token(Asked(link="x", side="origin", user=1))
    monkeypatch.setattr("maillage.articulation.letters.AGE", -1)

    with pytest.raises(Invalid, match="link_expired"):
        read_token(token)


# Between organisations


@pytest.fixture
def bodies_linked(two_sides) -> Articulation:
    """A documented link between two organisations."""
    put_links([a_link("agence", "fabrique", "co_carries", between="organisation")], by=None)
    return Articulation.objects.get(from_organisation__slug="agence")


def test_two_organisations_confirm_their_link_each_for_its_side(two_sides, bodies_linked):
    confirm_between_bodies(link=bodies_linked, side=Side.ORIGIN, by=two_sides.of_agence)
    assert Articulation.objects.get().level == LinkLevel.STATED
    [letter] = LinkLetter.objects.all()
    assert (letter.user, letter.side) == (two_sides.of_fabrique, Side.TARGET)
    assert "écarter" not in letter.body, "a documented link is corrected, not refused"

    confirm_between_bodies(link=bodies_linked, side=Side.TARGET, by=two_sides.of_fabrique)

    declared = Articulation.objects.get()
    assert (declared.level, declared.uid) == (LinkLevel.CONFIRMED, bodies_linked.uid)
    assert declared.evidence_url == "https://exemple.test/preuve"
    assert [one.organisation.slug for one in BodyConfirmation.objects.all()] == ["agence", "fabrique"]
    with pytest.raises(Refused, match="proposal_settled"):
        confirm_between_bodies(link=bodies_linked, side=Side.TARGET, by=two_sides.of_fabrique)


@pytest.mark.parametrize("who", ["stranger", "visitor", "of_fabrique"])
def test_only_a_member_speaks_for_an_organisation(two_sides, bodies_linked, who):
    with pytest.raises(Refused, match="proposal_not_yours"):
        confirm_between_bodies(link=bodies_linked, side=Side.ORIGIN, by=getattr(two_sides, who))
    with pytest.raises(Unknown, match="proposal_side_unknown"):
        confirm_between_bodies(link=bodies_linked, side="milieu", by=two_sides.of_agence)

    assert not BodyConfirmation.objects.exists()
    assert len(body_voices(two_sides.animator, bodies_linked)) == 2


def test_the_sheet_of_a_link_between_organisations_offers_the_button_to_its_sides(
    two_sides, bodies_linked, client, settings
):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    address = f"/articulations/{bodies_linked.uid}"
    assert 'name="cote"' not in client.get(address).content.decode()
    client.force_login(two_sides.of_agence)
    assert 'value="origin"' in client.get(address).content.decode()

    client.post(f"{address}/confirmer", {"cote": "origin"})

    assert BodyConfirmation.objects.get().side == Side.ORIGIN
    client.force_login(two_sides.of_fabrique)
    client.post(address_in(LinkLetter.objects.get().body), {"decision": "confirmer"})
    assert Articulation.objects.get().level == LinkLevel.CONFIRMED
