"""What an animateur sees of jobs and sources, and what they may change."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from maillage.core.errors import BadSource, Refused
from maillage.harvest.models import HarvestItem, HarvestRun, RunState, Source
from maillage.work import actions
from maillage.work.models import Job, JobState
from tests.factories.imports import MAPPING

PAGES = ("/animation/travaux", "/animation/sources")


@pytest.fixture
def jobs(settings) -> None:
    settings.JOBS = "tests.factories.jobs.DUTIES"


def a_source(number: int = 1, **said) -> Source:
    values = {"name": f"Source n° {number}", "connector": "table", "address": "https://exemple.fr/aides.csv"}
    values |= {"mapping": MAPPING}
    return Source.objects.create(slug=f"source-{number}", **(values | said))


def a_run(source: Source, **said) -> HarvestRun:
    run = HarvestRun.objects.create(source=source, file_name="f", file_sha256="0", recipe="r", **said)
    HarvestItem.objects.create(run=run, position=1, state="done", origin_id="a", harvested_at=timezone.now())
    HarvestItem.objects.create(run=run, position=2, state="gone", origin_id="b", harvested_at=timezone.now())
    return run


@pytest.mark.parametrize("path", PAGES)
def test_they_are_for_animateurs_only(commons, client, visitor, contributor, animator, path):
    assert client.get(path).status_code == 302
    assert visitor.get(path).status_code == 403
    assert contributor.get(path).status_code == 403
    assert animator.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/animation/travaux/1/relancer",
        "/animation/sources/a",
        "/animation/source-nouvelle",
        "/animation/lectures/1/continuer",
    ],
)
def test_a_change_is_for_animateurs_only(commons, visitor, contributor, path):
    assert visitor.post(path).status_code == 403
    assert contributor.post(path).status_code == 403


def test_a_job_tells_how_far_it_is_and_a_failed_one_why_in_french(jobs, animator):
    actions.enqueue("lent", key="une-source")
    running = actions.take(worker="un")
    assert running is not None
    actions.renew(running, done=250, total=1000)
    actions.enqueue("mauvais")
    failed = actions.take(worker="un")
    assert failed is not None
    actions.fail(failed, Refused("import_running", source="x"), may_pass=False)

    page = animator.get("/animation/travaux").content.decode()

    assert "25 %" in page
    assert "Un autre import du même fichier est en cours" in page
    only = animator.get("/animation/travaux?etat=failed").content.decode()
    assert "Lent" not in only.partition("Ce qui revient")[0]
    assert animator.get("/animation/travaux?etat=hier").status_code == 400


def test_a_failed_job_is_done_again(jobs, animator):
    actions.enqueue("mauvais", key="k")
    job = actions.take(worker="un")
    assert job is not None
    actions.fail(job, Refused("import_running"), may_pass=False)

    animator.post(f"/animation/travaux/{job.pk}/relancer")

    again = Job.objects.latest("pk")
    assert (again.state, again.key, again.by.email) == (JobState.WAITING, "k", "animateur@exemple.test")


def test_a_source_tells_its_health(animator):
    source = a_source(enabled=True, last_tried_at=timezone.now(), last_success_at=timezone.now())
    a_run(source, state=RunState.DONE)

    page = " ".join(animator.get("/animation/sources").content.decode().split())

    for words in (
        "Source n° 1",
        "Activée",
        "dernière réussite",
        "prochaine fois",
        "lue : 1",
        "disparue de la source : 1",
    ):
        assert words in page.replace("\u202f", " ").replace("\xa0", " "), words


def test_a_suspect_run_is_shown_and_believed(animator):
    error = BadSource("run_far_fewer", source="Source n° 1", now=2, before=40)
    run = a_run(a_source(), state=RunState.SUSPECT, error=error.code, error_facts=dict(error.facts))
    page = animator.get("/animation/sources").content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert "n’a donné que 2 fiches lisibles, contre 40" in page
    assert "C’est normal, continuer" in page

    animator.post(f"/animation/lectures/{run.pk}/continuer")

    run.refresh_from_db()
    assert run.state == RunState.READ
    assert Job.objects.get().arguments == {"run": run.pk}
    assert "C’est normal, continuer" not in animator.get("/animation/sources").content.decode()


def test_an_animateur_settles_a_source_and_asks_it_now(animator):
    a_source()
    sent = {"adresse": "https://exemple.fr/autres.csv", "toutes_les": "24", "activee": "oui", "decision": "regler"}

    animator.post("/animation/sources/source-1", sent)

    source = Source.objects.get()
    assert (source.enabled, source.address, source.every_hours) == (True, "https://exemple.fr/autres.csv", 24)
    animator.post("/animation/sources/source-1", {"decision": "maintenant"})
    assert (Job.objects.get().name, Job.objects.get().key) == ("recolte", "source-1")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"adresse": "http://127.0.0.1:8000/sante", "toutes_les": "24", "activee": "oui"}, "adresse"),
        ({"adresse": "file:///etc/passwd", "toutes_les": "24", "activee": "oui"}, "adresse"),
        ({"adresse": "", "toutes_les": "24", "activee": "oui"}, "adresse"),
        ({"adresse": "https://exemple.fr/x", "toutes_les": "bientôt"}, "rythme"),
        ({"adresse": "https://exemple.fr/x", "toutes_les": "0"}, "rythme"),
    ],
    ids=["inside", "a file", "none", "no number", "too often"],
)
def test_what_may_not_be_is_refused_and_said(animator: Client, sent, words):
    a_source(address="https://exemple.fr/aides.csv")

    page = animator.post("/animation/sources/source-1", sent, follow=True).content.decode()

    source = Source.objects.get()
    assert (source.address, source.enabled, source.every_hours) == ("https://exemple.fr/aides.csv", False, 168)
    assert words in page.lower()


NEW = {"sorte": "flux", "nom": "Fil du réseau", "adresse": "https://exemple.fr/fil.xml", "toutes_les": "24"}


def test_an_animateur_adds_a_source_of_each_kind(animator):
    for asked in (
        NEW | {"activee": "oui", "licence": "Licence Ouverte 2.0"},
        NEW | {"sorte": "schema-national", "nom": "Aides d’un département", "adresse": "https://exemple.fr/a.csv"},
        NEW | {"sorte": "autre-maillage", "nom": "La maison voisine", "adresse": "https://exemple.fr/p.jsonl"},
        NEW | {"sorte": "france-services", "nom": "", "adresse": "https://exemple.fr/fs.csv"},
    ):
        assert animator.post("/animation/source-nouvelle", asked).status_code == 302, asked

    rows = Source.objects.order_by("slug").values_list("slug", "connector", "enabled", "every_hours")
    assert list(rows) == [
        ("aides-dun-departement", "schema-national", False, 24),
        ("fil-du-reseau", "flux", True, 24),
        ("france-services", "france-services", False, 24),
        ("la-maison-voisine", "autre-maillage", False, 24),
    ]
    page = animator.get("/animation/sources").content.decode()
    assert 'value="flux"' in page
    assert 'value="france-services"' not in page, "a source that is one of its kind is added once"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"adresse": "http://127.0.0.1/fil.xml"}, "publique"),
        ({"adresse": ""}, "adresse"),
        ({"adresse": "https://exemple.fr/aides.csv"}, "déjà lue à cette adresse"),
        ({"nom": " ", "adresse": "https://exemple.fr/autre.xml"}, "Donnez un nom"),
        ({"nom": "Source 1"}, "porte déjà le nom"),
        ({"nom": "flux"}, "porte déjà le nom"),
        ({"sorte": "table"}, "n’existe pas"),
        ({"toutes_les": "souvent"}, "rythme"),
    ],
    ids=["inside", "nowhere", "read already", "no name", "name taken", "name of ours", "unknown", "no number"],
)
def test_a_source_that_may_not_be_added_is_refused_and_what_was_typed_is_kept(animator, said, words):
    a_source()

    answer = animator.post("/animation/source-nouvelle", NEW | said)

    page = answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert (answer.status_code, Source.objects.count()) == (400, 1)
    assert words.lower() in page.lower()
    assert f'value="{(NEW | said)["nom"]}"' in page


def test_a_reading_says_what_was_refused_and_why(commons, animator, contributor):
    run = a_run(
        a_source(), state=RunState.DONE, redirects=[[302, "https://exemple.fr/v2.csv"]], url="https://exemple.fr"
    )
    for position in range(3, 11):
        facts = {"column": "lieu", "value": f"<b>{position}</b>", "facts": {}}
        failed = {"state": "failed", "error": "territory", "error_facts": facts, "line": position + 1}
        HarvestItem.objects.create(run=run, position=position, harvested_at=timezone.now(), **failed)

    assert contributor.get(f"/animation/lectures/{run.pk}").status_code == 403
    page = animator.get(f"/animation/lectures/{run.pk}").content.decode().replace("\u202f", " ").replace("\xa0", " ")

    assert "colonne « lieu »" in page
    assert "8 fiches" in page
    assert "&lt;b&gt;3&lt;/b&gt;" in page
    assert "<b>3</b>" not in page
    assert "https://exemple.fr/v2.csv" in page
    assert f"/animation/lectures/{run.pk}" in animator.get("/animation/sources").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_the_same_with_one_row_and_three(jobs, animator, path, django_assert_max_num_queries):
    def fill(numbers: range) -> None:
        for number in numbers:
            a_run(a_source(number), state=RunState.DONE)
            actions.enqueue("vite", key=str(number))

    fill(range(1))
    with django_assert_max_num_queries(60) as one:
        animator.get(path)
    fill(range(1, 3))
    with django_assert_max_num_queries(60) as three:
        animator.get(path)

    assert len(three) == len(one)
