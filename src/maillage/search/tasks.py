"""The follower: one process that keeps the news and the index fresh, and mends the index."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import close_old_connections

from maillage.core.errors import Refused
from maillage.search import engine
from maillage.search.actions import catch_up, rebuild, watch

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
            watch()
            _catch_up_or_rebuild()
        except Refused:
            logger.info("another process writes the index")
        time.sleep(PAUSE_S)


def _catch_up_or_rebuild() -> None:
    try:
        while catch_up():
            pass
    except engine.IndexUnavailable as unavailable:
        logger.warning("%s: rebuilding", unavailable.code)
        rebuild()
