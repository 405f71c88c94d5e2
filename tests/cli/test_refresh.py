"""`maillage rafraichir` with real processes: offline files, trials, and kills at every stage."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_importer import ROOT, count, environment, prepared, rows, waiting
from tests.factories.imports import MAPPING, a_row, a_table
from tests.factories.sources import open_site, page

__all__ = ["prepared"]
pytestmark = pytest.mark.slow
KNOWN = """
import django; django.setup()
from maillage.harvest import actions
from maillage.harvest.queries import table_connector
from pathlib import Path
import sys
source = actions.keep_source(table_connector(slug="essai", name="Source essai", mapping=Path(sys.argv[1]).read_text()))
source.address = sys.argv[2]; source.enabled = bool(sys.argv[2]); source.save()
"""
REFRESH = """
import django; django.setup()
import sys
from maillage.curation.tasks import refreshing
from maillage.connectors.polite.addresses import Places
from maillage.connectors.polite.client import Client
from maillage.connectors.polite.rhythm import Manners
places = Places(allowed=frozenset({("127.0.0.1", int(sys.argv[1]))}))
refreshing.polite_client = lambda: Client(contact="x", manners=Manners(pause_s=0), places=places)
from maillage.cli.main import app
app(["rafraichir", *sys.argv[2:]])
"""


@pytest.fixture
def var(prepared: Path, tmp_path: Path) -> Path:
    import shutil

    folder = tmp_path / "var"
    shutil.copytree(prepared, folder)
    return folder


def know(var: Path, tmp_path: Path, address: str = "") -> None:
    mapping = tmp_path / "correspondance.csv"
    mapping.write_text(MAPPING, encoding="utf-8")
    words = [sys.executable, "-c", KNOWN, str(mapping), address]
    subprocess.run(words, env=environment(var), cwd=ROOT, check=True, timeout=120)


def refreshed(var: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "maillage", "rafraichir", *map(str, words)]
    return subprocess.run(
        command, env=environment(var), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


def big_table(tmp_path: Path, total: int) -> bytes:
    return a_table(tmp_path, [a_row(f"A{n}", titre=f"Aide numéro {n}") for n in range(total)]).read_bytes()


def test_offline_a_file_is_tried_then_read_and_one_bad_source_stops_nothing(var, tmp_path):
    know(var, tmp_path)
    folder = tmp_path / "fichiers"
    folder.mkdir()
    a_table(folder, [a_row("A1"), a_row("A2")], name="essai.csv")
    (folder / "detr.csv").write_text("<!doctype html><html><body>503</body></html>", encoding="utf-8")

    tried = refreshed(var, "--source", "detr", "--source", "essai", "--fichier", folder, "--essai")
    assert count(var, "harvest_harvestrun") == 0
    done = refreshed(var, "--source", "detr", "--source", "essai", "--fichier", folder)

    assert (tried.returncode, done.returncode) == (1, 1)
    assert "Essai, rien n’est écrit" in tried.stdout
    assert "est une page web (HTML)" in done.stderr
    assert "2 lues : 2 nouvelles, 2 à trancher" in done.stdout.replace("\u202f", " "), "whole, at the width of 80"
    assert rows(var, "SELECT state, error FROM harvest_harvestrun ORDER BY id") == [
        ("failed", "file_is_html"),
        ("done", ""),
    ]
    assert count(var, "curation_proposal") == 2


def test_with_no_source_enabled_it_says_what_to_do(var):
    told = refreshed(var)

    assert told.returncode == 1
    assert "/animation/sources" in told.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--fichier", "."], "nommez la source"),
        (["--fichier", "absent.csv", "--source", "detr"], "n’existe pas"),
        (["--dossier", "absent"], "n’est pas un dossier"),
        (["--source", "jamais-vue", "--essai"], "jamais-vue"),
    ],
    ids=["no source", "no file", "no folder", "unknown"],
)
def test_misuse_is_said_in_french(var, words, sentence):
    told = refreshed(var, *words)

    assert told.returncode in (2, 3)
    assert sentence in " ".join(told.stderr.split())
    assert "Traceback" not in told.stderr


STAGES = {
    "while fetching": "",
    "while reading": "SELECT COUNT(*) >= 400 FROM harvest_harvestitem",
    "while proposing": "SELECT COUNT(*) >= 500 FROM curation_proposal",
}


@pytest.mark.parametrize("stage", STAGES)
def test_killed_it_goes_on_without_loss_or_repeat(var, tmp_path, stage):
    total = 2500
    body = big_table(tmp_path, total)
    slow = {"wait": stage == "while fetching"}

    def answer(handler) -> None:
        import time

        if slow["wait"]:
            time.sleep(2)
        page(body, ETag='"v1"')(handler)

    with open_site() as site:
        site.pages["/aides.csv"] = answer
        know(var, tmp_path, f"{site.url}/aides.csv")
        command = [sys.executable, "-c", REFRESH, str(site.port)]
        process = subprocess.Popen(
            command, env=environment(var), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        sql = STAGES[stage]
        reached = any(rows(var, sql)[0][0] if sql else site.paths() for _ in waiting(process))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert reached, "the process ended before the stage to kill it in"
        assert rows(var, "PRAGMA integrity_check") == [("ok",)]
        assert count(var, "curation_proposal") < total
        slow["wait"] = False

        again = subprocess.run(command, env=environment(var), cwd=ROOT, capture_output=True, text=True, timeout=300)

        assert again.returncode == 0, again.stderr
        assert len([path for path in site.paths() if path == "/aides.csv"]) == (2 if stage == "while fetching" else 1)
    assert rows(var, "SELECT state FROM harvest_harvestrun") == [("done",)]
    assert rows(var, "SELECT COUNT(*), COUNT(DISTINCT origin_id) FROM harvest_harvestitem") == [(total, total)]
    assert rows(var, "SELECT COUNT(*), COUNT(DISTINCT origin_id) FROM curation_proposal") == [(total, total)]
    assert rows(var, "SELECT etag FROM harvest_source WHERE slug = 'essai'") == [('"v1"',)]
    assert [path.read_bytes() == body for path in (var / "recoltes/essai").iterdir() if path.stat().st_size] == [True]
