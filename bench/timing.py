"""Times and sizes as the bench writes them: wall clock and CPU, the median and the worst of twenty."""

from __future__ import annotations

import math
import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long `calls` calls took, in milliseconds. CPU holds on a busy machine, wall clock drifts."""

    calls: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    cpu_p95_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One long piece of work, in seconds."""

    wall_s: float
    cpu_s: float


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, by nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def time_calls(call: Callable[[Any], object], inputs: Iterable[Any]) -> Timing:
    """Call it once per input, one after the other, in this process."""
    walls: list[float] = []
    cpus: list[float] = []
    for value in inputs:
        wall, cpu = time.perf_counter(), time.process_time()
        call(value)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return Timing(
        calls=len(walls),
        p50_ms=round(percentile(walls, 0.5), 2),
        p95_ms=round(percentile(walls, 0.95), 2),
        cpu_ms=round(sum(cpus) / len(cpus), 2),
        cpu_p95_ms=round(percentile(cpus, 0.95), 2),
    )


def time_work(work: Callable[[], Result]) -> tuple[Work, Result]:
    """Do one long thing, and say what it took, its child processes included."""
    wall, before = time.perf_counter(), os.times()
    result = work()
    after = os.times()
    spent = sum(after[:4]) - sum(before[:4])
    return Work(wall_s=round(time.perf_counter() - wall, 1), cpu_s=round(spent, 1)), result


def megabytes(path: Path) -> float:
    """What a file or a folder weighs on disk."""
    files = [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]
    return round(sum(item.stat().st_size for item in files) / 1e6, 1)


def reference_ms(*, rounds: int = 40) -> tuple[float, float]:
    """CPU of one fixed loop, at best and usually: how much neighbours slow this machine down just now."""
    times = []
    for _ in range(rounds):
        start, total = time.process_time(), 0
        for number in range(200_000):
            total += number * number
        times.append((time.process_time() - start) * 1000)
    return round(min(times), 1), round(percentile(times, 0.5), 1)


def machine() -> dict[str, Any]:
    """The machine, without its name."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(pages * size / 1e9),
        "python": platform.python_version(),
        "day": time.strftime("%Y-%m-%d"),
        "load_before": round(os.getloadavg()[0], 1),
    }
