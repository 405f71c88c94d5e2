"""The command `maillage` works from any folder, through a link."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_runs_from_another_folder_through_a_link(tmp_path):
    link = tmp_path / "maillage"
    link.symlink_to(ROOT / "maillage")
    environment = {**os.environ, "MAILLAGE_PYTHON": sys.executable, "PYTHONPATH": ""}

    told = subprocess.run([link, "--help"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
    assert "repondre" in told.stdout
