"""Proposed links: computed, proposed by a side, confirmed by both, refused for ever."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.models import Event, User
from maillage.actors.models import Membership, MembershipState, Network, Organisation
from maillage.articulation import queries
from maillage.articulation.actions import (
    compute_missing_links,
    confirm_link,
    open_stated,
    propose_link,
    refuse_proposal,
)
from maillage.articulation.models import Confirmation, ProposalState, ProposedLink, Proposer, Side
from maillage.articulation.reading import evidence
from maillage.articulation.tasks import follow_the_inventory
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.core.network.cofunding import Cofunding
from maillage.core.records import GrantRecord
from maillage.inventory.actions import put_grants, put_links, put_programmes
from maillage.inventory.models import Articulation, LinkLevel, Programme, ProgrammeZone
from maillage.inventory.queries import refused_pairs
from maillage.territories.models import Territory
from tests.articulation.conftest import an_offer
from tests.factories.records import a_link, a_programme

DAY = dt.date(2026, 11, 22)


def computed() -> ProposedLink:
    compute_missing_links(today=DAY)
    return ProposedLink.objects.get(origin__slug="etude", target__slug="suite")


def test_offers_that_should_know_each_other_are_suggested_with_reasons_and_gain(two_sides):
    row = computed()

    assert (row.kind, row.proposer, row.state) == ("precedes", Proposer.DATA, ProposalState.OPEN)
    codes = [clue.reason.code for clue in queries.clues_of(row)]
    assert codes == ["same_object", "stages_follow", "same_audiences", "shared_zone", "natures_meet"]
    assert row.strength == pytest.approx(sum(clue.points for clue in queries.clues_of(row)), abs=1e-3)
    assert row.mended == row.cells * row.communes > 0
    assert queries.last_computed().facts["offers"] == 3


def test_the_same_inventory_gives_the_same_links(two_sides):
    compute_missing_links(today=DAY)
    before = list(ProposedLink.objects.order_by("uid").values("uid", "mended", "state", "created_at"))

    again = compute_missing_links(today=DAY)

    assert (again.added, again.dropped) == (0, 0)
    assert list(ProposedLink.objects.order_by("uid").values("uid", "mended", "state", "created_at")) == before


def test_once_both_sides_said_so_the_link_is_declared_at_the_same_address(two_sides):
    row = computed()

    confirm_link(link=row, side=Side.ORIGIN, by=two_sides.of_agence)
    assert not Articulation.objects.exists()
    confirm_link(link=row, side=Side.ORIGIN, by=two_sides.of_agence)
    assert Confirmation.objects.count() == 1
    confirm_link(link=row, side=Side.TARGET, by=two_sides.of_fabrique)

    [declared] = Articulation.objects.all()
    assert (declared.uid, declared.level) == (row.uid, LinkLevel.CONFIRMED)
    assert queries.proposal(row.uid).state == ProposalState.CONFIRMED
    assert [one.organisation.slug for one in Confirmation.objects.all()] == ["agence", "fabrique"]
    with pytest.raises(Refused, match="proposal_settled"):
        confirm_link(link=row, side=Side.TARGET, by=two_sides.of_fabrique)


@pytest.mark.parametrize("who", ["stranger", "visitor", "of_fabrique"])
def test_only_someone_of_a_side_speaks_for_it(two_sides, who):
    row = computed()

    with pytest.raises(Refused, match="proposal_not_yours"):
        confirm_link(link=row, side=Side.ORIGIN, by=getattr(two_sides, who))

    assert not Confirmation.objects.exists()


def test_a_membership_nobody_confirmed_gives_no_voice(two_sides):
    Membership.objects.filter(user=two_sides.of_agence).update(state=MembershipState.ASKED)

    [mine] = queries.voices(two_sides.of_agence, [(two_sides.etude.pk, two_sides.suite.pk)])

    assert mine == ()


def test_an_animator_speaks_for_both_sides_and_it_is_told_apart(two_sides):
    row = computed()

    for side in Side.values:
        confirm_link(link=row, side=side, by=two_sides.animator)

    assert [one.organisation for one in Confirmation.objects.all()] == [None, None]
    assert Articulation.objects.get().level == LinkLevel.CONFIRMED


def test_a_pair_refused_once_is_never_suggested_again_here_or_in_an_answer(two_sides):
    row = computed()

    refuse_proposal(link=row, by=two_sides.of_fabrique, why="Nous ne faisons plus cela.")
    compute_missing_links(today=DAY)

    assert queries.proposal(row.uid).state == ProposalState.REFUSED
    assert not queries.open_proposals().filter(origin__slug="etude", target__slug="suite").exists()
    assert ("etude", "suite", "precedes") in refused_pairs()
    for origin, target in ((two_sides.etude, two_sides.suite), (two_sides.suite, two_sides.etude)):
        with pytest.raises(Refused, match="proposal_refused_for_ever"):
            propose_link(origin=origin, target=target, kind="equips", statement="Si.", by=two_sides.of_agence)


def test_the_refusal_of_a_suggestion_in_an_answer_counts_here(two_sides):
    row = computed()
    record = a_link("suite", "etude", "complements", level=LinkLevel.REFUSED.value, evidence_url="")
    put_links([record], by=None)

    compute_missing_links(today=DAY)

    row.refresh_from_db()
    assert row.state == ProposalState.DROPPED


def test_a_stranger_refuses_nothing_and_a_documented_link_is_corrected_not_refused(two_sides):
    row = computed()
    put_links([a_link("etude", "travaux")], by=None)
    known = open_stated(articulation=Articulation.objects.get(to_programme__slug="travaux"))

    with pytest.raises(Refused, match="proposal_not_yours"):
        refuse_proposal(link=row, by=two_sides.stranger)
    with pytest.raises(Refused, match="proposal_documented"):
        refuse_proposal(link=known, by=two_sides.of_agence)


def test_a_documented_link_confirmed_by_both_keeps_its_evidence(two_sides):
    put_links([a_link("etude", "travaux")], by=None)
    row = open_stated(articulation=Articulation.objects.get())

    confirm_link(link=row, side=Side.ORIGIN, by=two_sides.of_agence)
    confirm_link(link=row, side=Side.TARGET, by=two_sides.of_fabrique)

    [declared] = Articulation.objects.all()
    assert (declared.level, declared.evidence_url) == (LinkLevel.CONFIRMED, "https://exemple.test/preuve")
    assert declared.uid == row.uid


def test_a_person_proposes_for_their_side_and_has_confirmed_it(two_sides):
    row = propose_link(
        origin=two_sides.etude,
        target=two_sides.travaux,
        kind="refers_to",
        statement="  L’étude oriente\nvers les travaux. ",
        by=two_sides.of_agence,
    )

    assert row.statement == "L’étude oriente vers les travaux."
    assert [one.side for one in row.confirmations.all()] == [Side.ORIGIN]
    assert list(queries.waiting_halfway()) == [row]
    compute_missing_links(today=DAY)
    row.refresh_from_db()
    assert (row.state, row.proposer) == (ProposalState.OPEN, Proposer.PERSON)
    assert [event.by for event in queries.history(row.uid)] == [two_sides.of_agence] * 2


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"kind": "inconnu"}, Invalid, "link_kind_unknown"),
        ({"target": "etude"}, Refused, "proposal_to_itself"),
        ({"statement": " "}, Invalid, "proposal_unsaid"),
        ({"by": "stranger"}, Refused, "proposal_not_yours"),
        ({"by": "visitor"}, Refused, "proposal_not_yours"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused(two_sides, change, error, code):
    values = {"origin": "etude", "target": "suite", "kind": "equips", "statement": "Oui.", "by": "of_agence"} | change
    values |= {name: getattr(two_sides, values[name]) for name in ("origin", "target", "by")}

    with pytest.raises(error, match=code):
        propose_link(**values)

    assert not ProposedLink.objects.exists()


def test_what_is_declared_is_not_proposed_and_what_is_not_published_neither(two_sides):
    put_links([a_link("etude", "suite")], by=None)
    with pytest.raises(Refused, match="proposal_known"):
        propose_link(
            origin=two_sides.etude, target=two_sides.suite, kind="precedes", statement="Oui.", by=two_sides.of_agence
        )
    Programme.objects.filter(slug="travaux").update(status="draft")
    two_sides.travaux.refresh_from_db()
    with pytest.raises(Refused, match="proposal_end_unpublished"):
        propose_link(
            origin=two_sides.etude, target=two_sides.travaux, kind="equips", statement="Oui.", by=two_sides.of_agence
        )


def test_a_suggestion_the_data_drops_keeps_its_address_and_comes_back(two_sides):
    row = computed()
    put_links([a_link("etude", "suite", "equips")], by=None)

    compute_missing_links(today=DAY)
    row.refresh_from_db()
    assert row.state == ProposalState.DROPPED
    Articulation.objects.all().delete()
    compute_missing_links(today=DAY)

    row.refresh_from_db()
    assert row.state == ProposalState.OPEN


def test_the_job_computes_only_when_something_changed(two_sides):
    assert follow_the_inventory(None)["offres comparées"] == 3
    assert follow_the_inventory(None) == {"liens suggérés": 0}

    put_programmes([an_offer("quatre", "tiers", "Friches : évaluer", stages=("EVALUATION",))], by=None)

    assert follow_the_inventory(None)["offres comparées"] == 4


def test_filters_narrow_by_theme_kind_and_place(two_sides):
    computed()
    theme = Programme.objects.get(slug="etude").categories.get().theme.label

    assert queries.open_proposals(theme=theme, kind="precedes", place=["PAYS-99100"]).exists()
    assert not queries.open_proposals(theme="Énergies et déchets").exists()
    assert not queries.open_proposals(kind="replaces").exists()
    assert not queries.open_proposals(place=["DEP-62"]).exists()
    left_out = Territory.objects.get(code="COM-62041")
    ProgrammeZone.objects.create(programme=two_sides.etude, territory=left_out, excluded=True)
    assert not queries.open_proposals(place=["PAYS-99100", "COM-62041"]).filter(origin=two_sides.etude).exists()


def test_voices_cost_the_same_for_one_link_and_for_three(two_sides, django_assert_num_queries):
    pair = (two_sides.etude.pk, two_sides.suite.pk)
    two_sides.of_agence = User.objects.get(pk=two_sides.of_agence.pk)
    for links in ([pair], [pair, pair[::-1], (two_sides.suite.pk, two_sides.travaux.pk)]):
        with django_assert_num_queries(2):
            queries.voices(two_sides.of_agence, links)
    assert queries.voices(None, [pair]) == [()]


def test_the_database_keeps_the_rules(two_sides):
    row = computed()
    for change in (
        {"kind": "autre"},
        {"state": "autre"},
        {"proposer": "autre"},
        {"strength": 2},
        {"target": row.origin},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProposedLink.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Unknown, match="proposal_side_unknown"):
        confirm_link(link=row, side="autre", by=two_sides.animator)


def test_each_gesture_is_logged(two_sides):
    row = computed()
    confirm_link(link=row, side=Side.ORIGIN, by=two_sides.of_agence)
    refuse_proposal(link=row, by=two_sides.of_fabrique)

    said = Event.objects.filter(target_type=queries.PROPOSED, target_key=str(row.uid)).order_by("id")
    assert [(event.verb, event.by) for event in said] == [
        ("decided", two_sides.of_agence),
        ("removed", two_sides.of_fabrique),
    ]


def test_envelopes_seen_together_on_real_projects_are_evidence(two_sides):
    said = {"operators": (), "aid_types": ("grant",), "stages": ("DELIVERY",)}
    put_programmes([a_programme("DETR", slug="detr", **said), a_programme("DSIL", slug="dsil", **said)], by=None)
    grants = [
        GrantRecord(
            title=title,
            origin=scheme,
            origin_id=str(number),
            territory="COM-62041",
            scheme=scheme,
            programme=scheme,
            categories=("friche",),
            year=2019 + number,
            source_name="Liste d’exemple",
        )
        for scheme in ("detr", "dsil")
        for number, title in enumerate(("Réfection du toit de l’école", " ".join([scheme] * 2)))
    ]
    put_grants(grants, on=DAY, by=None)

    assert evidence().cofunded == {("detr", "dsil"): Cofunding(projects=1, first=2019, last=2019)}


def test_a_network_serves_where_its_members_do(two_sides):
    network = Network.objects.create(
        slug="caue", name="CAUE", label="CAUE", nature="PUBLIC", member_echelon="DEPARTMENTAL"
    )
    Organisation.objects.filter(slug="agence").update(network=network)
    Organisation.objects.get(slug="agence").zones.set([Territory.objects.get(code="DEP-62")])
    put_programmes([an_offer("caue", "agence", zones=("PAYS-99100",), delivered_by="caue")], by=None)
    put_programmes([an_offer("ailleurs", "tiers", zones=("REG-32",), excluded_zones=("COM-62041",))], by=None)

    proof = evidence()

    sizes = {slug: int(proof.footprints.shared[node.footprint, node.footprint]) for slug, node in proof.nodes.items()}
    assert sizes == {"etude": 3, "travaux": 3, "suite": 3, "caue": 2, "ailleurs": 1}
