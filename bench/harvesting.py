"""A national file of so many sheets, harvested, proposed, accepted, then searchable: seconds of each step.

`python -m bench.harvesting 50000 --var FOLDER --out FILE`. The sheets are recombined from the real packs of
`../shared/data` (from the starter inventory without them), written in the national schema, then read as any file is.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.dataset import SEED, SHARED, recombined
from bench.process import cpu_s, family
from bench.timing import Work, machine, megabytes, reference_ms

if TYPE_CHECKING:
    from maillage.core.records import ProgrammeRecord
    from maillage.harvest.models import HarvestRun

GOAL_S = 60
"""The issue: harvested, proposed, accepted and searchable in under 60 s at 50 000 records."""
SOURCE = "schema-national"
HEADER = (
    "id titre promesse description eligibilite types_aides porteurs programmes_parents url_source cibles "
    "eligibilite_geographique eligibilite_geographique_exclusions date_ouverture date_cloture date_mise_a_jour"
).split()
AID_WORDS = {
    "grant": "subvention",
    "loan": "prêt",
    "technical_engineering": "accompagnement",
    "strategic_engineering": "diagnostic",
    "training": "formation",
    "facilitation": "mise en relation",
}


def main() -> None:
    """Measure one size and write its results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int)
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    os.environ |= {"MAILLAGE_VAR": str(chosen.var), "DJANGO_SETTINGS_MODULE": "maillage.config.settings"}
    subprocess.run([sys.executable, "-m", "maillage", "preparer"], check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    path = chosen.var / "national.csv"
    write_file(path, real_records(), count=chosen.records)
    found: dict[str, Any] = {"records": chosen.records, "seed": SEED, "machine": machine()}
    found["file_mb"] = megabytes(path)
    found |= measure(path, records=chosen.records)
    found["database_mb"] = megabytes(chosen.var / "maillage.sqlite3")
    found["machine"] |= dict(zip(("reference_ms", "busy_ms"), reference_ms(), strict=True))
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found["steps"] | {"total_s": found["total_s"], "cpu_s": found["cpu_s"]}, ensure_ascii=False))


def real_records() -> list[ProgrammeRecord]:
    """What the packs hold, read without keeping anything; the starter inventory when they are not there."""
    from maillage.harvest.queries import ParsedProgramme, connector_named, packs
    from maillage.inventory.queries import programme_record, whole_programmes

    if not SHARED.exists():
        return [programme_record(row) for row in whole_programmes().order_by("pk")]
    found: list[ProgrammeRecord] = []
    for pack in packs(SHARED):
        parsed = connector_named(pack.connector).parse_file(pack.path)
        found += [one.record for one in parsed if isinstance(one, ParsedProgramme)]
    return found


def write_file(path: Path, real: Sequence[ProgrammeRecord], *, count: int) -> None:
    """`count` sheets in the national schema, always the same for the same `real`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_row(record, number) for number, record in enumerate(recombined(real, count), start=1))


def _row(record: ProgrammeRecord, number: int) -> list[str]:
    operators = [
        {"nom": ref.name, "siren": ref.siren, "roles": ["porteur" if ref.role == "operator" else "financeur"]}
        for ref in record.operators
    ]
    return [
        f"bench-{number:06}",
        f"{record.title[:280]} no {number}",
        record.promise,
        record.description,
        record.eligibility,
        "|".join(AID_WORDS[code] for code in record.aid_types if code in AID_WORDS),
        json.dumps(operators, ensure_ascii=False) if operators else "",
        "",
        record.source_url or f"https://exemple.test/{number}",
        "secteur public",
        "|".join(record.zones),
        "",
        record.opens_on.isoformat() if record.opens_on else "",
        record.closes_on.isoformat() if record.closes_on else "",
        "2026-11-20",
    ]


def measure(path: Path, *, records: int) -> dict[str, Any]:
    """Seconds of each step as `maillage importer --tout-accepter` does them, and records per second in all.

    The follower of the index runs beside in a process of its own, as it does beside the server: what is accepted is
    indexed while the rest is still compared. `searchable` is what is left to wait for once everything is accepted.
    """
    from maillage.coverage.tasks import follow_once
    from maillage.curation.queries import summary

    follow_once()  # the coverage of what is there already, which a house that is open has counted
    follower = subprocess.Popen([sys.executable, "-m", "maillage", "suivre"])
    try:
        _wait_for_index()
        before = cpu_s(family(follower.pid))
        told = _Told()
        run = _import(path, told)
        told.step("searchable")
        _wait_for_index()
        told.step("")
        followed = cpu_s(family(follower.pid)) - before
    finally:
        follower.kill()
        follower.wait()
    counts = asdict(summary(run))
    if counts["new"] < records * 0.9:
        raise SystemExit(f"too few new sheets to measure anything: {counts}")
    found = {name: asdict(work) | {"records_per_s": round(records / work.wall_s)} for name, work in told.works.items()}
    total = round(sum(work.wall_s for work in told.works.values()), 1)
    return {
        "steps": found,
        "follower_cpu_s": round(followed, 1),
        "cpu_s": round(sum(work.cpu_s for work in told.works.values()) + followed, 1),
        "total_s": total,
        "goal_s": GOAL_S,
        "records_per_s": round(records / total),
        "counts": counts,
    }


class _Told:
    """Seconds of this process by step, each ended by the next."""

    def __init__(self) -> None:
        self.works: dict[str, Work] = {}
        self.name, self.wall, self.cpu = "", time.perf_counter(), _cpu()

    def step(self, name: str) -> None:
        """A step begins, the one before is over; the same name again says nothing new."""
        if name == self.name:
            return
        wall, cpu = time.perf_counter(), _cpu()
        if self.name:
            work = Work(wall_s=max(0.1, round(wall - self.wall, 1)), cpu_s=round(cpu - self.cpu, 1))
            self.works[self.name] = work
        self.name, self.wall, self.cpu = name, wall, cpu


def _cpu() -> float:
    """CPU seconds of this process and of its children that ended."""
    return sum(os.times()[:4])


def _import(path: Path, told: _Told) -> HarvestRun:
    from maillage.curation.actions import import_file
    from maillage.curation.actions.imports import READING
    from maillage.harvest.queries import connector_named, open_usual_file

    def progress(part: str, done: int, total: int) -> None:
        if part == READING and done == total:
            told.step("proposed_accepted")

    told.step("harvested")
    return import_file(
        connector=connector_named(SOURCE),
        opened=open_usual_file(path),
        by=None,
        accepts_all=True,
        progress=progress,
    )


def _wait_for_index(*, at_most_s: float = 1800) -> None:
    """Come back when the index holds the last event of the log."""
    from maillage.accounts.models import Event
    from maillage.search import engine
    from maillage.search.engine import IndexUnavailable

    last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    until = time.monotonic() + at_most_s
    while time.monotonic() < until:
        try:
            if engine.read_state(engine.current_generation())["event"] >= last:
                return
        except IndexUnavailable:
            pass
        time.sleep(0.1)
    raise SystemExit("the index does not follow")


if __name__ == "__main__":
    main()
