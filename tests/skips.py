"""Under `CI=true` a browser, data or database test that skips itself has failed: nobody reads a list of skips."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""The real packs, read in place, never copied."""

COMPULSORY_MARKS = ("browser", "data", "django_db")
COMPULSORY_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "live_server", "shared_data"})


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the real packs; the test skips where they are not (and fails so under `CI=true`)."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real packs (../shared/data) are not on this machine")
    return SHARED_DATA


def is_compulsory(item: pytest.Item) -> bool:
    """True for the tests that continuous integration may not skip."""
    marked = any(item.get_closest_marker(name) for name in COMPULSORY_MARKS)
    return marked or bool(COMPULSORY_FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a compulsory test into a failure that says why it was skipped."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail") and is_compulsory(item):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} may not be skipped under CI=true ({why})"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A file that skips itself whole hides its tests: under `CI=true` that is a failure too."""
    report = yield
    if os.environ.get("CI") == "true" and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} may not be skipped whole under CI=true ({report.longrepr})"
    return report
