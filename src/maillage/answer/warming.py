"""What the first visitor of a process would otherwise wait for: the geography, the lexicon, the index."""

from __future__ import annotations

import gc
import logging
import time

from django.db import DatabaseError, connection

from maillage.core.errors import MaillageError
from maillage.core.tagging import understand
from maillage.search import engine
from maillage.territories import queries as territories

logger = logging.getLogger(__name__)

COLLECTED_EVERY = (50_000, 20, 50)
"""An answer makes some 10 000 objects that nothing circular holds: walking through them at every 700, the default,
costs a tenth of its time."""


def warm() -> None:
    """Bring everything an answer needs into memory; an index being rebuilt is left for later."""
    start = time.perf_counter()
    try:
        territories.warm()
        understand("projet")
        engine.reader()
        gc.collect()
        gc.freeze()  # what was just built lasts: the collector need not walk through it at every visit
        gc.set_threshold(*COLLECTED_EVERY)
    except (MaillageError, DatabaseError) as error:
        logger.info("not warm yet: %s", error)
    finally:
        connection.close()
    logger.debug("warm in %.1f s", time.perf_counter() - start)
