"""The terminal: exit codes, what is said where, and the shape of the JSON, on a small real state."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from maillage.cli import server

ROOT = Path(__file__).resolve().parents[2]
SETUP = """
from maillage.search.actions import rebuild
from tests.factories.records import a_programme
from tests.factories.rows import make_world, put
make_world()
put(a_programme("Rénover les écoles", slug="renover", zones=("DEP-62",), echelon="DEPARTMENTAL", price="FREE"))
rebuild()
"""


def run(var: Path, *words: str, **more) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MAILLAGE_VAR": str(var), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "COLUMNS": "240"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "maillage", *words]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, **more)


@pytest.fixture(scope="module")
def var(tmp_path_factory, empty_base) -> Path:
    folder = tmp_path_factory.mktemp("etat")
    shutil.copy(empty_base, folder / "maillage.sqlite3")
    done = run(folder, "django", "shell", "--no-imports", "-c", SETUP)
    assert done.returncode == 0, done.stderr
    return folder


ENDS = {
    "an answer": (["rénover une école", "--territoire", "62041"], 0, ""),
    "nothing speaks of it": (["xyzzy"], 1, ""),
    "an empty need": (["   "], 2, "Décrivez votre besoin"),
    "a need too long": (["x" * 5001], 2, "5\u202f001 caractères"),
    "a stage that does not exist": (["école", "--etape", "HIER"], 2, "EMERGENCE"),
    "a public that does not exist": (["école", "--public", "chats"], 2, "commune"),
    "an option that does not exist": (["école", "--vite"], 2, "--vite"),
    "an unknown place": (["école", "--territoire", "99999"], 3, "99999"),
    "an ambiguous place": (["école", "--territoire", "76"], 3, "REG-76"),
}


@pytest.mark.parametrize(("words", "code", "said"), ENDS.values(), ids=ENDS)
def test_repondre_ends_with_the_code_its_help_promises(var, words, code, said):
    done = run(var, "repondre", *words)

    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert bool(done.stdout) == (code in (0, 1)), "an error leaves the output empty"


def test_repondre_without_index_says_to_wait(var, tmp_path):
    (tmp_path / "maillage.sqlite3").write_bytes((var / "maillage.sqlite3").read_bytes())

    done = run(tmp_path, "repondre", "école")

    assert (done.returncode, "réessayez" in done.stderr) == (4, True)


def test_the_json_of_an_answer_has_one_shape(var):
    done = run(var, "repondre", "-", "--territoire", "62041", "--json", input="rénover une école\n")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(told) >= {
        "need",
        "territory",
        "day",
        "off_topic",
        "understanding",
        "cells",
        "articulations",
        "first_steps",
        "tally",
    }
    assert (told["need"], told["territory"]) == ("rénover une école", {"code": "COM-62041", "name": "Arras"})
    assert len(told["cells"]) == 15
    assert {(cell["state"] == "gap") == (cell["gap"] is not None) for cell in told["cells"]} == {True}
    (held,) = [cell for cell in told["cells"] if cell["offers"]]
    assert (held["stage"], held["nature"], held["state"]) == ("EMERGENCE", "PUBLIC", "offers")
    (offer,) = held["offers"]
    assert offer["programme"] == "renover"
    assert "couvre Arras par Pas-de-Calais" in offer["reasons"]
    assert "gratuit" in offer["reasons"]
    assert all(gap["sentence"].endswith(".") for gap in (cell["gap"] for cell in told["cells"]) if gap)
    assert told["tally"]["offers"] == 1


def test_the_table_names_the_offer_the_reason_and_the_gaps(var):
    told = run(var, "repondre", "rénover une école", "--territoire", "62041").stdout

    for words in ("Rénover les écoles", "Arras (Pas-de-Calais)", "Aucune offre connue ici", "Par où commencer"):
        assert words in told


def test_a_reader_that_closes_early_is_no_error(var):
    command = f"{sys.executable} -m maillage repondre école --json | head -c 1"
    environment = {**os.environ, "MAILLAGE_VAR": str(var), "PYTHONPATH": str(ROOT / "src")}
    environment.pop("DATABASE_URL", None)

    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout == "{"
    assert "Traceback" not in done.stderr


def test_a_busy_port_is_told_at_once(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        done = run(tmp_path, "servir", "--port", str(port), timeout=60)

    assert done.returncode == 4
    assert f"Le port {port}" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="this system has no priorities to set")
@pytest.mark.parametrize("name", ["suivre", "travailler"])
def test_what_runs_beside_the_server_gives_way_to_its_pages(monkeypatch, name):
    monkeypatch.setattr(server, "PYTHON", (sys.executable, "-c", "import time; time.sleep(60)"))
    process = server.start_companion(name)

    try:
        assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("words", [["--help"], ["repondre", "--help"], ["servir", "--help"]], ids=" ".join)
def test_help_is_in_french_and_needs_no_state(tmp_path, words):
    done = run(tmp_path / "absent", *words)

    assert done.returncode == 0
    assert not (tmp_path / "absent").exists()


def test_no_command_shows_the_help(tmp_path):
    done = run(tmp_path)

    assert "repondre" in done.stdout + done.stderr


def test_an_animator_is_named_or_refused_in_french(var):
    good = run(var, "creer-animateur", "a@exemple.test", "--mot-de-passe", "une phrase assez longue")
    bad = run(var, "creer-animateur", "b@exemple.test", "--mot-de-passe", "1234")

    assert (good.returncode, "est animateur" in good.stdout) == (0, True)
    assert (bad.returncode, "mot de passe" in bad.stderr) == (2, True)


def test_reindexing_while_another_writes_is_refused(var):
    import fcntl

    with (var / "index" / "writer.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = run(var, "reindexer")

    assert (done.returncode, "Un autre programme" in done.stderr) == (4, True)


def test_the_report_is_the_same_bytes_twice_and_says_what_it_cannot_do(var, tmp_path):
    first, second = (run(var, "rapport", "--territoire", "DEP-62") for _ in range(2))

    assert (first.returncode, first.stdout) == (0, second.stdout)
    told = json.loads(first.stdout)
    assert told["rapport"]["nom"] == "Pas-de-Calais"
    assert told["chiffres"]["offres"] == 0, "an offer without a theme stands in no cell"
    kept = run(var, "rapport", "--format", "zip", "--sortie", str(tmp_path / "rapport.zip"))
    assert kept.returncode == 0
    assert "empreinte" in kept.stdout
    assert (tmp_path / "rapport.zip").read_bytes().startswith(b"PK")
    assert run(var, "rapport", "--territoire", "DEP-99").returncode == 3
    assert run(var, "rapport", "--date", "2999-01-01").returncode == 2
