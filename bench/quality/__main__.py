"""Measure every method on every labelled pack, keep the figures, write them in the method pages.

    python -m bench.quality [--data ../shared/data] [--only benchmark_cnil …] [--report]

Figures: `bench/results/quality.json`; pages: docs/method/classement.md and odd.md, between two marks.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.quality import page
from bench.quality.compared import compared
from bench.timing import machine
from maillage.cli.terminal import wake_django
from maillage.evaluation.packs import READERS
from maillage.evaluation.ranking import with_our_sheets

GOALS = "benchmark_odd"
RESULTS = Path(__file__).resolve().parents[1] / "results" / "quality.json"
OUR_SHEETS, LEARNED, CHOICES = " with our sheets", "learned", "choices"


def main() -> None:
    """Measure what is asked, keep it, write the pages, print the tables."""
    wake_django()
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the folder of the packs")
    everything = [GOALS, *reversed(READERS), LEARNED, CHOICES]
    parser.add_argument("--only", nargs="*", default=everything, help="what to measure again")
    parser.add_argument("--report", action="store_true", help="write the pages from the results at hand")
    chosen = parser.parse_args()
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for name in () if chosen.report else chosen.only:
        _measure(name, chosen.data, found)
        found["machine"] = machine()
        RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    page.write(found)
    page.show(found)


def _measure(name: str, data: Path, found: dict[str, Any]) -> None:
    """Put what is measured under this name among the results."""
    from maillage.evaluation import queries  # wakes our inventory, hence Django

    _tell(name)
    if name == GOALS:
        found[name] = page.rounded(asdict(queries.evaluate_goals(data / GOALS)))
    elif name == LEARNED:
        found[name] = {
            pack: page.rounded(asdict(result))
            for pack, result in queries.evaluate_learned(data, progress=_tell).items()
        }
    elif name == CHOICES:
        shares = queries.evaluate_choices(data).items()
        found[name] = {str(share): page.rounded(asdict(value)) for share, value in shares}
    else:
        task = READERS[name](data / name)
        packs = found.setdefault("packs", {})
        packs[name] = compared(task, queries.ASKED[name], shared=data.parent, progress=_tell)
        if name in queries.DESCRIBED:
            enriched = with_our_sheets(task, _ours())
            packs[name + OUR_SHEETS] = compared(enriched, queries.ASKED[name], shared=data.parent, progress=_tell)


def _ours() -> list[Any]:
    from maillage.inventory.starter import starter_programmes

    return starter_programmes()


def _tell(what: str) -> None:
    print(f"{what}…", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
