"""When Python looks for dead circles: never while much is built to last, seldom while thousands of rows pass."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

COLLECTED_EVERY = (50_000, 20, 20)
"""As `gc.set_threshold` takes them: rows by thousands hold no circles, and walking through them finds nothing."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """While thousands of rows pass, Python seldom looks for circles to free, and not in what was there before.

    It took 12 % of the time of an import, 9 % of that of the index (22 November 2026).
    """
    before, was_frozen = gc.get_threshold(), gc.get_freeze_count() > 0
    gc.freeze()
    gc.set_threshold(*COLLECTED_EVERY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not was_frozen:
            gc.unfreeze()


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No search for dead cycles meanwhile: among 500 000 objects made to last, it takes a third of the time."""
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()
