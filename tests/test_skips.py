"""The hook of `tests.skips`, run on a suite of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SUITE = """
import pytest

@pytest.mark.data
def test_that_reads_a_pack_nobody_has():
    pytest.skip("no pack")

def test_that_may_be_skipped():
    pytest.skip("not today")

@pytest.mark.data
@pytest.mark.xfail(reason="known", strict=True)
def test_known_to_fail():
    assert False
"""


def run(folder: Path, *, ci: str) -> str:
    (folder / "test_suite.py").write_text(SUITE, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  data: packs\n", encoding="utf-8")
    environment = {**os.environ, "CI": ci, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "tests.skips", "-p", "no:django", "-p", "no:cacheprovider"]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("ci", "expected"),
    [("true", "1 failed, 1 skipped, 1 xfailed"), ("", "2 skipped, 1 xfailed")],
    ids=["in CI", "on a desk"],
)
def test_a_compulsory_test_that_skips_itself_fails_in_ci_only(tmp_path, ci, expected):
    told = run(tmp_path, ci=ci)

    assert expected in told


def test_a_file_that_skips_itself_whole_fails_in_ci(tmp_path):
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.importorskip('not_a_module')\n", encoding="utf-8")

    told = run(tmp_path, ci="true")

    assert "may not be skipped whole" in told
