"""A list of local bodies proposes the new, the changed and those it no longer names; ours are recognised."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.accounts.models import Event, User
from maillage.actors.actions import put_organisations
from maillage.actors.models import Organisation
from maillage.curation import actions
from maillage.curation.models import DuplicateVerdict, Proposal
from maillage.curation.queries import pending_proposals, report, summary
from tests.factories.imports import ready
from tests.factories.local import DESKS, a_desk, a_network, taken, told
from tests.factories.records import an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> None:
    ready()
    a_network()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("relectrice@exemple.test", role="animator")


def known(ref: str, **said: object) -> Organisation:
    """A desk of the starter inventory: no address, no hours."""
    values = {
        "slug": f"fs-{ref}",
        "kind": "public_establishment",
        "echelon": "LOCAL",
        "network": "france-services",
        "seat": "COM-62041",
        "zones": ("EPCI-200033579",),
        "phone": f"03 99 00 00 {ref:0>2}",
        "origin": "faits",
        "origin_id": f"fs-{ref}",
        "as_of": dt.date(2024, 8, 1),
    }
    put_organisations([an_organisation(f"France services {ref}", **values | said)], by=None)
    return Organisation.objects.get(slug=values["slug"])


def kinds(run) -> list[tuple[str, str, str]]:
    return list(Proposal.objects.filter(run=run).order_by("pk").values_list("origin_id", "kind", "state"))


def test_a_new_desk_waits_then_enters_with_its_address_and_where_it_serves(tmp_path, person):
    run = told(DESKS, tmp_path, [a_desk("1")])

    assert (kinds(run), Organisation.objects.count()) == ([("1", "new", "pending")], 0)
    actions.accept(proposal=pending_proposals().get(), by=person)
    row = Organisation.objects.get()
    assert (row.slug, row.name, row.seat.code, row.network.slug) == (
        "fs-1",
        "France services 1",
        "COM-62041",
        "france-services",
    )
    assert (row.address, row.opening, row.status) == (
        "1 Place de l'Exemple, 62000 Arras",
        "lundi : 09:00 - 12:00",
        "published",
    )
    assert [zone.code for zone in row.zones.all()] == ["EPCI-200033579"]
    assert Event.objects.get(target_type="organisation").by == person
    assert Event.objects.get(target_type="proposal").facts == {"state": "accepted", "organisation": str(row.uid)}


def test_a_desk_we_have_is_recognised_by_its_number_and_completed(tmp_path):
    ours = known("1")

    run = taken(DESKS, tmp_path, [a_desk("1")])

    row = Organisation.objects.get()
    proposal = Proposal.objects.get(run=run)
    assert (row.pk, row.address, row.origin) == (ours.pk, "1 Place de l'Exemple, 62000 Arras", "faits")
    assert (proposal.kind, proposal.organisation) == ("update", row)
    assert {"address", "opening"} <= {found["field"] for found in proposal.differences}
    assert not {"name", "seat", "zones", "phone"} & {found["field"] for found in proposal.differences}


def test_a_desk_renumbered_is_recognised_by_name_commune_and_telephone(tmp_path):
    known("1")

    run = told(DESKS, tmp_path, [a_desk("77", lib_fs="France services 1", telephone="03.99.00.00.01")])

    proposal = Proposal.objects.get(run=run)
    assert (proposal.kind, proposal.organisation.slug) == ("update", "fs-1")
    assert proposal.reasons[0][0] == "body_same_name_place_phone"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id_fs": "77", "lib_fs": "France services 1", "telephone": ""}, "body_same_name_place"),
        ({"id_fs": "1", "lib_fs": "Tout autre nom", "insee_com": "62119"}, "body_number_reused"),
    ],
)
def test_what_only_looks_alike_is_asked_and_never_taken_alone(tmp_path, person, row, reason):
    ours = known("1")

    run = taken(DESKS, tmp_path, [a_desk("1") | row])

    proposal = Proposal.objects.get(run=run)
    assert (proposal.kind, proposal.state, proposal.organisation) == ("doubtful", "pending", ours)
    assert proposal.reasons[0][0] == reason
    actions.accept_as_new(proposal=proposal, by=person)
    assert Organisation.objects.count() == 2
    assert DuplicateVerdict.objects.get().human == "different"


def test_two_lines_for_the_same_desk_do_not_both_take_it(tmp_path):
    known("1")

    run = told(DESKS, tmp_path, [a_desk("1"), a_desk("2", lib_fs="France services 1", telephone="03 99 00 00 01")])

    assert [kind for _, kind, _ in kinds(run)] == ["update", "doubtful"]


def test_the_same_list_again_proposes_nothing(tmp_path):
    rows = [a_desk("1"), a_desk("2")]
    known("1")
    taken(DESKS, tmp_path, rows)
    before, events = Proposal.objects.count(), Event.objects.count()

    run = taken(DESKS, tmp_path, rows)

    assert (summary(run).same, summary(run).waiting) == (2, 0)
    assert (Proposal.objects.count(), Event.objects.count()) == (before, events)


def test_telephone_and_hours_follow_alone_the_address_waits(tmp_path):
    taken(DESKS, tmp_path, [a_desk("1")])

    told(DESKS, tmp_path, [a_desk("1", telephone="03 99 00 00 09", adresse="9 Rue Neuve")])

    row = Organisation.objects.get()
    assert (row.phone, row.address) == ("03 99 00 00 09", "1 Place de l'Exemple, 62000 Arras")
    left = {found["field"]: found["applied"] for found in pending_proposals().get().differences}
    assert (left["phone"], left["address"]) == (True, False)


def test_what_someone_changed_here_waits_whatever_the_field(tmp_path):
    taken(DESKS, tmp_path, [a_desk("1")])
    Organisation.objects.update(phone="03 11 11 11 11")

    taken(DESKS, tmp_path, [a_desk("1", telephone="03 99 00 00 09")])

    assert Organisation.objects.get().phone == "03 11 11 11 11"
    assert pending_proposals().get().reasons[-1][0] == "changed_here"


def test_a_desk_gone_is_asked_about_archived_never_deleted_and_comes_back(tmp_path, person):
    rows = [a_desk("1"), a_desk("2")]
    taken(DESKS, tmp_path, rows)

    taken(DESKS, tmp_path, rows[:1])

    gone = pending_proposals().get()
    assert (gone.kind, gone.organisation.slug, gone.reasons[0][0]) == ("gone", "fs-2", "gone_from_source")
    actions.accept(proposal=gone, by=person)
    assert Organisation.objects.get(slug="fs-2").status == "archived"
    assert Event.objects.filter(target_type="organisation").latest("id").facts == {"why": "gone_from_source"}
    taken(DESKS, tmp_path, rows)
    assert Organisation.objects.get(slug="fs-2").status == "published"


def test_a_desk_gone_under_its_number_but_listed_under_another_is_not_gone(tmp_path):
    taken(DESKS, tmp_path, [a_desk("1"), a_desk("2")])

    run = told(DESKS, tmp_path, [a_desk("1"), a_desk("8", lib_fs="France services 2", telephone="03 99 00 00 02")])

    assert [kind for _, kind, _ in kinds(run)] == ["same"]


def test_the_first_reading_asks_about_those_of_the_network_it_does_not_name(tmp_path):
    for ref in ("1", "2", "3"):
        known(ref)

    run = told(DESKS, tmp_path, [a_desk("1"), a_desk("2")])

    gone = Proposal.objects.get(run=run, kind="gone")
    assert (gone.organisation.slug, gone.item, gone.reasons[0][0]) == ("fs-3", None, "not_in_first_list")
    assert (summary(run).gone, summary(run).waiting) == (1, 3)


@pytest.mark.parametrize("rows", [[a_desk("1")], [a_desk("1"), a_desk("2"), a_desk("")]])
def test_a_short_or_a_damaged_first_list_says_nothing_of_the_others(tmp_path, rows):
    for ref in ("1", "2", "3"):
        known(ref)

    run = told(DESKS, tmp_path, rows)

    assert not Proposal.objects.filter(run=run, kind="gone").exists()


def test_an_older_list_changes_nothing(tmp_path):
    known("1", as_of=dt.date(2999, 1, 1))

    run = taken(DESKS, tmp_path, [a_desk("1")])

    assert Organisation.objects.get().address == ""
    assert Proposal.objects.get(run=run).reasons[0][0] == "older_than_known"


def test_refused_stays_refused_until_the_list_says_something_else(tmp_path, person):
    told(DESKS, tmp_path, [a_desk("1")])
    actions.refuse(proposal=pending_proposals().get(), by=person)

    told(DESKS, tmp_path, [a_desk("1"), a_desk("2")])
    assert [row.origin_id for row in pending_proposals()] == ["2"]

    told(DESKS, tmp_path, [a_desk("1", adresse="9 Rue Neuve"), a_desk("2")])
    assert {row.origin_id for row in pending_proposals()} == {"1", "2"}


def test_hostile_rows_are_isolated(tmp_path):
    rows = [
        a_desk("1", lib_fs="=cmd|'/c calc'!A1", adresse="<script>alert(1)</script>", telephone="javascript:alert(1)"),
        a_desk("../../etc/passwd", lib_fs="Chemin"),
        a_desk("3", insee_com="99999"),
        a_desk("4", insee_com="62041' OR 1=1"),
        a_desk("5", lib_fs="x" * 400_000),
        a_desk("6", lib_fs="Un nom\x00 coupé"),
        a_desk("1", lib_fs="Deux fois"),
    ]

    run = taken(DESKS, tmp_path, rows)

    assert set(Organisation.objects.values_list("slug", flat=True)) == {"fs-1", "fs-etc-passwd", "fs-6"}
    assert not Organisation.objects.filter(address__contains="<script").exists()
    refused = {line.expected for line in report(run) if line.verdict == "refused"}
    assert {"territory", "cell_length", "once_in_file"} <= refused


def test_a_slug_taken_by_another_kind_of_body_is_left_to_it(tmp_path):
    put_organisations([an_organisation("Filature Sud", slug="fs-1")], by=None)

    taken(DESKS, tmp_path, [a_desk("1")])

    assert set(Organisation.objects.values_list("slug", "name")) == {
        ("fs-1", "Filature Sud"),
        ("fs-1-2", "France services 1"),
    }
