"""The animateur's queue: filters, differences, decisions one by one and together."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.curation.actions import Chosen, decide_later
from maillage.curation.models import Proposal
from maillage.inventory.models import Programme
from maillage.web.fieldwords import value_told
from maillage.work.models import Job
from maillage.work.tasks import work_once
from tests.factories.imports import a_row, a_table, imported, proposed
from tests.factories.rows import a_person

QUEUE = "/animation/propositions"
DECISIONS = (f"{QUEUE}/1", f"{QUEUE}/ensemble", "/animation/doublons/1", "/animation/doublons/reunies/1/defaire")


@pytest.fixture
def waiting(commons, tmp_path):
    """One sheet of each sort from one source, changed, gone, new, over; and one new from another source."""
    path = a_table(tmp_path, [a_row("A1"), a_row("A2")])
    imported(path)
    over = a_row("A4", titre="Veillées d’hiver", fin="2020-01-31")
    a_table(tmp_path, [a_row("A1", texte="Un texte neuf."), a_row("A3", titre="Ombrières solaires"), over])
    run = proposed(path)
    gone = Programme.objects.get(origin_id="A2")
    item = run.items.create(position=99, state="gone", origin_id="A2", harvested_at=run.started_at)
    told = {"run": run, "item": item, "source": run.source, "origin_id": "A2", "title": gone.title}
    Proposal.objects.create(kind="gone", programme=gone, reasons=[["gone_from_source", {}]], **told)
    proposed(a_table(tmp_path, [a_row("Z9", titre="Cantines du canton")], "autre.csv"), source="autre")
    return tmp_path


def of(ref: str) -> Proposal:
    return Proposal.objects.get(origin_id=ref, state="pending")


def left() -> set[str]:
    return set(Proposal.objects.filter(state="pending").values_list("origin_id", flat=True))


@pytest.mark.parametrize("path", [QUEUE, "/animation/doublons"])
def test_the_queue_is_for_animateurs_only(waiting, client, visitor, contributor, animator, path):
    codes = [one.get(path).status_code for one in (client, visitor, contributor, animator)]

    assert codes == [302, 403, 403, 200]


@pytest.mark.parametrize("path", DECISIONS)
def test_deciding_is_for_animateurs_only(waiting, client, visitor, contributor, path):
    codes = [one.post(path, {"decision": "prendre"}).status_code for one in (client, visitor, contributor)]

    assert codes == [302, 403, 403]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"A1", "A2", "A3", "A4", "Z9"}),
        ("?sorte=nouvelles", {"A3", "Z9"}),
        ("?sorte=modifiees", {"A1"}),
        ("?sorte=closes", {"A4"}),
        ("?sorte=disparues", {"A2"}),
        ("?source=autre", {"Z9"}),
        ("?sorte=modifiees&source=autre", set()),
    ],
)
def test_the_queue_is_narrowed_by_kind_and_source(waiting, animator, query, shown):
    page = animator.get(f"{QUEUE}{query}").content.decode()

    rows = Proposal.objects.filter(state="pending")
    assert {row.origin_id for row in rows if f'id="choix-{row.pk}"' in page} == shown


def test_each_filter_says_how_many(waiting, animator):
    page = animator.get(QUEUE)

    assert [(one.label, one.count) for one in page.context["kinds"]] == [
        ("tout", 5),
        ("nouvelles", 2),
        ("modifiées", 1),
        ("douteuses", 0),
        ("closes ou expirées", 1),
        ("disparues de leur source", 1),
    ]
    assert [(one.label, one.count) for one in page.context["sources"]] == [("Source autre", 1), ("Source essai", 4)]


@pytest.mark.parametrize("query", ["?sorte=autres", "?tri=nom"])
def test_an_address_that_says_something_unknown_is_refused(waiting, animator, query):
    assert animator.get(f"{QUEUE}{query}").status_code == 400


def test_the_words_that_change_are_marked_inside_the_text(waiting, animator):
    page = animator.get(f"{QUEUE}?sorte=modifiees").content.decode()

    assert "<p>Un texte<ins> neuf</ins>.</p>" in page
    assert "<p>Un texte.</p>" in page


def test_one_takes_sets_aside_or_archives(waiting, animator):
    animator.post(f"{QUEUE}/{of('A1').pk}", {"decision": "prendre", "retour": QUEUE})
    animator.post(f"{QUEUE}/{of('A3').pk}", {"decision": "ecarter", "retour": QUEUE})
    back = animator.post(f"{QUEUE}/{of('A2').pk}", {"decision": "prendre", "retour": "https://ailleurs.test/"})

    assert Programme.objects.get(origin_id="A1").description == "Un texte neuf."
    assert not Programme.objects.filter(origin_id="A3").exists()
    assert Programme.objects.get(origin_id="A2").status == "archived"
    assert back.headers["Location"] == "/animation"


def test_what_one_rewords_enters_and_the_source_saying_it_again_undoes_nothing(waiting, animator, tmp_path):
    sent = {"decision": "corrigee", "valeur-title": "Ombrières relues", "valeur-closes_on": "2027-05-01"}

    animator.post(f"{QUEUE}/{of('A3').pk}", sent)
    imported(a_table(tmp_path, [a_row("A3", titre="Ombrières solaires")], "encore.csv"))

    row = Programme.objects.get(origin_id="A3")
    assert (row.title, row.closes_on) == ("Ombrières relues", dt.date(2027, 5, 1))


def test_one_keeps_our_value_of_a_field(waiting, animator):
    animator.post(f"{QUEUE}/{of('A1').pk}", {"decision": "corrigee", "garder": "description"})

    assert Programme.objects.get(origin_id="A1").description == "Un texte."
    assert "A1" not in left()


def test_nothing_typed_is_lost_when_a_rule_says_no(waiting, animator):
    sent = {"decision": "corrigee", "valeur-title": "Un titre à garder", "valeur-closes_on": "demain"}

    response = animator.post(f"{QUEUE}/{of('A3').pk}", sent)

    assert response.status_code == 400
    assert "Un titre à garder" in response.content.decode()
    assert of("A3").kind == "new"


def test_deciding_together_says_how_many_before_doing_it(waiting, animator):
    sent = {"decision": "ecarter", "choix": [of("A1").pk, of("A3").pk]}

    asked = animator.post(f"{QUEUE}/ensemble", sent).content.decode()
    before = left()
    animator.post(f"{QUEUE}/ensemble", sent | {"sure": "oui"})

    assert "Écarter 2 propositions" in asked
    assert (len(before), left()) == (5, {"A2", "A4", "Z9"})


def test_all_those_of_the_filter_are_taken_and_only_those(waiting, animator):
    sent = {"decision": "prendre", "toutes": "oui", "sorte": "nouvelles", "source": "essai"}

    asked = animator.post(f"{QUEUE}/ensemble", sent).content.decode()
    animator.post(f"{QUEUE}/ensemble", sent | {"sure": "oui", "combien": "7"})
    before = left()
    animator.post(f"{QUEUE}/ensemble", sent | {"sure": "oui", "combien": "1"})

    assert "Prendre 1 proposition" in asked
    assert (len(before), left()) == (5, {"A1", "A2", "A4", "Z9"})


def test_ticking_nothing_decides_nothing(waiting, animator):
    animator.post(f"{QUEUE}/ensemble", {"decision": "prendre", "sure": "oui"})

    assert len(left()) == 5


def test_what_reappears_in_its_source_is_shown_again(waiting, animator, tmp_path):
    animator.post(f"{QUEUE}/{of('A2').pk}", {"decision": "prendre"})
    gone = Programme.objects.get(origin_id="A2").status

    imported(a_table(tmp_path, [a_row("A2")], "revenue.csv"))

    assert (gone, Programme.objects.get(origin_id="A2").status) == ("archived", "published")


def test_the_queue_costs_the_same_with_one_three_or_three_hundred_rows(commons, animator, tmp_path):
    costs = []
    for count in (1, 3, 300):
        rows = [a_row(f"N{count}-{place}", titre=f"Aide numéro {place}") for place in range(count)]
        proposed(a_table(tmp_path, rows, f"lot{count}.csv"), source="lot")
        with CaptureQueriesContext(connection) as seen:
            assert animator.get(QUEUE).status_code == 200
        costs.append(len(seen))

    assert len(set(costs)) == 1, costs
    assert costs[0] < 12


def test_a_doubtful_one_is_answered_alone(commons, animator, tmp_path):
    imported(a_table(tmp_path, [a_row("A1")], "un.csv"), source="un")
    proposed(a_table(tmp_path, [a_row("B1", titre="Aide A1")], "deux.csv"), source="deux")
    sent = {"decision": "prendre", "toutes": "oui", "sure": "oui", "combien": "1"}

    animator.post(f"{QUEUE}/ensemble", sent)
    waiting = of("B1")
    animator.post(f"{QUEUE}/{waiting.pk}", {"decision": "nouvelle"})

    assert waiting.kind == "doubtful"
    assert Programme.objects.filter(title="Aide A1").count() == 2


@pytest.fixture
def animator_user():
    return a_person("autre@exemple.test")


def sure(decision: str, *, count: int) -> dict[str, str]:
    return {"decision": decision, "toutes": "oui", "sure": "oui", "combien": str(count)}


def test_many_decisions_are_left_to_a_job_and_the_page_follows_it(waiting, animator, monkeypatch):
    monkeypatch.setattr("maillage.web.pages.queue.AT_ONCE", 4)

    answer = animator.post(f"{QUEUE}/ensemble", sure("prendre", count=5))

    assert (answer.status_code, len(left())) == (302, 5)
    assert "commence dans un instant" in animator.get(QUEUE).content.decode()
    proposed(a_table(waiting, [a_row("Z1", titre="Venue après")], "apres.csv"), source="apres")
    assert work_once(worker="un", stop=lambda: False)
    job = Job.objects.get(name="trancher")
    assert (job.state, job.told, job.done) == ("done", {"tranchées": 5, "laissées dans la file": 0}, 5)
    assert left() == {"Z1"}
    assert "commence dans un instant" not in animator.get(QUEUE).content.decode()


def test_few_decisions_are_taken_at_once(waiting, animator):
    animator.post(f"{QUEUE}/ensemble", sure("ecarter", count=5))

    assert (left(), Job.objects.filter(name="trancher").count()) == (set(), 0)


def test_a_job_of_decisions_that_was_stopped_goes_on_where_it_was(waiting, animator_user):
    last = Proposal.objects.order_by("-id").first().pk
    decide_later(Chosen(day="2026-11-22", until=last), accepted=False, by=animator_user)
    calls = iter(range(100))

    work_once(worker="un", stop=lambda: next(calls) >= 2)

    assert (len(left()), Job.objects.get(name="trancher").state) == (3, "waiting")
    work_once(worker="deux", stop=lambda: False)
    assert (left(), Job.objects.get(name="trancher").state) == (set(), "done")


def test_the_job_decides_for_nobody_who_is_no_longer_an_animateur(waiting, animator_user):
    last = Proposal.objects.order_by("-id").first().pk
    decide_later(Chosen(day="2026-11-22", until=last), accepted=False, by=animator_user)
    animator_user.role = "contributor"
    animator_user.save()

    work_once(worker="un", stop=lambda: False)

    job = Job.objects.get(name="trancher")
    assert (len(left()), job.state, job.error) == (5, "failed", "animators_only")


def test_places_are_told_by_their_names(commons):
    assert value_told("zones", ["COM-62041", "DEP-62"]) == "Arras, Pas-de-Calais"
    assert value_told("seat", "COM-62041") == "Arras"
    assert value_told("excluded_zones", ["ZONE-disparue"]) == "ZONE-disparue"
