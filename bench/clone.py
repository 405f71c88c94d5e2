"""From a clone in an empty folder to the first page, as a newcomer does it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.server import free_port, wait_for
from bench.timing import machine

PATIENCE_S = 600


def time_from_clone(root: Path) -> dict[str, object]:
    """Seconds for `git clone`, for `make run` until the home page answers, and for a second start."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MAILLAGE_VAR")}
    with tempfile.TemporaryDirectory(prefix="maillage-clone-") as folder:
        start = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(root), f"{folder}/maillage"], check=True)
        cloned = time.perf_counter() - start
        first = _time_run(Path(folder) / "maillage", environment)
        again = _time_run(Path(folder) / "maillage", environment)
    return {"machine": machine(), "clone_s": round(cloned, 1), "first_page_s": first, "second_start_s": again}


def _time_run(folder: Path, environment: dict[str, str]) -> float:
    port = free_port()
    start = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(port, "/", process=process, patience_s=PATIENCE_S)
        return round(time.perf_counter() - start, 1)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)
