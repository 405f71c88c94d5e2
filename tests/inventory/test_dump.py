"""What one house publishes for machines, another reads: the same sheets, and never its own again."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace

import pytest

from maillage.connectors.connector import at_home
from maillage.connectors.other_maillage.connector import CONNECTOR
from maillage.connectors.other_maillage.connector import SHAPE as READ
from maillage.core.records import OperatorRef, ProgrammeRecord
from maillage.core.vocabulary import Status
from maillage.curation import actions as curation
from maillage.harvest import actions as harvest
from maillage.harvest.models import ItemState, Source
from maillage.harvest.queries import connector_of, open_usual_file, recognise
from maillage.inventory.actions import put_programmes
from maillage.inventory.dump import SHAPE, dump_file, dump_line
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record, whole_programmes
from maillage.inventory.starter import starter_programmes
from tests.factories.imports import ready

PLAIN_FILES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
THERE, HERE = "https://la-bas.exemple.fr", "https://ici.exemple.fr"


def carried(record: ProgrammeRecord) -> ProgrammeRecord:
    """What goes from one house to another: all but what names things of the first, and where the sheet comes from."""
    professional = {name: said for name, said in record.professional.items() if not name.startswith("maillage_")}
    operators = tuple(replace(ref, slug="") for ref in record.operators)
    first = record.source_url or f"{THERE}/programmes/{record.slug}"
    away = {"slug": "", "parent": "", "variant_of": "", "delivered_by": "", "origin": "", "origin_id": ""}
    return replace(record, **away, professional=professional, operators=operators, source_url=first)


def whole(record: ProgrammeRecord) -> ProgrammeRecord:
    """A sheet of the starter inventory as the database gives it back: its operators have names."""
    named = tuple(replace(ref, name=ref.name or f"Organisation {ref.slug}") for ref in record.operators)
    return replace(record, operators=named, uid=record.uid or "0d9a6b1e-6f0e-4a2d-9a55-6a1f0b7d2c11")


def read(record: ProgrammeRecord, own: str = HERE) -> ProgrammeRecord:
    line = json.dumps(dump_line(record, site=THERE), ensure_ascii=False).encode()
    (parsed,) = at_home(CONNECTOR, own).parse(line)
    return parsed.record


def test_writer_and_reader_name_the_same_format():
    assert SHAPE == READ


def test_every_sheet_of_the_starter_inventory_crosses_unchanged():
    records = [whole(record) for record in starter_programmes() if record.status == Status.PUBLISHED]
    pairs = [(carried(read(record)), carried(record)) for record in records]
    different = [
        (sent.slug, name)
        for come, sent in pairs
        for name in ProgrammeRecord.__dataclass_fields__
        if getattr(come, name) != getattr(sent, name)
    ]

    assert len(records) > 100
    assert different == []


def test_a_sheet_that_crosses_two_houses_keeps_its_first_source_and_names_both():
    born = next(record for record in starter_programmes() if record.source_url)
    born = replace(born, origin="aides-exemple", origin_id="12 b", uid="0d9a6b1e-6f0e-4a2d-9a55-6a1f0b7d2c11")

    line = dump_line(read(born), site=HERE)

    assert line["via"] == [THERE, HERE]
    assert (line["origin"], line["origin_id"]) == ("aides-exemple", "12 b")
    assert "maillage_via" not in line["professional"]


def a_sheet(number: int, **said: object) -> ProgrammeRecord:
    return (
        ProgrammeRecord(
            title=f"=Fiche « {number} » & a < b",
            description="Un texte.\n\n- Un point",
            operators=(OperatorRef(name="Syndicat d’exemple"), OperatorRef(name="Autre d’exemple", role="funder")),
            natures=("PUBLIC",),
            aid_types=("grant",),
            zones=("DEP-62",),
            echelon="DEPARTMENTAL",
            source_name="Source d’exemple",
            source_url=f"https://source.exemple.fr/{number}",
            licence="Licence Ouverte 2.0",
            origin="exemple",
            origin_id=str(number),
            status="published",
        )
        if not said
        else replace(a_sheet(number), **said)
    )


@pytest.mark.django_db
def test_what_a_house_publishes_another_imports_and_gets_the_same_sheets(client, settings, tmp_path):
    ready()
    settings.SITE_URL, settings.VAR, settings.STORAGES = THERE, tmp_path, PLAIN_FILES
    put_programmes([a_sheet(1), a_sheet(2), a_sheet(3, status="review")], by=None)
    before = {str(row.uid): programme_record(row) for row in whole_programmes()}
    answer = client.get("/donnees/programmes.jsonl")
    path = tmp_path / "recu.jsonl"
    path.write_bytes(b"".join(answer.streaming_content))
    Programme.objects.all().delete()

    settings.SITE_URL = HERE
    opened = open_usual_file(path)
    assert recognise(opened.columns).slug == "autre-maillage"
    source = Source.objects.create(slug="la-bas", name="Là-bas", connector="autre-maillage")
    run = harvest.run(source=source, file=opened, by=None)
    curation.propose(run, by=None)
    curation.accept_all(run=run, by=None)

    after = {str(row.uid): programme_record(row) for row in whole_programmes()}
    published = {uid: record for uid, record in before.items() if record.status == "published"}
    assert len(after) == 2
    assert {uid: carried(record) for uid, record in after.items()} == {
        uid: carried(record) for uid, record in published.items()
    }
    assert {record.origin for record in after.values()} == {"la-bas"}
    assert {record.source_name for record in after.values()} == {"Source d’exemple"}

    settings.SITE_URL = THERE
    again = dump_file(tmp_path / "retour", site=HERE)
    back = harvest.run(
        source=Source.objects.create(slug="ici", name="Ici", connector="autre-maillage"),
        file=open_usual_file(again),
        by=None,
    )
    assert [item.state for item in back.items.all()] == [ItemState.FAILED] * 2, "it comes from us: left aside"
    assert {item.error for item in back.items.all()} == {"refused_by_mapping"}


@pytest.mark.django_db
def test_the_list_is_made_once_and_again_when_a_sheet_changes(client, settings, tmp_path):
    ready()
    settings.VAR, settings.STORAGES = tmp_path, PLAIN_FILES
    put_programmes([a_sheet(1)], by=None)

    first = client.get("/donnees/programmes.jsonl")
    lines = b"".join(first.streaming_content).splitlines()
    assert first["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert json.loads(lines[0])["title"] == a_sheet(1).title
    assert client.get("/donnees/programmes.jsonl", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get("/donnees/programmes.jsonl?page=2").status_code == 400

    put_programmes([a_sheet(2)], by=None)
    assert client.get("/donnees/programmes.jsonl")["ETag"] == first["ETag"], "not again within ten minutes"
    for path in (tmp_path / "donnees").glob("*.jsonl"):
        os.utime(path, (time.time() - 700,) * 2)
    second = client.get("/donnees/programmes.jsonl")
    assert second["ETag"] != first["ETag"]
    assert len(b"".join(second.streaming_content).splitlines()) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_database_as_often_whatever_its_length(count, tmp_path, django_assert_max_num_queries):
    ready()
    put_programmes([a_sheet(number) for number in range(count)], by=None)

    with django_assert_max_num_queries(9):
        path = dump_file(tmp_path, site=HERE)

    assert len(path.read_bytes().splitlines()) == count


@pytest.mark.django_db
def test_a_source_that_is_a_place_is_read_under_its_own_name():
    source = Source(slug="la-bas", name="Là-bas", connector="flux", licence="CC BY 4.0")

    connector = connector_of(source)

    assert (connector.origin, connector.source_name, connector.licence) == ("la-bas", "Là-bas", "CC BY 4.0")
