"""The lines of a list of beneficiaries become one proposal per programme: who enters its zone, who leaves."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.accounts.models import Event, User
from maillage.core.errors import Refused
from maillage.curation import actions
from maillage.curation.models import Proposal
from maillage.curation.queries import pending_proposals, report
from maillage.inventory.actions import put_programmes
from maillage.search.actions.watching import watch
from maillage.search.models import WatchItem
from maillage.territories.models import Composition, Territory
from maillage.territories.queries import geography, usable_here
from tests.factories.imports import ready
from tests.factories.local import PLACES, a_place, a_zone, taken, told
from tests.factories.records import a_programme

pytestmark = pytest.mark.django_db
ARRAS, BETHUNE, VIC = "COM-62041", "COM-62119", "COM-34333"


@pytest.fixture(autouse=True)
def _ready() -> None:
    ready()
    a_zone("ZONE-pvd", BETHUNE)


@pytest.fixture
def person() -> User:
    return User.objects.create_user("relectrice@exemple.test", role="animator")


def inside(code: str = "ZONE-pvd") -> set[str]:
    return set(Composition.objects.filter(zone__code=code).values_list("commune__code", flat=True))


def test_the_lines_of_a_programme_are_one_proposal_that_names_who_enters_and_who_leaves(tmp_path):
    told(PLACES, tmp_path, [a_place("pvd", "62041"), a_place("pvd", "34333")])

    proposal = pending_proposals().get()
    assert (proposal.kind, proposal.about, proposal.zone.code, proposal.origin_id, proposal.item) == (
        "update",
        "zone",
        "ZONE-pvd",
        "ZONE-pvd",
        None,
    )
    assert proposal.reasons == [["zone_changes", {"added": "2", "left": "1"}]]
    assert [(found["field"], found["before"], found["after"]) for found in proposal.differences] == [
        ("communes_added", None, ["Arras (62041)", "Vic-la-Gardiole (34333)"]),
        ("communes_left", ["Béthune (62119)"], None),
    ]
    assert inside() == {BETHUNE}


def test_accepting_changes_the_zone_the_answer_and_the_log(tmp_path, person):
    put_programmes([a_programme("Petites villes de demain", slug="pvd", zones=("ZONE-pvd",))], by=None)
    told(PLACES, tmp_path, [a_place("pvd", "62041")])
    before = "ZONE-pvd" in usable_here(ARRAS)

    actions.accept(proposal=pending_proposals().get(), by=person)

    assert (before, "ZONE-pvd" in usable_here(ARRAS), "ZONE-pvd" in usable_here(BETHUNE)) == (False, True, False)
    assert inside() == {ARRAS}
    zone, programme = (Event.objects.filter(target_type=kind).latest("id") for kind in ("territory", "programme"))
    assert (zone.by, zone.target_key, zone.facts["added"], zone.facts["left"]) == (
        person,
        "ZONE-pvd",
        [ARRAS],
        [BETHUNE],
    )
    assert (programme.by, programme.facts["why"]) == (None, "zone_changed")
    row = Territory.objects.get(code="ZONE-pvd")
    assert (row.source, row.licence) == ("ANCT, programmes territoriaux", "Licence Ouverte 2.0")


def test_the_watch_tells_the_programme_and_names_the_communes(tmp_path):
    put_programmes([a_programme("Petites villes de demain", slug="pvd", zones=("ZONE-pvd",))], by=None)
    watch()
    taken(PLACES, tmp_path, [a_place("pvd", "62041"), a_place("pvd", "62119")])

    watch()

    news = WatchItem.objects.get(kind="changed")
    assert (news.slug, news.details["changes"]) == (
        "pvd",
        [["zone_added", None, {"count": 1, "first": [ARRAS]}]],
    )


def test_an_intercommunalite_gives_its_communes_and_a_commune_may_be_listed_twice(tmp_path):
    told(PLACES, tmp_path, [a_place("pvd", "EPCI-200033579"), a_place("pvd", "62119"), a_place("pvd", "62119")])

    assert pending_proposals().get().record["added"] == [ARRAS]


def test_the_same_list_again_proposes_nothing_and_a_waiting_one_stays_one(tmp_path):
    rows = [a_place("pvd", "62041")]
    told(PLACES, tmp_path, rows)
    told(PLACES, tmp_path, [*rows, a_place("pvd", "62041")])
    assert Proposal.objects.count() == 1
    actions.accept_all(run=Proposal.objects.get().run, by=None)
    events = Event.objects.count()

    taken(PLACES, tmp_path, rows)

    assert (Proposal.objects.count(), Event.objects.count()) == (1, events)


def test_a_commune_someone_added_here_stays_when_the_list_repeats_itself(tmp_path):
    taken(PLACES, tmp_path, [a_place("pvd", "62041")])
    zone, commune = Territory.objects.get(code="ZONE-pvd"), Territory.objects.get(code=VIC)
    Composition.objects.create(zone=zone, commune=commune)

    taken(PLACES, tmp_path, [a_place("pvd", "62041"), a_place("pvd", "62119")])

    assert inside() == {ARRAS, BETHUNE, VIC}


def test_a_commune_that_leaves_the_list_leaves_the_zone_once_accepted(tmp_path):
    taken(PLACES, tmp_path, [a_place("pvd", "62041"), a_place("pvd", "62119")])

    taken(PLACES, tmp_path, [a_place("pvd", "62041")])

    assert inside() == {ARRAS}


def test_refused_stays_refused_until_the_list_says_something_else(tmp_path, person):
    told(PLACES, tmp_path, [a_place("pvd", "62041")])
    actions.refuse(proposal=pending_proposals().get(), by=person)

    told(PLACES, tmp_path, [a_place("pvd", "62041"), a_place("fs", "62041")])
    assert not pending_proposals().exists()

    told(PLACES, tmp_path, [a_place("pvd", "62041"), a_place("pvd", "34333")])
    assert pending_proposals().get().record["added"] == [VIC, ARRAS]


def test_a_damaged_list_takes_no_commune_away(tmp_path):
    taken(PLACES, tmp_path, [a_place("pvd", "62041"), a_place("pvd", "")])

    proposal = Proposal.objects.get(about="zone", kind="update")
    assert inside() == {ARRAS, BETHUNE}
    assert [code for code, _ in proposal.reasons] == ["zone_changes", "zone_damaged"]


def test_a_list_that_empties_a_zone_is_doubtful_and_never_taken_with_others(tmp_path, person):
    Territory.objects.bulk_create(
        Territory(code=f"COM-{code}", kind="COM", name=f"Lieu {code}") for code in range(80001, 80021)
    )
    many = [f"COM-{code}" for code in range(80001, 80021)]
    a_zone("ZONE-va", *many, name="Villages d’avenir")

    taken(PLACES, tmp_path, [a_place("va", "80001")])

    proposal = pending_proposals().get()
    assert (proposal.kind, proposal.reasons[-1][0]) == ("doubtful", "zone_far_fewer")
    done, refusals = actions.decide_many(proposals=pending_proposals(), accepted=True, by=person)
    assert (done, len(refusals)) == (0, 1)
    actions.accept(proposal=proposal, by=person)
    assert inside("ZONE-va") == {"COM-80001"}


def test_an_older_list_changes_nothing(tmp_path):
    Territory.objects.filter(code="ZONE-pvd").update(as_of=dt.date(2999, 1, 1))

    taken(PLACES, tmp_path, [a_place("pvd", "62041")])

    assert inside() == {BETHUNE}
    assert Proposal.objects.get().reasons[0][0] == "older_than_known"


def test_a_place_or_a_zone_we_do_not_know_is_told_line_by_line(tmp_path):
    run = told(PLACES, tmp_path, [a_place("pvd", "62119"), a_place("pvd", "99999"), a_place("acv", "62041")])

    told_lines = [(line.column, line.value, line.expected) for line in report(run) if line.verdict == "refused"]
    assert told_lines == [("zones", "99999", "territory"), ("zone", "ZONE-acv", "territory")]


def test_the_siren_of_a_merged_commune_is_read_in_its_digits(tmp_path):
    told(PLACES, tmp_path, [a_place("pvd", "216200415"), a_place("pvd", "62119")])

    assert pending_proposals().get().record["added"] == [ARRAS]


def test_hostile_rows_are_isolated(tmp_path):
    rows = [
        a_place("pvd", "62041"),
        a_place("pvd", "62119"),
        a_place("pvd", "62041'; DROP TABLE territories_territory; --"),
        a_place("pvd", "é" * 5000),
        a_place("pvd", "PAYS-99100~2"),
        a_place("ZONE-pvd PAYS-99100", "62041"),
        a_place("=1+1", "62041"),
    ]

    taken(PLACES, tmp_path, rows)

    assert inside() == {ARRAS, BETHUNE}
    assert "ZONE-pvd" in geography().rows


def test_a_zone_can_not_be_emptied_nor_a_commune_changed(tmp_path, person):
    told(PLACES, tmp_path, [a_place("pvd", "62041")])
    proposal = pending_proposals().get()
    proposal.record = {**proposal.record, "added": [], "left": [BETHUNE]}
    proposal.save()

    with pytest.raises(Refused, match="zone_would_be_empty"):
        actions.accept(proposal=proposal, by=person)

    assert inside() == {BETHUNE}
    assert pending_proposals().count() == 1
