"""`maillage importer`, run as people run it: real processes, a real database, a real disk."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.imports import MAPPING, a_row, a_table

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("createcachetable", verbosity=0)
from tests.factories.imports import ready; ready()
"""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, empty_base) -> Path:
    """A database with the small geography, made once."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(empty_base, folder / "maillage.sqlite3")
    subprocess.run([sys.executable, "-c", PREPARE], env=environment(folder), cwd=ROOT, check=True, timeout=300)
    return folder


@pytest.fixture
def var(prepared: Path, tmp_path: Path) -> Path:
    """That database, for this test alone."""
    folder = tmp_path / "var"
    shutil.copytree(prepared, folder)
    return folder


def environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "COLUMNS")}
    return kept | {
        "MAILLAGE_VAR": str(var),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings",
        "COLUMNS": "200",
    }


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "maillage", "importer", *map(str, words)]


def importer(var: Path, *words: object, **said) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        env=environment(var),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **said,
    )


def rows(var: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(f"file:{var / 'maillage.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
        return database.execute(sql).fetchall()


def count(var: Path, table: str) -> int:
    return int(rows(var, f"SELECT COUNT(*) FROM {table}")[0][0])


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "ma-correspondance.csv"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def test_help_is_french_names_its_exits_and_needs_no_database(tmp_path):
    told = importer(tmp_path / "nothing", "--help")

    assert told.returncode == 0
    for word in ("--correspondance", "--paquets", "--essai", "0 tout est lu", "4 import interrompu"):
        assert word in told.stdout
    assert not (tmp_path / "nothing").exists()


def test_a_table_with_its_mapping_enters_and_the_report_says_everything(var, tmp_path, mapping):
    table = [a_row("A1"), a_row("A2", titre=""), a_row("A3", fin="31/31/2026"), a_row("=A4", titre="=cmd|'calc'!A0")]

    told = importer(var, a_table(tmp_path, table), "--correspondance", mapping, "--nom", "Ma source", "--tout-accepter")

    assert told.returncode == 1
    assert "format CSV, reconnu à son contenu" in told.stdout
    assert "ligne 3 (fiche 2), colonne « titre » — attendu : un titre" in told.stdout
    assert count(var, "inventory_programme") == 3
    report = next((var / "imports").glob("*.csv"))
    assert report.stat().st_mode & 0o077 == 0
    with report.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    assert [(line["ligne"], line["verdict"], line["decision"]) for line in lines] == [
        ("2", "nouvelle", "acceptée"),
        ("3", "refusée", ""),
        ("4", "nouvelle", "acceptée"),
        ("4", "valeur changée", "acceptée"),
        ("5", "nouvelle", "acceptée"),
    ]
    assert (lines[3]["colonne"], lines[3]["valeur"]) == ("fin", "31/31/2026")
    assert (lines[4]["identifiant"], lines[4]["titre"]) == ("'=A4", "'=cmd|'calc'!A0")


def test_a_dry_run_tells_the_same_and_writes_nothing(var, tmp_path, mapping):
    path = a_table(tmp_path, [a_row("A1"), a_row("A2")])
    before = rows(var, "SELECT COUNT(*) FROM accounts_event")

    tried = importer(var, path, "--correspondance", mapping, "--tout-accepter", "--essai", "--json")
    done = importer(var, path, "--correspondance", mapping, "--tout-accepter", "--json")

    assert (tried.returncode, done.returncode) == (0, 0)
    assert json.loads(tried.stdout)[0]["bilan"] == json.loads(done.stdout)[0]["bilan"]
    assert json.loads(done.stdout)[0]["bilan"]["new"] == 2
    assert rows(var, "SELECT COUNT(*) FROM accounts_event") != before
    assert count(var, "harvest_harvestrun") == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ([], 2, "Donnez un fichier, ou --paquets"),
        (["absent.csv"], 2, "n’est pas un fichier"),
        (["{table}"], 2, "aucune source connue n’a ces colonnes : « ref », « titre »"),
        (["{table}", "--source", "inconnue"], 2, "Sources connues : ademe-agir, aides-territoires"),
        (["{table}", "--correspondance", "{bad}"], 2, "le champ « titre » n’existe pas"),
        (["{table}", "--correspondance", "{other}"], 2, "ne nomme aucune colonne du fichier"),
        (["{page}"], 3, "aides.html.csv est une page web (HTML)"),
        (["{cut}"], 3, "coupe.xlsx est abîmé ou incomplet"),
        (["--paquets", "{empty}"], 2, "aucun des paquets connus"),
    ],
    ids=["nothing", "absent", "unknown", "source", "mapping", "other mapping", "html", "truncated", "no pack"],
)
def test_what_cannot_be_imported_is_said_in_french_with_its_exit(var, tmp_path, words, code, sentence):
    places = {name: tmp_path / file for name, file in FILES.items()}
    a_table(tmp_path, [a_row("A1")])
    places["page"].write_text("<!doctype html><html><body>404</body></html>", encoding="utf-8")
    places["cut"].write_bytes((ROOT / "src/maillage/connectors/table/sample/tableau.xlsx").read_bytes()[:2000])
    places["bad"].write_text("colonne,champ\ntitre,titre\n", encoding="utf-8")
    places["other"].write_text("colonne,champ\nNom,title\n", encoding="utf-8")
    places["empty"].mkdir()

    told = importer(var, *[word.format(**places) for word in words])

    assert told.returncode == code
    assert sentence in " ".join(told.stderr.split())
    assert "Traceback" not in told.stderr
    assert str(tmp_path) not in told.stderr.replace(str(places["empty"]), "").replace("absent.csv", "")
    assert count(var, "inventory_programme") == 0


FILES = {
    "table": "aides.csv",
    "page": "aides.html.csv",
    "cut": "coupe.xlsx",
    "bad": "mauvaise.csv",
    "other": "autre.csv",
    "empty": "vide",
}


def test_without_a_prepared_database_it_says_what_to_do(tmp_path):
    told = importer(tmp_path / "neuf", a_table(tmp_path, [a_row("A1")]))

    assert told.returncode == 2
    assert "maillage preparer" in told.stderr


STAGES = {
    "while reading": "SELECT COUNT(*) >= 400 FROM harvest_harvestitem",
    "while comparing": "SELECT COUNT(*) >= 400 FROM curation_proposal",
    "while writing": "SELECT COUNT(*) >= 200 FROM inventory_programme",
}


@pytest.mark.parametrize("stage", STAGES)
def test_killed_it_goes_on_without_loss_or_repeat(var, tmp_path, mapping, stage):
    total = 1200
    path = a_table(tmp_path, [a_row(f"A{number}", titre=f"Aide numéro {number}") for number in range(total)])
    words = (path, "--correspondance", mapping, "--tout-accepter")
    process = subprocess.Popen(
        command(*words), env=environment(var), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    reached = any(rows(var, STAGES[stage])[0][0] for _ in waiting(process))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert reached, "the process ended before the stage to kill it in"
    assert process.returncode == -signal.SIGKILL
    assert count(var, "inventory_programme") < total
    assert rows(var, "PRAGMA integrity_check") == [("ok",)]

    again = importer(var, *words, "--json")

    assert again.returncode == 0, again.stderr
    assert rows(var, "SELECT COUNT(*), COUNT(DISTINCT origin_id) FROM inventory_programme") == [(total, total)]
    times = "SELECT origin_id, COUNT(*) n FROM harvest_harvestitem GROUP BY run_id, origin_id"
    assert rows(var, f"SELECT COUNT(DISTINCT origin_id), MAX(n) FROM ({times})") == [(total, 1)]
    assert rows(var, "SELECT COUNT(*) FROM curation_proposal WHERE state = 'pending'") == [(0,)]
    events = "SELECT COUNT(*), COUNT(DISTINCT target_key) FROM accounts_event WHERE target_type = 'programme'"
    assert rows(var, events) == [(total, total)]


def waiting(process: subprocess.Popen) -> Iterator[int]:
    """Every hundredth of a second while the process lives."""
    while process.poll() is None:
        yield 1
        time.sleep(0.01)


def hear_interruptions() -> None:
    """A test run started in the background inherits a deaf SIGINT; a person's terminal does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "stopped"])
def test_interrupted_it_says_how_to_go_on(var, tmp_path, mapping, sign):
    path = a_table(tmp_path, [a_row(f"A{number}") for number in range(8000)])
    process = subprocess.Popen(
        command(path, "--correspondance", mapping),
        env=environment(var),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interruptions,
    )
    any(rows(var, STAGES["while reading"])[0][0] for _ in waiting(process))
    process.send_signal(sign)
    _, told = process.communicate(timeout=60)

    assert process.returncode == 4
    assert "relancez la même commande pour reprendre" in told
    assert "Traceback" not in told


def test_on_a_full_disk_nothing_is_lost_nor_half_written(var, tmp_path, mapping):
    """The kernel refuses any file beyond a bound: what a full disk does, for real."""
    total = 1600
    path = a_table(tmp_path, [a_row(f"A{number}", texte="Un texte. " * 200) for number in range(total)])
    bound = (var / "maillage.sqlite3").stat().st_size + 2_000_000

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bound, bound))

    told = importer(var, path, "--correspondance", mapping, "--tout-accepter", preexec_fn=narrow)

    assert told.returncode == 4, told.stderr
    assert "Le disque est plein" in told.stderr
    assert "Traceback" not in told.stderr
    assert rows(var, "PRAGMA integrity_check") == [("ok",)]
    kept = count(var, "harvest_harvestitem")
    assert 0 < kept < total
    assert kept % 500 == 0, "a batch is kept whole or not at all"
    assert list(var.glob("imports/*.part")) == []

    again = importer(var, path, "--correspondance", mapping, "--tout-accepter")

    assert again.returncode == 0, again.stderr
    assert rows(var, "SELECT COUNT(*), COUNT(DISTINCT origin_id) FROM inventory_programme") == [(total, total)]


def test_a_report_the_disk_refuses_leaves_no_half_file(tmp_path):
    script = """
import resource, sys
from pathlib import Path
from maillage.cli.import_report import write_report
from maillage.curation.queries import ReportLine
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
lines = (ReportLine(position=n, line=n, verdict="new", state="accepted", title="x" * 100) for n in range(1000))
try:
    write_report(Path(sys.argv[1]) / "rapport.csv", lines)
except OSError:
    print("refusé")
"""
    setup = "import django; django.setup()\n"
    told = subprocess.run(
        [sys.executable, "-c", setup + script, tmp_path / "imports"],
        env=environment(tmp_path / "var"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "refusé"
    assert list((tmp_path / "imports").iterdir()) == []


PRESENCE = ("france-services", "anct-programmes", "anct-programmes-intercommunalites")
"""Packs that say who is present where: they write no sheet."""


@pytest.mark.data
def test_the_packs_of_a_folder_load_over_four_thousand_sheets_and_again_none(
    shared_data, geography, settings, tmp_path
):
    """All the shipped mappings, on the whole geography, through the command."""
    from typer.testing import CliRunner

    from maillage.cli.main import app
    from maillage.inventory.actions import load_vocabulary
    from maillage.inventory.models import Programme

    load_vocabulary()
    settings.VAR = tmp_path
    words = ["importer", "--paquets", str(shared_data), "--tout-accepter", "--json"]
    first, second = CliRunner().invoke(app, words), CliRunner().invoke(app, words)

    told = {entry["source"]: entry["bilan"] for entry in json.loads(first.stdout)}
    assert {told.pop(slug)["new"] for slug in PRESENCE} == {0}, "who is present where has its own tests"
    assert first.exit_code == 1, first.output
    assert sum(counts["refused"] for counts in told.values()) == 13
    settled = ("new", "updated", "doubtful")
    assert {slug: sum(counts[name] for name in settled) for slug, counts in told.items()} == {
        "mte-schema-national": 190,
        "mte": 260,
        "detr": 1375,
        "services-numeriques": 121,
        "services-numeriques-fiches": 72,
        "aides-territoires-2022-titres": 2637,
        "aides-territoires-2022-textes": 470,
        "ile-de-france": 100,
        "dotations-projets": 51_091,
        "fonds-vert-projets": 10_782,
    }
    doubtful = sum(counts["doubtful"] for counts in told.values())
    assert 0 < doubtful < 260, "a person is asked about one sheet in twenty at most"
    grants = ("dotations-projets", "fonds-vert-projets")
    entered = sum(counts["new"] for slug, counts in told.items() if slug not in grants)
    assert Programme.objects.count() == entered > 4300
    again = {entry["source"]: entry["bilan"] for entry in json.loads(second.stdout) if entry["source"] in told}
    assert {(counts["new"], counts["updated"]) for counts in again.values()} == {(0, 0)}
    assert sum(counts["same"] + counts["doubtful"] for counts in again.values()) == 5225 + 51_091 + 10_782
    assert Programme.objects.count() == entered


@pytest.mark.parametrize(
    ("sample", "code", "new", "refused"),
    [
        ("national_schema/sample/national.csv", 1, 3, 1),
        ("national_schema/sample/national.json", 0, 1, 0),
        ("aides_territoires/sample/page.json", 1, 1, 1),
        ("detr/sample/categories.csv", 1, 3, 1),
        ("ile_de_france/sample/aides.jsonl", 0, 2, 0),
    ],
)
def test_what_we_know_how_to_read_needs_only_its_name(geography, settings, tmp_path, sample, code, new, refused):
    from typer.testing import CliRunner

    from maillage.cli.main import app
    from maillage.inventory.actions import load_vocabulary
    from maillage.inventory.models import Programme

    load_vocabulary()
    settings.VAR = tmp_path
    path = ROOT / "src/maillage/connectors" / sample

    told = CliRunner().invoke(app, ["importer", str(path), "--tout-accepter", "--json"])

    counts = json.loads(told.stdout)[0]["bilan"]
    assert (told.exit_code, counts["new"], counts["refused"]) == (code, new, refused), told.output
    assert Programme.objects.count() == new
