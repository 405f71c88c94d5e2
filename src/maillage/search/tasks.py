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
from maillage.search import engine
from maillage.search.actions import catch_up, compose, forget_old, rebuild, send_all, watch

logger = logging.getLogger(__name__)

PAUSE_S = 1.0
"""Seconds between two looks at the event log."""


def follow(*, stop: Callable[[], bool]) -> None:
    """Follow the event log until `stop` says so; rebuild the index when it is missing or broken."""
    while not stop():
        close_old_connections()
        try:
            if engine.repair_asked():
                logger.warning("index broken: rebuilding")
                rebuild()
            _catch_up_or_rebuild()
            watch()
        except Refused:
            logger.info("another process writes the index")
        except DatabaseError:
            logger.warning("the database is busy: trying again")
        time.sleep(PAUSE_S)


def _catch_up_or_rebuild() -> None:
    try:
        while catch_up():
            pass
    except engine.IndexUnavailable as unavailable:
        logger.warning("%s: rebuilding", unavailable.code)
        rebuild()


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
