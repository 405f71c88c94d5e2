"""The coverage kept fresh: by the follower as the log grows, whole each night."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from maillage.core.errors import Refused
from maillage.coverage.actions import Built, catch_up, rebuild, take_snapshot
from maillage.coverage.atlas import AtlasUnavailable, atlas_now

logger = logging.getLogger(__name__)

PAUSE_S = 5.0
"""Seconds between two looks at the event log."""


def follow(*, stop: Callable[[], bool]) -> None:
    """Follow the event log until `stop` says so; count everything when there is nothing to follow from."""
    while not stop():
        close_old_connections()
        try:
            follow_once()
        except (DatabaseError, AtlasUnavailable):
            logger.warning("the database or another writer is busy: trying again")
        time.sleep(PAUSE_S)


def follow_once() -> None:
    """Adjust the coverage to what changed, or make it when it is missing."""
    try:
        catch_up()
    except AtlasUnavailable:
        logger.warning("no coverage yet: counting")
        _unless_busy()
    except Refused:
        logger.info("another process writes the coverage")


def nightly() -> Built:
    """Count everything anew (sheets grow old, calls close) and keep what is known today."""
    built = _unless_busy()
    take_snapshot()
    return built


def _unless_busy() -> Built:
    """Count everything; what another process is counting at that very moment is as fresh."""
    try:
        return rebuild()
    except Refused as refused:
        if refused.code != "coverage_busy":
            raise
        logger.info("another process writes the coverage")
        shown = atlas_now()
        return Built(offers=len(shown.catalogue), pieces=len(shown.demand), seconds=0.0)
