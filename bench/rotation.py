"""`python -m bench.rotation`: how long a rotation takes and how far it is from the bound, written in the method page.

Rooms of 21, 51 and 200 people, 3 to 5 workshops, two people or so per organisation, three natures and four échelons;
`RUNS` seeds each, without CP-SAT, in one process. `python -m bench.rotation --check` fails on a goal missed.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from bench.timing import machine, percentile
from maillage.core.rotation import Mode, Participant, Plan, exact, plan
from maillage.core.vocabulary import Echelon, Nature

RESULTS = Path(__file__).parent / "results" / "rotation.json"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "method" / "rotation.md"
BEGIN, END = "<!-- mesures : python -m bench.rotation -->", "<!-- fin des mesures -->"
RUNS = 7
ROOMS = ((21, 3, 50), (51, 3, 50), (200, 3, 1000), (21, 4, 10_000), (51, 4, 10_000), (51, 5, 10_000), (200, 5, 10_000))
"""People, workshops, and the goal in milliseconds of CPU for the median: it holds on a busy machine."""


def crowd(count: int) -> list[Participant]:
    """So many people, two per organisation or so; nature and échelon are those of the organisation."""
    homes = count * 3 // 5
    return [
        Participant(
            key=f"p{number}",
            organisation=f"o{number % homes}",
            nature=Nature.codes()[number % homes % 3],
            echelon=Echelon.codes()[number % homes // 3 % 4],
        )
        for number in range(count)
    ]


def measure() -> dict[str, Any]:
    """Every room, every seed: times, pairs that met, places that could not be evened."""
    exact._library = lambda: None  # type: ignore[assignment]  # the search alone is measured, installed or not
    plan(crowd(9), workshops=3)
    rooms = []
    for count, workshops, goal_ms in ROOMS:
        people, plans = crowd(count), list[Plan]()
        spent = []
        for seed in range(RUNS):
            start = time.process_time()
            plans.append(plan(people, workshops=workshops, seed=seed))
            spent.append(round((time.process_time() - start) * 1000, 1))
        fixed = plan(people, workshops=workshops, mode=Mode.GROUPS).score
        rooms.append(
            {
                "people": count,
                "workshops": workshops,
                "goal_ms": goal_ms,
                "cpu_p50_ms": percentile(spent, 0.5),
                "cpu_worst_ms": max(spent),
                "pairs": plans[0].score.pairs,
                "bound": plans[0].score.met_at_most,
                "met": [found.score.met for found in plans],
                "fixed": fixed.met,
                "colleagues": _places(plans, "colleagues"),
                "uneven": _places(plans, "nature", "echelon"),
            }
        )
        print(json.dumps(rooms[-1]), flush=True)
    return {"machine": machine(), "rooms": rooms}


def _places(plans: list[Plan], *kinds: str) -> list[int]:
    return [sum(fault.places for fault in found.score.faults if fault.kind in kinds) for found in plans]


def text_of(page: str, results: dict[str, Any]) -> str:
    """The page with these figures between the marks."""
    lines = [
        BEGIN,
        "",
        f"Mesuré le {results['machine']['day']}, temps de processeur, {RUNS} graines, sans CP-SAT.",
        "« Places » : places en trop, toutes rondes et valeurs confondues, au-delà de l’égalité à une personne près.",
        "",
        "| personnes | ateliers | paires | au mieux | obtenues | groupes fixes | collègues ensemble "
        "| places, natures et échelons | médiane | au pire | but |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(room) for room in results["rooms"]]
    told = "\n".join([*lines, "", END])
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: told, page, flags=re.DOTALL)


def _row(room: dict[str, Any]) -> str:
    cells = (
        room["people"],
        room["workshops"],
        room["pairs"],
        room["bound"],
        _between(room["met"]),
        room["fixed"],
        _between(room["colleagues"]),
        _between(room["uneven"]),
        f"{room['cpu_p50_ms']:.0f} ms",
        f"{room['cpu_worst_ms']:.0f} ms",
        f"{room['goal_ms']} ms",
    )
    return f"| {' | '.join(map(str, cells))} |"


def _between(values: list[int]) -> str:
    return str(values[0]) if min(values) == max(values) else f"{min(values)} à {max(values)}"


def main() -> int:
    """Measure, write the results and the page; 1 with `--check` when a goal is missed."""
    found = measure()
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(text_of(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")
    missed = [room for room in found["rooms"] if room["cpu_p50_ms"] > room["goal_ms"]]
    for room in missed:
        print(f"manqué : {room['people']} personnes, {room['workshops']} ateliers : {room['cpu_p50_ms']} ms")
    return 1 if missed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
