"""What a family of processes costs, as the kernel counts it: CPU seconds and memory of its own."""

from __future__ import annotations

import os
import resource
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def family(parent: int) -> list[int]:
    """The process and all its descendants alive now."""
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [parent]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_s(pids: list[int]) -> float:
    """CPU seconds these processes used so far, user and system, and the children they saw end."""
    return sum(sum(map(int, fields[11:15])) for pid in pids if (fields := _fields(pid))) / TICKS_PER_S


def memory_mb(pids: list[int]) -> float:
    """Proportional set size: what would come back if they all ended."""
    total = 0
    for pid in pids:
        try:
            rows = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return round(total / 1000, 1)


def _fields(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: state first, then parent; empty when the process is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def memory_peak_mb() -> float:
    """The most memory this process ever held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1)
