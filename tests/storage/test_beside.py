"""A second process that works out batches: its answers, and what happens when it dies or nobody takes them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from maillage.storage.beside import Beside


@pytest.fixture
def two_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


def test_a_batch_is_worked_out_by_another_process(two_cores):
    beside = Beside(_pid_of)
    beside.give("first")
    assert beside.take() == ("first", beside._child.pid)
    beside.give("second")
    assert beside.take()[0] == "second"
    child = beside._child
    beside.end()
    assert child.poll() is not None


def test_on_one_core_all_is_done_here(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    beside = Beside(_pid_of)
    beside.give("only")
    assert beside.take() == ("only", os.getpid())


def test_what_a_dead_process_held_is_done_here_and_so_is_the_rest(two_cores):
    beside = Beside(_pid_of)
    beside.give("held")
    beside._child.kill()
    beside._child.wait()
    assert beside.take() == ("held", os.getpid())
    beside.give("next")
    assert beside.take() == ("next", os.getpid())


def test_a_batch_that_nobody_took_never_answers_for_another(two_cores):
    beside = Beside(_pid_of)
    beside.give("forgotten")
    beside.give("wanted")
    assert beside.take() == ("wanted", os.getpid())


def test_an_error_is_raised_here(two_cores):
    beside = Beside(sum)
    beside.give(["no number"])
    with pytest.raises(TypeError):
        beside.take()


def _pid_of(batch: str) -> tuple[str, int]:
    return batch, os.getpid()


def test_the_child_of_a_killed_process_ends():
    known = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    said = subprocess.run([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, env=known, check=False)
    assert said.returncode == -signal.SIGKILL
    folder = Path(f"/proc/{int(said.stdout)}")
    until = time.monotonic() + 10
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not folder.exists()


KILLED = """
import os, signal
os.sched_getaffinity = lambda _: {0, 1}
from maillage.storage.beside import Beside
beside = Beside(sum)
beside.give([1])
beside.take()
print(beside._child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
