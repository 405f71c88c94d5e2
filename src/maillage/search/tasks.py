"""The follower: one process that keeps the news and the index fresh, and mends the index."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from maillage.core.errors import Refused
from maillage.search import engine, readings
from maillage.search.actions import catch_up, compose, forget_old, rebuild, send_all, waiting, watch

logger = logging.getLogger(__name__)

PAUSE_S = 1.0
"""Seconds between two looks at the event log."""

SOME, ENOUGH, GATHERING_S = 200, 2500, 4.0
"""From `SOME` events read at once on, an import is on its way: `GATHERING_S` seconds let `ENOUGH` come for one catching
up, since each one costs some 0.4 s whatever it holds; no longer than they do come, the other core having time."""


class _ToldToStop(Exception):
    """The follower must end while it rebuilds: half an index is thrown away."""


def follow(*, stop: Callable[[], bool]) -> None:
    """Follow the event log until `stop` says so; rebuild the index when it is missing or broken.

    `stop` is asked between two batches of whatever is done: what is left waits for the next follower.
    """
    while not stop():
        close_old_connections()
        try:
            if engine.repair_asked():
                logger.warning("index broken: rebuilding")
                _rebuild(stop)
            _catch_up_or_rebuild(stop)
            if not stop():
                watch(stop=stop)
        except _ToldToStop:
            return
        except Refused:
            logger.info("another process writes the index")
        except DatabaseError:
            logger.warning("the database is busy: trying again")
        time.sleep(PAUSE_S)


def _catch_up_or_rebuild(stop: Callable[[], bool]) -> None:
    try:
        while not stop() and (read := catch_up()):
            if read >= SOME:
                _gather(stop)
    except engine.IndexUnavailable as unavailable:
        logger.warning("%s: rebuilding", unavailable.code)
        _rebuild(stop)
    finally:
        readings.rest()


def _gather(stop: Callable[[], bool]) -> None:
    """Wait while events keep coming, until there are enough of them."""
    until = time.monotonic() + GATHERING_S
    before, now = -1, waiting()
    while before < now < ENOUGH and time.monotonic() < until and not stop():
        time.sleep(PAUSE_S)
        before, now = now, waiting()


def _rebuild(stop: Callable[[], bool]) -> None:
    def look(_done: int, _total: int) -> None:
        if stop():
            raise _ToldToStop

    rebuild(progress=look)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a round of digests did. `is_down`: the mail server did not answer, what waits goes at the next round."""

    written: int
    sent: int
    later: int
    refused: int
    forgotten: int
    is_down: bool


def send_digests(*, today: dt.date | None = None) -> Told:
    """Read the news, write the digests whose day has come, send what waits, forget what must be.

    May be run as often as one likes, by several processes, and killed at any moment. Raises IndexUnavailable.
    """
    day = today or timezone.localdate()
    watch(today=day)
    forgotten = forget_old(now=timezone.now())
    written = compose(today=day)
    posted = send_all()
    return Told(
        written=written,
        sent=posted.sent,
        later=posted.later,
        refused=posted.refused,
        forgotten=forgotten,
        is_down=posted.is_down,
    )
