"""A source is asked, its answer kept, read and proposed; what looks wrong stops there and waits for a person."""

from __future__ import annotations

import pytest

from maillage.accounts.models import Role, User
from maillage.core.errors import BadSource, Invalid, MaillageError, Refused, UnreadableFile
from maillage.curation.actions.sources import believe
from maillage.curation.models import Proposal, ProposalKind, ProposalState
from maillage.curation.tasks import refreshing as tasks
from maillage.harvest import actions as harvest
from maillage.harvest.actions.sources import Settings
from maillage.harvest.models import HarvestItem, HarvestRun, RunState, Source
from maillage.harvest.queries import table_connector
from maillage.work.models import Job
from maillage.work.registry import InHand
from tests.factories.imports import MAPPING, a_row, a_table, ready
from tests.factories.sources import in_turn, open_site, page, reply

pytestmark = pytest.mark.django_db
HTML = page(b"<!doctype html><html><body>En maintenance</body></html>", Content_Type="text/html")


@pytest.fixture
def site(monkeypatch, settings, tmp_path):
    settings.VAR = tmp_path
    ready()
    with open_site() as site:
        monkeypatch.setattr(tasks, "polite_client", site.client)
        yield site


@pytest.fixture
def source(site) -> Source:
    row = harvest.keep_source(table_connector(slug="essai", name="Source essai", mapping=MAPPING))
    row.address, row.enabled = f"{site.url}/aides.csv", True
    row.save()
    return row


@pytest.fixture
def by() -> User:
    return User.objects.create_user("a@exemple.test", "un-mot-de-passe-long", role=Role.ANIMATOR)


def table(tmp_path, count: int, **said: str) -> bytes:
    return a_table(tmp_path, [a_row(f"A{number}", **said) for number in range(count)]).read_bytes()


def test_the_answer_is_kept_byte_for_byte_with_where_it_came_from(site, source, tmp_path):
    body = table(tmp_path, 3)
    site.pages["/aides.csv"] = lambda handler: reply(handler, b"", status=302, Location="/v2/aides.csv")
    site.pages["/v2/aides.csv"] = page(body, ETag='"abc"', Content_Type="text/csv")

    run = tasks.refresh(source)

    assert run is not None
    assert (run.state, run.url, run.redirects) == (
        RunState.DONE,
        f"{site.url}/aides.csv",
        [[302, f"{site.url}/v2/aides.csv"]],
    )
    assert run.headers["etag"] == '"abc"'
    assert (tmp_path / "recoltes" / run.kept).read_bytes() == body
    assert run.kept.startswith(f"essai/{run.file_sha256}")
    assert tasks.told(run)["nouvelles"] == 3
    source.refresh_from_db()
    assert (source.etag, source.last_success_at is not None) == ('"abc"', True)


def test_a_source_that_has_nothing_new_is_not_read_again(site, source, tmp_path):
    def answer(handler) -> None:
        if handler.headers.get("If-None-Match") == '"abc"':
            handler.send_response(304)
            handler.end_headers()
        else:
            reply(handler, table(tmp_path, 3), ETag='"abc"')

    site.pages["/aides.csv"] = answer
    tasks.refresh(source)

    assert tasks.refresh(source) is None
    assert HarvestRun.objects.count() == 1


def nonsense(tmp_path) -> dict[str, tuple[object, type[MaillageError], str]]:
    return {
        "html": (HTML, UnreadableFile, "file_is_html"),
        "empty": (page(b""), UnreadableFile, "file_empty"),
        "not there": (page(b"", status=404), BadSource, "source_not_there"),
        "no record": (page(b"ref,titre,texte,porteur,lieu,fin,page\n"), MaillageError, ""),
        "far fewer": (page(table(tmp_path, 3)), BadSource, "run_far_fewer"),
        "mostly unreadable": (page(table(tmp_path, 40, titre="")), BadSource, "run_far_fewer"),
        "half unreadable": (
            page(table(tmp_path, 20) + table(tmp_path, 60, titre="").partition(b"\n")[2]),
            BadSource,
            "run_mostly_unreadable",
        ),
    }


NAMES = ("html", "empty", "not there", "no record", "far fewer", "mostly unreadable", "half unreadable")


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_is_stopped_and_nothing_is_concluded_from_it(site, source, tmp_path, name):
    answer, kind, code = nonsense(tmp_path)[name]
    site.pages["/aides.csv"] = in_turn(page(table(tmp_path, 40)), answer)
    tasks.refresh(source)
    before = Proposal.objects.count()

    with pytest.raises(kind) as caught:
        tasks.refresh(source)

    run = HarvestRun.objects.latest("pk")
    assert run.error == caught.value.code
    assert not code or run.error == code
    assert run.state == (RunState.SUSPECT if run.error.startswith("run_") else RunState.FAILED)
    assert Proposal.objects.count() == before
    assert not HarvestItem.objects.filter(state="gone").exists()


def test_a_person_says_it_is_right_and_it_goes_on(site, source, tmp_path, by, settings):
    site.pages["/aides.csv"] = in_turn(page(table(tmp_path, 40)), page(table(tmp_path, 2, texte="Nouveau.")))
    tasks.refresh(source)
    with pytest.raises(BadSource):
        tasks.refresh(source)
    run = HarvestRun.objects.latest("pk")

    believe(run, by=by)

    job = Job.objects.get()
    assert (job.name, job.key, job.arguments) == ("recolte", "essai", {"run": run.pk})
    told = tasks.harvest_one(InHand(key=job.key, arguments=job.arguments, by=by, progress=lambda *_: None))
    run.refresh_from_db()
    assert (run.state, told["lues"]) == (RunState.DONE, 2)
    assert len(site.paths()) == 2, "the source was not asked again"
    with pytest.raises(Refused, match="run_not_suspect"):
        believe(run, by=by)


def test_suspect_it_stays_until_someone_looks_even_when_asked_again(site, source, tmp_path):
    few = page(table(tmp_path, 2))
    site.pages["/aides.csv"] = in_turn(page(table(tmp_path, 40)), few, few, page(table(tmp_path, 41)))
    tasks.refresh(source)
    for _ in range(2):
        with pytest.raises(BadSource):
            tasks.refresh(source)
    assert list(HarvestRun.objects.order_by("pk").values_list("state", flat=True)) == ["done", "suspect"]

    tasks.refresh(source)

    assert list(HarvestRun.objects.order_by("pk").values_list("state", flat=True)) == ["done", "failed", "done"]


def test_a_trial_says_what_would_change_and_writes_nothing(site, source, tmp_path):
    site.pages["/aides.csv"] = page(table(tmp_path, 3))

    counts = tasks.tried(source)

    assert counts is not None
    assert counts.new == 3
    assert (HarvestRun.objects.count(), Proposal.objects.count(), HarvestItem.objects.count()) == (0, 0, 0)
    assert not list(tmp_path.glob("recoltes/**/*.csv"))


def test_two_readers_of_one_source_are_one_too_many(source):
    with harvest.only_reader(source), pytest.raises(Refused, match="import_running"):
        tasks.refresh(source)


@pytest.mark.parametrize("after", ["reading", "comparing"])
def test_a_refresh_stopped_half_way_goes_on_without_asking_again(site, source, tmp_path, after):
    site.pages["/aides.csv"] = in_turn(page(table(tmp_path, 700)))

    def watch(step: str, done: int, _total: int) -> None:
        if (after, step) in (("reading", tasks.READING), ("comparing", tasks.COMPARING)) and done >= 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tasks.refresh(source, watch=watch)

    run = tasks.refresh(source)

    assert run is not None
    assert (HarvestRun.objects.count(), tasks.told(run)["nouvelles"]) == (1, 700)
    assert Proposal.objects.filter(kind=ProposalKind.NEW, state=ProposalState.PENDING).count() == 700
    assert HarvestItem.objects.values("origin_id").distinct().count() == HarvestItem.objects.count() == 700


def test_sources_whose_time_has_come_become_one_job_each(site, source, tmp_path):
    job = InHand(progress=lambda *_: None)

    assert tasks.harvest_due(job) == {"sources à récolter": 1}
    assert tasks.harvest_due(job) == {"sources à récolter": 1}
    assert [(one.name, one.key) for one in Job.objects.all()] == [("recolte", "essai")]

    site.pages["/aides.csv"] = page(table(tmp_path, 1))
    tasks.refresh(source)
    assert tasks.harvest_due(job) == {"sources à récolter": 0}


def test_two_feeds_a_person_adds_never_mix_their_entries(site, by):
    entry = "<item><guid>1</guid><title>Un appui aux haies de {0}</title><link>https://{0}.exemple.fr/</link></item>"
    feed = '<?xml version="1.0"?><rss version="2.0"><channel><title>Fil</title>{}</channel></rss>'
    for name in ("nord", "sud"):
        site.pages[f"/{name}.xml"] = page(feed.format(entry.format(name)).encode(), Content_Type="application/rss+xml")
        settings = Settings(enabled=True, address=f"https://exemple.fr/{name}.xml", every_hours=24)
        asked = harvest.NewSource(kind="flux", name=f"Fil du {name}", licence="Licence Ouverte 2.0", settings=settings)
        added = harvest.add_source(asked, by=by)
        Source.objects.filter(pk=added.pk).update(address=f"{site.url}/{name}.xml")  # the only site tests may ask
        added.refresh_from_db()
        tasks.refresh(added)

    found = Proposal.objects.order_by("id").values_list("source__slug", "origin_id", "kind", "record__source_name")
    assert list(found) == [
        ("fil-du-nord", "1", ProposalKind.NEW, "Fil du nord"),
        ("fil-du-sud", "1", ProposalKind.NEW, "Fil du sud"),
    ]


def test_only_a_public_address_can_be_given_to_a_source(source, by):
    for address in ("file:///etc/passwd", "http://127.0.0.1/x", "http://localhost/x", "ftp://exemple.fr/x"):
        with pytest.raises(Invalid):
            harvest.settle_source(source, Settings(enabled=True, address=address, every_hours=24), by=by)
    with pytest.raises(Invalid, match="source_without_address"):
        harvest.settle_source(source, Settings(enabled=True, address="", every_hours=24), by=by)
    with pytest.raises(Invalid, match="rhythm_out_of_bounds"):
        harvest.settle_source(source, Settings(enabled=False, address="", every_hours=0), by=by)

    settled = harvest.settle_source(
        source, Settings(enabled=True, address="https://exemple.fr/aides.csv", every_hours=24), by=by
    )

    assert (settled.enabled, settled.every_hours, settled.etag) == (True, 24, "")
    assert settled.address == "https://exemple.fr/aides.csv"
