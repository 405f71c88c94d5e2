"""When to ask, and when to ask again: pauses between two requests to a host, waits after a failure."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from maillage.connectors.limits import USUAL

Sleep = Callable[[float], None]
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that a second try may turn into a good one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a source is treated. Times in seconds, sizes in bytes.

    `total_s`: from the first byte asked to the last one read, redirects included, whatever the rate of the answer.
    `pause_s`: between two requests to one host. `longest_wait_s`: a source that asks for more is left for later.
    """

    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 900.0
    attempts: int = 4
    first_wait_s: float = 1.0
    longest_wait_s: float = 120.0
    pause_s: float = 1.0
    redirects: int = 6
    size_limit: int = USUAL.file_bytes


USUAL_MANNERS = Manners()


@dataclass(slots=True)
class Rhythm:
    """When each host was asked last."""

    sleep: Sleep = time.sleep
    _asked: dict[str, float] = field(default_factory=dict)

    def wait(self, host: str, *, pause_s: float) -> None:
        """Sleep until the host may be asked again."""
        due = self._asked.get(host, float("-inf")) + pause_s
        now = time.monotonic()
        if due > now:
            self.sleep(due - now)
        self._asked[host] = max(due, now)


def wait_before(attempt: int, *, manners: Manners) -> float:
    """Seconds before this attempt (the second one is 2): doubled each time, and drawn, so that callers do not meet."""
    longest = min(manners.first_wait_s * 2.0 ** (attempt - 1), manners.longest_wait_s)
    return random.uniform(longest / 2, longest)  # noqa: S311 - spreads callers in time, guards nothing


def asked_to_wait(said: str) -> float | None:
    """Seconds from a Retry-After header, given as seconds or as a date; None when it says nothing readable."""
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
