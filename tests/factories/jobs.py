"""Jobs for the tests, done by real workers, and what they leave behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

from maillage.core.errors import Refused
from maillage.work.registry import Duty, InHand, Schedule


def note(text: str) -> None:
    """One line in the file that the test reads."""
    with Path(os.environ["MAILLAGE_VAR"], "notes").open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def slowly(job: InHand) -> dict[str, int]:
    """Ten steps of a fifth of a second; what was done stays done."""
    path = Path(os.environ["MAILLAGE_VAR"], f"steps-{job.key}")
    done = len(path.read_text().splitlines()) if path.exists() else 0
    note(f"{job.key} from {done}")
    for step in range(done, 10):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{step}\n")
        job.progress(step + 1, 10)
        time.sleep(0.2)
    note(f"{job.key} done")
    return {"pas": 10}


def badly(job: InHand) -> None:
    """Never works."""
    note("failing")
    raise ZeroDivisionError("always")


def quickly(job: InHand) -> dict[str, int]:
    """Works at once."""
    note(f"quick {job.key}")
    return {"pas": 1}


def too_early(_job: InHand) -> None:
    """Another process is at it."""
    raise Refused("coverage_busy")


DUTIES = (
    Duty(name="lent", label="Lent", action=slowly),
    Duty(name="mauvais", label="Mauvais", action=badly, tries=3),
    Duty(name="vite", label="Vite", action=quickly),
    Duty(name="trop-tôt", label="Trop tôt", action=too_early),
    Duty(name="horaire", label="Chaque heure", action=quickly, schedule=Schedule(minute=0)),
)
