"""The real server, visited by clients of another process: time, CPU and memory of each kind of page."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.inside import Question
from bench.process import cpu_s, family, memory_mb
from bench.timing import percentile
from bench.weight import weigh

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = (1, 8)
PATIENCE_S = 120
SETTLED_SHARE, SETTLED_FOR_S, SETTLING_S = 0.1, 45, 900
"""Share of a core under which the companions (index follower, job worker) are at rest: they always look for work;
over how many seconds (coverage is counted after thirty quiet ones); and those after which pages are measured anyway."""
LONGEST_SEARCH = 300
"""Characters a list takes; a longer need has its own page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that answers: where, its first process, and the seconds before its first answer."""

    port: int
    pid: int
    start_s: float

    def family(self) -> list[int]:
        """Every process of the server: parent, granian and its workers, the follower of the index."""
        return family(self.pid)


@contextmanager
def serving(var: Path) -> Iterator[Served]:
    """`maillage servir` on a free port, over this folder, stopped at the end."""
    port = free_port()
    environment = {**os.environ, "MAILLAGE_VAR": str(var), "PYTHONPATH": str(ROOT / "src"), "MAILLAGE_LOG": "ERROR"}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "maillage", "servir", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, "/sante", process=process)
        yield Served(port=port, pid=process.pid, start_s=round(time.perf_counter() - start, 2))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    """A port nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str, *, process: subprocess.Popen[bytes], patience_s: float = PATIENCE_S) -> int:
    """Ask until the server answers anything; the status it gave. Raises TimeoutError, or RuntimeError if it died."""
    deadline = time.perf_counter() + patience_s
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode}")
        if (status := status_of(port, path)) and status < 500:
            return status
        time.sleep(0.02)
    raise TimeoutError(f"no answer on {path} after {patience_s:.0f} s")


def status_of(port: int, path: str) -> int:
    """The status of one request; 0 when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def pages(asked: Sequence[Question], *, slugs: Sequence[str]) -> dict[str, list[str]]:
    """The addresses of each kind of page, one per need; filters are added in the order a person narrows."""
    found: dict[str, list[str]] = {"home": ["/"] * len(asked)}
    for filters in range(4):
        found[f"search_{filters}"] = [_search_address(question, filters=filters) for question in asked]
    found["sheet"] = [f"/programmes/{slug}" for slug in slugs]
    found["answer"] = [_address("/repondre", besoin=item.text, territoire=item.commune) for item in asked]
    found["places"] = [_address("/lieux", q=item.text.split()[0][:4]) for item in asked]
    return found


def _search_address(question: Question, *, filters: int) -> str:
    chosen = {"territoire": question.commune, "public": question.audience, "theme": question.theme}
    return _address("/programmes", q=question.text[:LONGEST_SEARCH], **dict(list(chosen.items())[:filters]))


def _address(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"


def measure(var: Path, addresses: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Everything the visitors see. A kind of page that does not exist (yet) is named in `absent`."""
    with serving(var) as served:
        found: dict[str, Any] = {"start_s": served.start_s, "pages": {}, "absent": [], "memory_mb": {}}
        found["settled_s"] = _settle(served)
        found["memory_mb"]["idle"] = memory_mb(served.family())
        for name, paths in addresses.items():
            first = _visit(served, paths[:1], clients=1)
            if first["odd"]:
                found["absent"].append({"page": name, "status": first["odd"][0][0]})
                continue
            row: dict[str, Any] = {"cold_ms": round(first["walls_ms"][0], 1)}
            _visit(served, paths[1:9], clients=4)
            row |= {str(clients): _measured(served, paths, clients=clients) for clients in CLIENTS}
            found["pages"][name] = row
        found["memory_mb"]["after"] = memory_mb(served.family())
        found["weight"] = _weights(served, addresses, known=found["pages"])
        return found


def _settle(served: Served) -> float:
    """Wait until nothing runs on its own in the server; the seconds it took.

    At its start the follower reads the whole log and the calendar once, and the jobs of the night that were missed run:
    minutes of CPU on a large base, that would be counted with the pages. What runs during the requests is counted,
    whoever runs it.
    """
    start = time.perf_counter()
    while time.perf_counter() - start < SETTLING_S:
        before = cpu_s(served.family())
        time.sleep(SETTLED_FOR_S)
        if cpu_s(served.family()) - before <= SETTLED_SHARE * SETTLED_FOR_S:
            break
    return round(time.perf_counter() - start, 1)


def _measured(served: Served, paths: Sequence[str], *, clients: int) -> dict[str, Any]:
    before = cpu_s(served.family())
    visited = _visit(served, paths, clients=clients)
    spent = cpu_s(served.family()) - before
    walls = visited["walls_ms"]
    return {
        "requests": len(walls),
        "p50_ms": round(percentile(walls, 0.5), 1),
        "p95_ms": round(percentile(walls, 0.95), 1),
        "cpu_ms": round(spent * 1000 / len(walls), 1),
        "per_second": round(len(walls) / visited["wall_s"], 1),
        "failed": visited["odd"][:5],
    }


def _visit(served: Served, paths: Sequence[str], *, clients: int) -> dict[str, Any]:
    orders = {"port": served.port, "paths": list(paths), "clients": clients}
    done = subprocess.run(
        [sys.executable, "-m", "bench.client"],
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _weights(served: Served, addresses: Mapping[str, Sequence[str]], *, known: Mapping[str, Any]) -> dict[str, Any]:
    wanted = ("home", "search_3", "answer", "sheet")
    return {name: asdict(weigh(served.port, addresses[name][0])) for name in wanted if name in known}
