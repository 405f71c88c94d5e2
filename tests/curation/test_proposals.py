"""What a file would change, and what is done of it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import transaction

from maillage.accounts.models import Event, User
from maillage.core.errors import Refused
from maillage.core.records import OperatorRef
from maillage.curation import actions
from maillage.curation.models import Proposal
from maillage.curation.queries import pending_proposals, refusals, report, summary
from maillage.inventory.actions import put_programmes
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record
from tests.factories.imports import MAPPING, a_row, a_table, harvested, imported, imported_as, proposed, ready
from tests.factories.records import a_programme

pytestmark = pytest.mark.django_db
RULE = "\n\n------------------\n"
FACTS = f"Corps {{0}}.{RULE}id: 1\nidSource: at_{{0}}\nurl: \nporteur: []\nsousThematiques: []{RULE}"


@pytest.fixture(autouse=True)
def _ready() -> None:
    ready()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("relectrice@exemple.test", role="animator")


def kinds(run) -> list[tuple[str, str, str]]:
    rows = Proposal.objects.filter(run=run).order_by("item__position")
    return [(row.origin_id, row.kind, row.state) for row in rows]


def rename(ref: str, title: str) -> None:
    row = Programme.objects.get(origin_id=ref)
    row.title = title
    row.save()


def test_nothing_enters_before_someone_says_yes(tmp_path):
    run = proposed(a_table(tmp_path, [a_row("A1"), a_row("A2")]))

    assert kinds(run) == [("A1", "new", "pending"), ("A2", "new", "pending")]
    assert Programme.objects.count() == 0


def test_a_trusted_file_enters_whole(tmp_path):
    run = imported(a_table(tmp_path, [a_row("A1"), a_row("A2")]))

    row = Programme.objects.get(origin_id="A2")
    assert kinds(run) == [("A1", "new", "accepted"), ("A2", "new", "accepted")]
    assert (row.title, row.origin, row.status, row.source_name) == ("Aide A2", "essai", "published", "Source essai")
    assert [zone.territory.code for zone in row.zones.all()] == ["DEP-62"]
    assert (programme_record(row).echelon, row.closes_on) == ("DEPARTMENTAL", dt.date(2027, 1, 31))
    assert set(Event.objects.filter(target_type="programme").values_list("verb", flat=True)) == {"imported"}


def told(run) -> list[tuple]:
    """Everything that a run left, but for the keys and the moments."""
    fields = ("origin_id", "kind", "state", "title", "record", "covers", "differences", "reasons", "remarks")
    proposals = list(Proposal.objects.filter(run=run).order_by("item__position").values_list(*fields))
    events = Event.objects.filter(target_type="programme").order_by("id")
    return [
        proposals,
        [programme_record(row) for row in Programme.objects.order_by("uid")],
        list(events.values_list("verb", "target_key", "snapshot", "facts")),
    ]


MIXED = [a_row("A1"), a_row("A2", fin="2027-13-45"), a_row("A3", lieu="DEP-999"), a_row("A4", page=""), a_row("A5")]


def test_accepting_at_once_leaves_what_proposing_then_accepting_leaves(tmp_path):
    path = a_table(tmp_path, MIXED)
    with transaction.atomic():
        run = proposed(path)
        actions.accept_all(run=run, by=None)
        apart = told(run)
        transaction.set_rollback(True)

    together = told(actions.propose_and_accept(harvested(path), by=None))

    assert together == apart
    assert Programme.objects.count() == 4


def test_accepting_at_once_goes_on_where_it_was_killed(tmp_path, monkeypatch):
    path = a_table(tmp_path, [a_row(f"A{rank}", titre="Le même titre") for rank in range(6)])
    with transaction.atomic():
        whole = told(actions.propose_and_accept(harvested(path), by=None))
        transaction.set_rollback(True)
    monkeypatch.setattr("maillage.curation.actions.proposals.BATCH", 2)
    run = harvested(path)

    class Killed(Exception):
        pass

    def die(position: int) -> None:
        if position >= 4:
            raise Killed

    with pytest.raises(Killed):
        actions.propose_and_accept(run, by=None, progress=die)
    assert Programme.objects.count() == 4
    run.spill = None
    actions.propose_and_accept(run, by=None)

    assert told(run) == whole


def test_importing_again_changes_nothing(tmp_path):
    path = a_table(tmp_path, [a_row("A1"), a_row("A2")])
    imported(path)
    events = Event.objects.count()

    again = imported(path)

    assert (summary(again).same, summary(again).read, Event.objects.count()) == (2, 2, events)


def test_a_correction_made_here_survives_the_next_import(tmp_path):
    path = a_table(tmp_path, [a_row("A1")])
    imported(path)
    rename("A1", "Titre relu")
    a_table(tmp_path, [a_row("A1", texte="Autre texte.")])

    imported(path)

    row = Programme.objects.get()
    assert (row.title, row.description) == ("Titre relu", "Autre texte.")


def test_a_field_changed_on_both_sides_waits_for_a_person(tmp_path, person):
    path = a_table(tmp_path, [a_row("A1")])
    imported(path)
    rename("A1", "Titre relu")
    a_table(tmp_path, [a_row("A1", titre="Titre de la source")])

    imported(path)

    waiting = pending_proposals().get()
    assert (waiting.kind, waiting.reasons[-1][0]) == ("update", "changed_here")
    assert Programme.objects.get().title == "Titre relu"
    actions.accept(proposal=waiting, by=person)
    assert Programme.objects.get().title == "Titre de la source"


def test_safe_fields_follow_their_source_alone_the_rest_waits(tmp_path):
    path = a_table(tmp_path, [a_row("A1"), a_row("A2")])
    imported(path)
    a_table(tmp_path, [a_row("A1", fin="2027-06-30"), a_row("A2", fin="2027-06-30", titre="Autre")])

    run = proposed(path)

    assert kinds(run) == [("A1", "update", "accepted"), ("A2", "update", "pending")]
    assert list(Programme.objects.order_by("id").values_list("closes_on", "title")) == [
        (dt.date(2027, 6, 30), "Aide A1"),
        (dt.date(2027, 6, 30), "Aide A2"),
    ]
    left = {found["field"]: found["applied"] for found in pending_proposals().get().differences}
    assert left == {"title": False, "closes_on": True}


def test_a_safe_field_someone_changed_here_waits_too(tmp_path):
    path = a_table(tmp_path, [a_row("A1")])
    imported(path)
    Programme.objects.update(closes_on=dt.date(2028, 1, 1))
    a_table(tmp_path, [a_row("A1", fin="2027-06-30")])

    proposed(path)

    assert Programme.objects.get().closes_on == dt.date(2028, 1, 1)
    assert pending_proposals().count() == 1


def test_a_refused_proposal_comes_back_only_if_the_source_changes(tmp_path, person):
    path = a_table(tmp_path, [a_row("A1")])
    actions.refuse(proposal=Proposal.objects.get(run=proposed(path)), by=person)

    again = imported(path)
    assert (summary(again).same, Programme.objects.count()) == (1, 0)
    a_table(tmp_path, [a_row("A1", texte="Autre.")])
    changed = proposed(path)

    assert kinds(changed) == [("A1", "new", "pending")]


def test_what_waited_is_asked_again_and_the_older_question_closed(tmp_path):
    path = a_table(tmp_path, [a_row("A1")])
    first = proposed(path)

    second = imported(path)

    assert kinds(first) == [("A1", "new", "replaced")]
    assert kinds(second) == [("A1", "new", "accepted")]
    assert Programme.objects.count() == 1


def test_a_uuid_names_the_sheet_of_another_source(tmp_path):
    uid = "65d5b6c7-102c-4440-ac3b-768f708edc0a"
    put_programmes([a_programme("Aide connue", uid=uid, zones=("DEP-62",))], by=None)
    row = a_row("A1", titre="Aide connue", texte="") | {"uuid": uid}

    run = imported(a_table(tmp_path, [row]))

    assert kinds(run) == [("A1", "update", "accepted")]
    assert Programme.objects.count() == 1
    assert Programme.objects.get().closes_on == dt.date(2027, 1, 31)


def test_same_title_and_operator_is_doubtful_and_a_person_says(tmp_path, person):
    operator = OperatorRef(name="Syndicat d’exemple")
    put_programmes([a_programme("AIDE  a1", operators=(operator,), zones=("DEP-62",))], by=None)
    put_programmes([a_programme("Aide A2", operators=(OperatorRef(name="Un autre"),), zones=("DEP-62",))], by=None)
    path = a_table(tmp_path, [a_row("A1"), a_row("A2")])

    run = imported(path)

    assert kinds(run) == [("A1", "doubtful", "pending"), ("A2", "doubtful", "pending")]
    doubtful, other = pending_proposals()
    assert other.reasons[0][0] == "looks_like"
    actions.accept_as_new(proposal=other, by=person)
    assert doubtful.reasons == [["same_title", {"slug": "aide-a1"}]]
    actions.accept(proposal=doubtful, by=person)
    assert Programme.objects.get(slug="aide-a1").description == "Un texte."
    assert summary(imported(path)).same == 2


def test_a_doubtful_sheet_may_be_another_one(tmp_path, person):
    put_programmes([a_programme("Aide A1", operators=(OperatorRef(name="Syndicat d’exemple"),))], by=None)
    run = proposed(a_table(tmp_path, [a_row("A1")]))

    proposal = actions.accept_as_new(proposal=Proposal.objects.get(run=run), by=person)

    assert Programme.objects.count() == 2
    assert proposal.programme == Programme.objects.get(origin_id="A1")


def test_an_older_file_never_undoes_a_newer_one(tmp_path):
    uid = "65d5b6c7-102c-4440-ac3b-768f708edc0a"
    new = a_row("A1", texte="Récent.") | {"maj": "2026-06-01", "uuid": uid}
    old = a_row("B1", texte="Ancien.") | {"maj": "2025-01-01", "uuid": uid}
    imported(a_table(tmp_path, [new], "neuf.csv"))

    run = imported(a_table(tmp_path, [old], "vieux.csv"), source="autre")

    assert [(row.kind, row.reasons[0][0]) for row in Proposal.objects.filter(run=run)] == [("same", "older_than_known")]
    assert Programme.objects.get().description == "Récent."


def test_places_are_found_by_code_or_by_name_and_the_echelon_follows(tmp_path):
    rows = [
        a_row("A1", lieu="62041"),
        a_row("A2", lieu="Pas de Calais"),
        a_row("A3", lieu="communauté urbaine d'arras"),
    ]

    imported(a_table(tmp_path, rows))

    found = {row.origin_id: programme_record(row) for row in Programme.objects.all()}
    assert [found[ref].zones for ref in ("A1", "A2", "A3")] == [("COM-62041",), ("DEP-62",), ("EPCI-200033579",)]
    assert [found[ref].echelon for ref in ("A1", "A2", "A3")] == ["LOCAL", "DEPARTMENTAL", "LOCAL"]


def test_a_place_nobody_knows_is_refused_when_it_is_the_only_one(tmp_path):
    rows = [a_row("A1", lieu="DEP-62|COM-99999"), a_row("A2", lieu="COM-99999"), a_row("A3", lieu="44")]

    run = imported(a_table(tmp_path, rows))

    assert [kind for _, kind, _ in kinds(run)] == ["new", "refused", "refused"]
    assert [(line.line, line.column, line.value, line.expected) for line in refusals(run)] == [
        (3, "zones", "COM-99999", "territory"),
        (4, "zones", "44", "territory"),
    ]
    told = [line for line in report(run) if line.verdict == "remark" and line.position == 1]
    assert [(line.value, line.expected) for line in told] == [("COM-99999", "territory")]


def test_hostile_text_in_every_field_stays_text(tmp_path):
    hostile = "<script>alert(1)</script>Robert'); DROP TABLE inventory_programme;-- =cmd|' /C calc'!A0"
    row = {name: (value if name in ("ref", "lieu") else f"{value} {hostile}") for name, value in a_row("A1").items()}

    imported(a_table(tmp_path, [row]))

    sheet = programme_record(Programme.objects.get())
    assert "<script" not in str(sheet)
    assert sheet.title == "Aide A1 Robert'); DROP TABLE inventory_programme;-- =cmd|' /C calc'!A0"
    assert (sheet.source_url, sheet.closes_on) == ("", None)


def test_in_one_source_titles_may_name_sheets(tmp_path):
    titles, texts = tmp_path / "titres.csv", tmp_path / "textes.jsonl"
    titles.write_text(
        "name,url\n"
        "Une aide,https://aides-territoires.beta.gouv.fr/aides/aaaa-une/\n"
        "Deux fois,https://aides-territoires.beta.gouv.fr/aides/bbbb-deux/\n"
        "Deux fois,https://aides-territoires.beta.gouv.fr/aides/cccc-deux/\n",
        encoding="utf-8",
    )
    entries = {"1": "UNE AIDE", "2": "Deux fois", "3": "Une aide"}
    lines = [
        json.dumps({"id": f"at22-{ref}", "titre": title, "texte": FACTS.format(ref)}) for ref, title in entries.items()
    ]
    texts.write_text("\n".join(lines), encoding="utf-8")
    imported_as("aides-territoires-2022-titres", titles)

    run = imported_as("aides-territoires-2022-textes", texts)

    assert kinds(run) == [
        ("at_1", "update", "accepted"),
        ("at_2", "doubtful", "pending"),
        ("at_3", "doubtful", "pending"),
    ]
    assert Programme.objects.get(origin_id="aaaa-une").description == "Corps 1."
    assert set(Programme.objects.values_list("status", flat=True)) == {"archived"}
    assert summary(imported_as("aides-territoires-2022-textes", texts)).same == 1


def test_a_sheet_its_source_no_longer_lists_waits_to_be_archived(tmp_path, person):
    header = "departement,departement_nom,rubrique,categorie\n"
    path = tmp_path / "detr.csv"
    path.write_text(header + "62,Pas-de-Calais,,Voirie\n62,Pas-de-Calais,,Écoles\n", encoding="utf-8")
    imported_as("detr", path)
    path.write_text(header + "62,Pas-de-Calais,,Voirie\n", encoding="utf-8")

    imported_as("detr", path)

    gone = pending_proposals().get()
    assert (gone.kind, gone.title, gone.programme.status) == ("gone", "DETR Pas-de-Calais : Écoles", "published")
    actions.accept(proposal=gone, by=person)
    assert Programme.objects.get(pk=gone.programme_id).status == "archived"


def test_a_decision_is_taken_once(tmp_path, person):
    proposal = Proposal.objects.get(run=proposed(a_table(tmp_path, [a_row("A1")])))
    actions.accept(proposal=proposal, by=person)

    for decide in (actions.accept, actions.refuse, actions.accept_as_new):
        with pytest.raises(Refused) as caught:
            decide(proposal=proposal, by=person)
        assert caught.value.code == "proposal_decided"


def test_a_rule_of_the_inventory_sets_one_sheet_aside_and_says_which(tmp_path):
    mapping = MAPPING + ";;delivered_by;reseau-inconnu\n"

    run = imported(a_table(tmp_path, [a_row("A1")]), mapping=mapping)

    assert kinds(run) == [("A1", "refused", "refused")]
    assert next(refusals(run)).facts == {"reason": "Le réseau « reseau-inconnu » n’existe pas."}


def test_comparing_stopped_half_way_goes_on(tmp_path, monkeypatch):
    from maillage.curation.actions import proposals
    from maillage.harvest.models import RunState
    from tests.factories.imports import harvested

    monkeypatch.setattr(proposals, "BATCH", 10)
    run = harvested(a_table(tmp_path, [a_row(f"A{number}") for number in range(25)]))

    def stop(done: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.propose(run, by=None, progress=stop)
    run.refresh_from_db()
    assert (Proposal.objects.count(), run.state) == (20, RunState.READ)

    actions.propose(run, by=None)

    assert Proposal.objects.filter(run=run).values("origin_id").distinct().count() == 25


def test_comparing_costs_the_same_number_of_queries_for_one_and_for_three(tmp_path, django_assert_max_num_queries):
    from tests.factories.imports import harvested

    one = harvested(a_table(tmp_path, [a_row("A1")], "un.csv"))
    three = harvested(a_table(tmp_path, [a_row(f"B{number}") for number in range(3)], "trois.csv"))
    with django_assert_max_num_queries(100) as first:
        actions.propose(one, by=None)
    with django_assert_max_num_queries(100) as second:
        actions.propose(three, by=None)

    assert len(second) <= len(first)
