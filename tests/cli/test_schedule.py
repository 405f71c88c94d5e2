"""`maillage planifier` prints units that systemd accepts and lines that cron reads."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def planned(var: Path, *words: str, **more: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    environment = {**kept, "MAILLAGE_VAR": str(var), "PYTHONPATH": str(ROOT / "src"), **more}
    command = [sys.executable, "-m", "maillage", "planifier", *words]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_units_are_well_formed_and_say_where_this_house_is(tmp_path):
    var = tmp_path / "état à 100 %"
    units = tmp_path / "unités"

    planned(var, "systemd", "--vers", str(units), "--port", "8123", "--compte", "daemon")

    names = sorted(path.name for path in units.iterdir())
    assert names == [
        "maillage-sauvegarde.service",
        "maillage-sauvegarde.timer",
        "maillage-travaux.service",
        "maillage.service",
    ]
    found = {}
    for path in units.iterdir():
        parser = configparser.RawConfigParser(strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
        parser.read(path, encoding="utf-8")
        found[path.name] = parser
    assert found["maillage.service"]["Service"]["ExecStart"].endswith("servir --sans-travaux --port 8123")
    assert found["maillage-travaux.service"]["Service"]["ExecStart"].endswith("-m maillage travailler")
    assert found["maillage-sauvegarde.timer"]["Timer"]["OnCalendar"] == "*-*-* 02:30:00"
    assert "état à 100 %%" in (units / "maillage.service").read_text(encoding="utf-8")
    if verify := shutil.which("systemd-analyze"):
        done = subprocess.run([verify, "verify", *sorted(units.iterdir())], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "maillage" not in done.stderr


def test_the_secrets_of_a_house_are_read_by_every_command_and_what_is_said_aloud_wins(tmp_path):
    written = "MAILLAGE_EMAIL_URL=submission://moi:mot%26de%23passe@courrier.exemple.fr:587\nMAILLAGE_FROM=Nous\n"
    (tmp_path / "secrets.env").write_text(written, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    environment = kept | {"MAILLAGE_VAR": str(tmp_path), "MAILLAGE_FROM": "Vous", "PYTHONPATH": str(ROOT / "src")}
    code = "import maillage.config.settings as s; print(s.EMAIL_HOST, s.EMAIL_PORT, s.DEFAULT_FROM_EMAIL)"

    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["courrier.exemple.fr", "587", "Vous"]


def test_no_secret_is_printed(tmp_path):
    secrets = {
        "MAILLAGE_SECRET_KEY": "clé-très-secrète",
        "MAILLAGE_AIDES_TERRITOIRES_KEY": "jeton-très-secret",
        "MAILLAGE_EMAIL_URL": "smtp://moi:mot-de-passe@exemple.fr",
    }

    for form in ("cron", "systemd"):
        told = planned(tmp_path, form, MAILLAGE_HOSTS="exemple.fr", **secrets)
        assert "exemple.fr" in told
        assert not [value for value in secrets.values() if value in told]


def test_cron_lines_have_five_fields_and_a_command_that_runs(tmp_path):
    var = tmp_path / "état à 100 %"

    lines = [line for line in planned(var, "cron").splitlines() if line and not line.startswith("#")]

    assert len(lines) == 2
    for line in lines:
        *fields, command = line.split(maxsplit=5)
        assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields)
        assert len(fields) == 5
        assert "%" not in command.replace("\\%", "")
    command = lines[0].split(maxsplit=5)[5].replace("\\%", "%")
    assert shlex.split(command)[-2:] == ["travailler", "--une-fois"]
    ran = subprocess.run(["sh", "-c", f"{command} --help"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("form", ["cron", "systemd"])
def test_every_form_names_a_python_that_exists(tmp_path, form):
    assert sys.executable in planned(tmp_path, form)
