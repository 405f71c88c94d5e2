"""Real workers on a real database, one of them killed: what is done is done once, and nothing is forgotten."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from maillage.work import actions
from maillage.work.models import Job, JobState

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def database(transactional_db: None, var: Path, empty_base: Path, settings) -> Iterator[dict[str, str]]:
    """A database that other processes open too: the test's own on PostgreSQL, a file on SQLite."""
    settings.JOBS = "tests.factories.jobs.DUTIES"
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = kept | {
        "MAILLAGE_VAR": str(var),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tests.factories.job_settings",
    }
    if connection.vendor == "sqlite":
        shutil.copy(empty_base, var / "maillage.sqlite3")
        own = connections["default"]
        file = own.copy()
        file.settings_dict["NAME"] = str(var / "maillage.sqlite3")
        connections["default"] = file
        yield environment
        file.close()
        connections["default"] = own
    else:
        name = str(connection.settings_dict["NAME"])
        address = os.environ["DATABASE_URL"].rpartition("/")[0]
        yield environment | {"DATABASE_URL": f"{address}/{name}"}


def worker(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "maillage", "travailler", *words]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.05)


def end_lease(job: Job) -> None:
    """A minute passes."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())


def notes(var: Path) -> list[str]:
    path = var / "notes"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line for line in lines if not line.startswith("quick ")]


def steps(var: Path, key: str) -> list[str]:
    path = var / f"steps-{key}"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_the_job_of_a_killed_worker_is_taken_again_and_done_once(var, database):
    job = actions.enqueue("lent", key="a")
    first = worker(database)
    until(lambda: len(steps(var, "a")) >= 3)
    first.send_signal(signal.SIGKILL)
    first.wait()
    done = len(steps(var, "a"))
    assert done < 10
    job.refresh_from_db()
    assert job.state == JobState.RUNNING

    early = subprocess.run(worker_words("--une-fois"), env=database, cwd=ROOT, check=True, timeout=60)
    assert early.returncode == 0
    assert len(steps(var, "a")) == done, "its lease still runs: nobody takes it"
    end_lease(job)
    subprocess.run(worker_words("--une-fois"), env=database, cwd=ROOT, check=True, timeout=60)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.told, job.done, job.total) == (JobState.DONE, 2, {"pas": 10}, 10, 10)
    assert steps(var, "a") == [str(step) for step in range(10)]
    assert notes(var) == ["a from 0", f"a from {done}", "a done"]


def test_a_worker_told_to_stop_gives_its_job_back(var, database):
    job = actions.enqueue("lent", key="a")
    process = worker(database)
    until(lambda: len(steps(var, "a")) >= 2)

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=20) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)


def test_two_workers_share_the_jobs_and_do_each_once(var, database):
    for key in "abcdefgh":
        actions.enqueue("lent", key=key)
    workers = [worker(database) for _ in range(2)]

    until(lambda: Job.objects.filter(name="lent", state=JobState.DONE).count() == 8)

    for process in workers:
        process.terminate()
        process.wait(timeout=20)
    assert sorted(notes(var)) == sorted([f"{key} from 0" for key in "abcdefgh"] + [f"{key} done" for key in "abcdefgh"])
    taken = Job.objects.filter(name="lent").values_list("worker", flat=True)
    assert len(set(taken)) == 2, "both worked"
    assert Job.objects.filter(name="horaire").count() == 1, "the hour was asked for once"


def test_a_job_that_always_fails_stops_and_is_shown(var, database):
    job = actions.enqueue("mauvais")
    for _ in range(4):
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
        subprocess.run(worker_words("--une-fois"), env=database, cwd=ROOT, check=True, timeout=60)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, 3, "job_broken")
    assert notes(var) == ["failing"] * 3


def worker_words(*words: str) -> list[str]:
    return [sys.executable, "-m", "maillage", "travailler", *words]
