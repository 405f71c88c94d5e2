"""`maillage charger-geographie` and `maillage creer-zone`."""

from __future__ import annotations

import time

import pytest
from typer.testing import CliRunner

from maillage.cli.main import app
from maillage.territories import queries
from maillage.territories.models import Territory

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_zone_is_made_from_a_file_of_codes(geography, tmp_path):
    (tmp_path / "codes.csv").write_text("insee\n62041\n", encoding="utf-8-sig")
    (tmp_path / "codes.txt").write_text("62041\n01039\n", encoding="utf-8-sig")

    refused = run("creer-zone", "Deux communes", tmp_path / "codes.csv")
    made = run("creer-zone", "Deux communes", tmp_path / "codes.txt")

    assert refused.exit_code == 2
    assert "« insee » n’est pas un territoire connu" in refused.output
    assert made.exit_code == 0, made.output
    assert made.stdout == "Zone ZONE-deux-communes : 2 communes.\n01039 est compté avec toute la commune COM-01138.\n"
    assert queries.usable_here("COM-01138") >= {"ZONE-deux-communes"}


@pytest.mark.slow
def test_everything_is_loaded_by_a_command_in_under_20_seconds_of_work(geography):
    start = time.process_time()

    done = run("charger-geographie")

    assert time.process_time() - start < 20
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("38984 lieux, 4257 anciens codes, 0 retirés.\n2701 zones, en ")
    assert Territory.objects.filter(kind="COM").count() == 34969
