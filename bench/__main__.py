"""`python -m bench`: each size in a fresh process and a throw-away folder, then the table of docs/mesures.md."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import report
from bench.clone import time_from_clone
from bench.targets import targets

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
SIZES = (3500, 50_000)
HARVESTED = 50_000
"""Records of the file that is harvested, proposed, accepted, then searchable."""


def main() -> int:
    """Measure what is asked, write the table; 1 with `--check` when a target is missed at the largest size."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="numbers of programmes; none: the rest")
    parser.add_argument("--no-clone", action="store_true", help="skip the clone and make run")
    parser.add_argument("--no-harvest", action="store_true", help="skip the harvest")
    parser.add_argument("--report", action="store_true", help="write the table from the results at hand")
    parser.add_argument("--check", action="store_true", help="fail when a target is missed")
    chosen = parser.parse_args()
    if not chosen.report:
        _measure(chosen.sizes, with_clone=not chosen.no_clone)
        if not chosen.no_harvest:
            print("harvest", flush=True)
            _in_throwaway("bench.harvesting", HARVESTED, RESULTS / "harvest.json")
    report.write(RESULTS)
    return _check() if chosen.check else 0


def _measure(sizes: Sequence[int], *, with_clone: bool) -> None:
    for size in sizes:
        print(f"{size} programmes", flush=True)
        _in_throwaway("bench.size", size, RESULTS / f"{size}.json")
    if sizes:
        print("digests", flush=True)
        _measure_digests(max(sizes))
    if with_clone:
        print("clone", flush=True)
        (RESULTS / "clone.json").write_text(json.dumps(time_from_clone(ROOT), indent=1) + "\n", encoding="utf-8")


def _in_throwaway(module: str, size: int, out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        words = [sys.executable, "-m", module, str(size), "--var", folder, "--out", str(out)]
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        subprocess.run(words, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})


def _measure_digests(programmes: int) -> None:
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        out = str(RESULTS / "digests.json")
        words = [sys.executable, "-m", "bench.digests", str(programmes), "--var", folder, "--out", out]
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        subprocess.run(words, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": path})


def _check() -> int:
    found: dict[str, Any] = report.read(RESULTS)
    missed = [target for target in targets() if not target.is_met(found)]
    for target in missed:
        print(f"manqué : {target.name} : {target.measured(found)} {target.unit} (au plus {target.at_most})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
