"""Hostile files go through the whole import: refused or isolated, told, and the sheets beside them enter."""

from __future__ import annotations

import json

import pytest

from maillage.connectors.feed.connector import COLUMNS
from maillage.curation import actions as curation
from maillage.harvest import actions as harvest
from maillage.harvest.models import ItemState, Source
from maillage.harvest.queries import connector_of, open_usual_file, recognise
from maillage.inventory.models import Programme
from tests.factories.imports import ready

ENTRY = "<item><guid>{0}</guid><title>Annonce {0}</title><description>Un texte.</description></item>"


@pytest.mark.django_db
def test_a_feed_enters_as_sheets_that_wait_for_a_person_even_when_everything_is_accepted(tmp_path):
    ready()
    path = tmp_path / "flux.xml"
    entries = "".join(ENTRY.format(number) for number in range(3))
    path.write_text(f"<rss version='2.0'><channel>{entries}<item><title>cou", encoding="utf-8")
    source = Source.objects.create(slug="reseau", name="Réseau d’exemple", connector="flux", licence="CC BY 4.0")

    opened = open_usual_file(path)
    run = harvest.run(source=source, file=opened, by=None)
    curation.propose(run, by=None)
    curation.accept_all(run=run, by=None)

    assert recognise(opened.columns).slug == "flux"
    assert set(opened.columns) == set(COLUMNS)
    assert set(Programme.objects.values_list("status", "origin", "source_name", "licence")) <= {
        ("review", "reseau", "Réseau d’exemple", "CC BY 4.0")
    }
    assert Programme.objects.count() == 3
    failed = run.items.filter(state=ItemState.FAILED)
    assert [item.error for item in failed] == ["feed_end"], "the cut entry is told, the others are in"


@pytest.mark.django_db
def test_a_folder_with_a_damaged_file_enters_without_it_and_says_so(tmp_path):
    ready()
    folder = tmp_path / "pages"
    folder.mkdir()
    aid = {"name": "Aide", "description": "Texte", "perimeter": "Pas-de-Calais", "financers": ["Agence d’exemple"]}
    for number in (1, 2):
        rows = [{**aid, "id": number, "targeted_audiences": ["Communes"], "aid_types": ["Subvention"]}]
        (folder / f"{number}.json").write_text(json.dumps({"next": None, "results": rows}), encoding="utf-8")
    (folder / "3.json").write_text("<!doctype html><title>Maintenance</title>", encoding="utf-8")
    opened = open_usual_file(folder)
    source = harvest.keep_source(recognise(opened.columns))

    run = harvest.run(source=source, file=opened, by=None)

    assert connector_of(source).slug == "aides-territoires"
    assert run.items.filter(state=ItemState.DONE).count() == 2
    assert [(item.error, item.error_facts["value"]) for item in run.items.filter(state=ItemState.FAILED)] == [
        ("readable_file", "3.json")
    ]
