"""`python -m bench`: measure each size in a process of its own, write bench/results/*.json and docs/mesures.md.

`--check` leaves with code 1 when a target of bench/targets.toml is missed at the largest size.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile

from bench.clone import time_from_clone
from bench.report import LARGEST, RESULTS, ROOT, missed, read_results, write_page


def main() -> int:
    """Run what was asked; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", nargs="*", type=int, default=[3500, LARGEST])
    parser.add_argument("--no-clone", action="store_true", help="leave out the time from a clone to the first page")
    parser.add_argument("--report", action="store_true", help="only write the page from the results there are")
    parser.add_argument("--check", action="store_true", help="leave with 1 when a target is missed")
    chosen = parser.parse_args()
    if not chosen.report:
        for size in chosen.sizes:
            _run_size(size)
        if not chosen.no_clone:
            found = json.dumps(time_from_clone(ROOT), indent=1)
            (RESULTS / "clone.json").write_text(found + "\n", encoding="utf-8")
    write_page()
    late = missed(read_results().get(str(LARGEST), {}))
    for name in late:
        print(f"pas atteint : {name}")
    return 1 if chosen.check and late else 0


def _run_size(size: int) -> None:
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        words = [str(size), "--var", folder, "--out", str(RESULTS / f"{size}.json")]
        subprocess.run([sys.executable, "-m", "bench.size", *words], check=True, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
