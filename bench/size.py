"""One size, in a process of its own: load, index, then measure inside and through the server.

`python -m bench.size 3500 --var FOLDER --out FILE`. FOLDER is thrown away by the caller; `var/` is never touched.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.dataset import ORIGIN, SEED, SHARED, recombined
from bench.timing import machine, megabytes, reference_ms, time_work

NEEDS = 200
SHEETS = 200


def main() -> None:
    """Measure one size and write its results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programmes", type=int)
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--no-server", action="store_true")
    chosen = parser.parse_args()
    os.environ |= {"MAILLAGE_VAR": str(chosen.var), "DJANGO_SETTINGS_MODULE": "maillage.config.settings"}
    found: dict[str, Any] = {"programmes": chosen.programmes, "seed": SEED, "machine": machine()}
    found["load"] = _load(chosen.programmes)
    found["sizes"] = _sizes(chosen.var)
    found["machine"] |= dict(zip(("reference_ms", "busy_ms"), reference_ms(), strict=True))
    found |= _measure(chosen.var, with_server=not chosen.no_server)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _load(size: int) -> dict[str, Any]:
    """Prepare as anyone does, bring in the real packs, recombine up to `size` (or unpublish the rest), then index."""
    found: dict[str, Any] = {"prepare": asdict(time_work(lambda: _command("preparer"))[0])}
    if SHARED.exists():
        found["import_packs"] = asdict(time_work(_import_packs)[0])
    _wake()
    from maillage.core.vocabulary import Status
    from maillage.inventory.actions import put_programmes
    from maillage.inventory.queries import programme_record, published_programmes, whole_programmes
    from maillage.search.actions import rebuild, watch

    real = [programme_record(row) for row in whole_programmes(published_programmes()).order_by("pk")]
    put_programmes([replace(record, status=Status.DRAFT.value) for record in real[size:]], by=None)
    real = real[:size]
    found["real"] = len(real)
    made = list(recombined(real, size - len(real)))
    work, outcomes = time_work(lambda: put_programmes(made, by=None))
    if refused := [outcome for outcome in outcomes if outcome.refusal]:
        raise SystemExit(f"{len(refused)} recombined programmes refused, the first: {refused[0].refusal!r}")
    found["recombined"] = len(made)
    found["programmes"] = asdict(work)
    work, documents = time_work(rebuild)
    found["index"] = asdict(work) | {"documents": documents}
    found["news"] = asdict(time_work(watch)[0])
    found["programmes_and_index_s"] = round(found["programmes"]["wall_s"] + found["index"]["wall_s"], 1)
    return found


def _command(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "maillage", *words], check=True, stdout=subprocess.DEVNULL)


def _import_packs() -> None:
    """The real packs, taken whole; 1 says that some lines were refused, which real files deserve."""
    words = [sys.executable, "-m", "maillage", "importer", "--paquets", str(SHARED), "--tout-accepter"]
    done = subprocess.run(words, check=False, capture_output=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"the packs could not be imported: {done.stderr.decode()[-500:]}")


def _wake() -> None:
    import django

    django.setup()


def _sizes(var: Path) -> dict[str, Any]:
    from maillage.actors.queries import published_organisations
    from maillage.inventory.queries import published_programmes

    return {
        "programmes": published_programmes().count(),
        "organisations": published_organisations().count(),
        "database_mb": megabytes(var / "maillage.sqlite3"),
        "index_mb": megabytes(var / "index"),
    }


def _measure(var: Path, *, with_server: bool) -> dict[str, Any]:
    from bench import inside, server

    asked = inside.questions(NEEDS)
    found: dict[str, Any] = {"needs": len(asked), "inside": inside.measure(asked)}
    if with_server:
        found["served"] = server.measure(var, server.pages(asked, slugs=_slugs(SHEETS)))
    return found


def _slugs(count: int) -> Sequence[str]:
    """The addresses of sheets drawn among all, the real ones first."""
    from maillage.inventory.queries import published_programmes

    draw = random.Random(SEED)
    real = list(published_programmes().exclude(origin=ORIGIN).order_by("slug").values_list("slug", flat=True))
    made = list(published_programmes().filter(origin=ORIGIN).order_by("slug").values_list("slug", flat=True))
    half = min(count // 2, len(made))
    return draw.sample(real, min(count - half, len(real))) + draw.sample(made, half)


if __name__ == "__main__":
    main()
