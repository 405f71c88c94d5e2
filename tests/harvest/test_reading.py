"""What sources say is kept, record by record, once."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, transaction

from maillage.core.errors import Refused, UnreadableFile
from maillage.harvest import actions
from maillage.harvest.actions import reading
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState, RunState, Source
from maillage.harvest.queries import (
    Connector,
    connector_named,
    connector_of,
    counts_of,
    names_of_origins,
    open_usual_file,
    parsed_items,
    table_connector,
)
from tests.factories.imports import MAPPING, a_row, a_table, harvested, imported_as, proposed, ready

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> None:
    ready()


def states(run: HarvestRun) -> list[tuple[int, str, str]]:
    return [(item.position, item.state, item.error) for item in run.items.order_by("position")]


def test_every_record_is_kept_raw_with_its_line_and_digest(tmp_path):
    run = harvested(a_table(tmp_path, [a_row("A1", texte="deux\nlignes"), a_row("A2")]))

    first, second = run.items.order_by("position")
    assert (first.line, second.line, first.origin_id) == (2, 4, "A1")
    assert '"texte": "deux\\nlignes"' in bytes(first.raw).decode()
    assert first.sha256 == hashlib.sha256(bytes(first.raw)).hexdigest()
    assert run.state == RunState.READ


def test_a_malformed_record_is_kept_as_failed_and_stops_nothing(tmp_path):
    path = a_table(tmp_path, [a_row("A1"), a_row("A2"), a_row("A3", titre="")])
    path.write_text(path.read_text(encoding="utf-8").replace("A2,Aide A2", "A2,de trop,Aide A2"), encoding="utf-8")

    run = harvested(path)

    assert states(run) == [(1, "done", ""), (2, "failed", "cell_count"), (3, "failed", "title")]
    assert b"de trop" in bytes(run.items.get(position=2).raw)
    assert run.items.get(position=3).error_facts["column"] == "titre"


def test_an_identifier_met_twice_is_refused_with_the_line_of_the_first(tmp_path):
    run = harvested(a_table(tmp_path, [a_row("A1"), a_row("A2"), a_row("A1", titre="Autre")]))

    last = run.items.get(position=3)
    assert (last.state, last.error, last.error_facts["facts"]) == ("failed", "once_in_file", {"line": "2"})


def test_parsing_what_is_kept_gives_what_the_file_gave(tmp_path):
    run = harvested(a_table(tmp_path, [a_row("A1"), a_row("A2")]))
    connector = connector_of(run.source)
    items = open_usual_file(tmp_path / "aides.csv").items()
    from_file = [parsed for item in items for parsed in connector.parse(item.raw, line=item.line)]

    assert [parsed for _, found in parsed_items(run, after=0, limit=10) for parsed in found] == from_file


def test_what_was_parsed_while_reading_is_not_parsed_again_and_is_the_same(tmp_path, monkeypatch):
    run = harvested(a_table(tmp_path, [a_row(f"A{number}") for number in range(5)]))
    again = HarvestRun.objects.get()
    from_bytes = [parsed for _, parsed in parsed_items(again, after=0, limit=10)]

    monkeypatch.setattr(Connector, "parse", None)

    assert [parsed for _, parsed in parsed_items(run, after=0, limit=10)] == from_bytes
    assert [parsed for _, parsed in parsed_items(run, after=3, limit=10)] == from_bytes[3:]
    assert len(from_bytes) == 5


def test_reading_the_same_file_again_skips_what_has_not_changed(tmp_path):
    path = a_table(tmp_path, [a_row("A1"), a_row("A2")])
    proposed(path)
    a_table(tmp_path, [a_row("A1"), a_row("A2", titre="Changée"), a_row("A3")])

    again = harvested(path)

    assert [state for _, state, _ in states(again)] == ["skipped", "done", "done"]


def test_the_same_bytes_read_another_way_are_news(tmp_path):
    path = a_table(tmp_path, [a_row("A1")])
    proposed(path)

    again = harvested(path, mapping=MAPPING + "porteur;;funder;\n")

    assert [state for _, state, _ in states(again)] == ["done"]


def test_a_run_stopped_half_way_goes_on_without_loss_or_repeat(tmp_path, monkeypatch):
    path = a_table(tmp_path, [a_row(f"A{number}") for number in range(25)])
    monkeypatch.setattr(reading, "BATCH", 10)
    connector = table_connector(slug="essai", name="Source essai", mapping=MAPPING)
    source, file = actions.keep_source(connector), open_usual_file(path)

    def stop(done: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.run(source=source, file=file, by=None, progress=stop)
    assert HarvestItem.objects.count() == 20

    seen: list[int] = []
    run = actions.run(source=source, file=file, by=None, progress=seen.append)

    assert seen == [25]
    assert HarvestRun.objects.count() == 1
    assert sorted(run.items.values_list("origin_id", flat=True)) == sorted(f"A{number}" for number in range(25))


@pytest.fixture
def other_core(monkeypatch):
    """Two records a batch, all parsed by a process beside."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(reading, "BATCH", 2)
    monkeypatch.setattr(reading, "ALONE", 0)


def test_a_long_file_parsed_beside_gives_the_same(tmp_path, request):
    rows = [a_row("A1"), a_row("A2"), a_row("A3", titre=""), a_row("A1", titre="Autre"), a_row("A5")]
    path = a_table(tmp_path, rows)
    alone = harvested(path)
    same = states(alone), [parsed for _, parsed in parsed_items(alone, after=0, limit=10)]
    alone.delete()
    request.getfixturevalue("other_core")

    run = harvested(path)

    assert (states(run), [parsed for _, parsed in parsed_items(run, after=0, limit=10)]) == same


def test_a_run_parsed_beside_goes_on_where_it_stopped(tmp_path, other_core):
    path = a_table(tmp_path, [a_row(f"A{number}") for number in range(7)])
    connector = table_connector(slug="essai", name="Source essai", mapping=MAPPING)
    source, file = actions.keep_source(connector), open_usual_file(path)

    def stop(done: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.run(source=source, file=file, by=None, progress=stop)
    assert HarvestItem.objects.count() == 4, "what was only parsed is not kept"

    run = actions.run(source=source, file=file, by=None)

    assert sorted(run.items.values_list("origin_id", flat=True)) == [f"A{number}" for number in range(7)]


def test_two_processes_on_one_file_cannot_both_write(tmp_path, monkeypatch):
    path = a_table(tmp_path, [a_row(f"A{number}") for number in range(4)])
    monkeypatch.setattr(reading, "BATCH", 2)
    connector = table_connector(slug="essai", name="Source essai", mapping=MAPPING)
    source, file = actions.keep_source(connector), open_usual_file(path)

    def other(done: int) -> None:
        if done == 2:
            run = HarvestRun.objects.get()
            for position in (3, 4):
                HarvestItem.objects.create(
                    run=run, position=position, state=ItemState.DONE, harvested_at=run.started_at
                )

    with pytest.raises(Refused) as caught:
        actions.run(source=source, file=file, by=None, progress=other)

    assert caught.value.code == "import_running"
    assert HarvestItem.objects.count() == 4


def test_the_database_forbids_two_open_runs_of_one_file(tmp_path):
    run = harvested(a_table(tmp_path, [a_row("A1")]))

    with pytest.raises(IntegrityError), transaction.atomic():
        HarvestRun.objects.create(source=run.source, file_name="x", file_sha256=run.file_sha256, recipe=run.recipe)


def test_a_file_that_turns_out_to_be_no_table_keeps_what_was_read(tmp_path):
    path = a_table(tmp_path, [a_row("A1")])
    with path.open("a", encoding="utf-8") as file:
        file.write('x,"deux" trois\n' * 1500)

    with pytest.raises(UnreadableFile):
        harvested(path)

    run = HarvestRun.objects.get()
    assert (run.state, run.error) == (RunState.FAILED, "file_not_a_table")


def test_what_was_parsed_beside_before_a_file_turned_out_wrong_is_kept(tmp_path, other_core):
    connector = table_connector(slug="essai", name="Source essai", mapping=MAPPING)
    whole = open_usual_file(a_table(tmp_path, [a_row(f"A{number}") for number in range(4)]))

    class Broken:
        path, sha256, size, reasons = whole.path, whole.sha256, whole.size, whole.reasons

        def items(self):
            yield from whole.items()
            raise UnreadableFile("file_not_a_table")

    with pytest.raises(UnreadableFile):
        actions.run(source=actions.keep_source(connector), file=Broken(), by=None)

    run = HarvestRun.objects.get()
    assert (run.state, run.items.count()) == (RunState.FAILED, 4)


class TestGone:
    """A source that lists all it knows, and no longer lists a record."""

    HEADER = "departement,departement_nom,rubrique,categorie\n"
    WORKS = ("Voirie", "Écoles", "Cimetières")

    def detr(self, folder, works, name):
        path = folder / name
        path.write_text(self.HEADER + "".join(f"62,Pas-de-Calais,,{work}\n" for work in works), encoding="utf-8")
        return imported_as("detr", path)

    def test_what_it_no_longer_lists_is_kept_as_gone(self, tmp_path):
        first = self.detr(tmp_path, self.WORKS, "un.csv")
        second = self.detr(tmp_path, self.WORKS[:2], "deux.csv")

        assert counts_of(first) == {"done": 3, "skipped": 0, "failed": 0, "gone": 0}
        assert counts_of(second) == {"done": 0, "skipped": 2, "failed": 0, "gone": 1}
        gone = second.items.get(state=ItemState.GONE)
        assert gone.origin_id == first.items.get(position=3).origin_id

    def test_a_damaged_record_makes_nothing_go(self, tmp_path):
        self.detr(tmp_path, self.WORKS, "un.csv")
        second = self.detr(tmp_path, ("Voirie", "Écoles,de trop"), "deux.csv")

        assert counts_of(second) == {"done": 0, "skipped": 1, "failed": 1, "gone": 0}

    def test_a_table_of_one_s_own_is_not_supposed_whole(self, tmp_path):
        proposed(a_table(tmp_path, [a_row("A1"), a_row("A2")]))

        again = harvested(a_table(tmp_path, [a_row("A1")]))

        assert counts_of(again)["gone"] == 0


def test_the_origin_of_a_sheet_is_told_by_the_name_of_its_source():
    for slug in ("detr", "mte", "mte-schema-national"):
        actions.keep_source(connector_named(slug))

    assert names_of_origins() == {
        "detr-par-departement": "Catégories prioritaires de la DETR par département",
        "mission-transition-ecologique": "Transition écologique des entreprises",
    }


def test_a_source_keeps_the_terms_its_connector_gives():
    source = actions.keep_source(table_connector(slug="essai", name="Essai", mapping=MAPPING, licence="ODbL"))

    again = actions.keep_source(
        table_connector(slug="essai", name="Essai, second nom", mapping=MAPPING, licence="ODbL")
    )

    assert (source.pk, Source.objects.get().name) == (again.pk, "Essai, second nom")
    assert connector_of(again).told.licence == "ODbL"
