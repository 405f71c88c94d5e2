"""The visitors: a process apart, so that their time is not the server's. Reads its orders and writes times as JSON."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator

HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip", "Accept-Language": "fr"}
PATIENCE_S = 60


def main() -> None:
    """Ask for `paths` with so many `clients` at once; print the time of each request and the odd statuses."""
    orders = json.load(sys.stdin)
    lock = threading.Lock()
    waiting = iter(orders["paths"])
    walls: list[float] = []
    odd: list[tuple[int, str]] = []

    def visit() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", orders["port"], timeout=PATIENCE_S)
        for path in _shared(waiting, lock):
            start = time.perf_counter()
            connection.request("GET", path, headers=HEADERS)
            response = connection.getresponse()
            response.read()
            walls.append((time.perf_counter() - start) * 1000)
            if response.status != 200:
                odd.append((response.status, path))
        connection.close()

    visitors = [threading.Thread(target=visit) for _ in range(orders["clients"])]
    start = time.perf_counter()
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    json.dump({"walls_ms": walls, "odd": odd, "wall_s": time.perf_counter() - start}, sys.stdout)


def _shared(waiting: Iterator[str], lock: threading.Lock) -> Iterable[str]:
    """The paths nobody took yet."""
    while True:
        with lock:
            path = next(waiting, None)
        if path is None:
            return
        yield path


if __name__ == "__main__":
    main()
