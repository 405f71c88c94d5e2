"""The worker: takes jobs one at a time, keeps its lease while it works, and says what became of each."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType

from django.db import DatabaseError, close_old_connections, connection

from maillage.core.errors import MaillageError, Unreachable
from maillage.work.actions import fail, give_back, plan, renew, succeed, take
from maillage.work.models import Job
from maillage.work.registry import InHand, duty_named

logger = logging.getLogger(__name__)

PAUSE_S = 2.0
"""Seconds between two looks at the jobs when there is nothing to do."""
BEAT_S = 5.0
"""Seconds between two renewals of the lease; a lease lasts twelve of them."""
OTHERS_AT_IT = frozenset({"coverage_busy", "coverage_missing", "import_running"})
"""Refusals that say no more than that another process is at it: the job is tried again later."""
Stop = Callable[[], bool]


class Interrupted(Exception):
    """The job must stop between two transactions: the worker is told to, or the job is no longer ours."""


def work(*, stop: Stop) -> None:
    """Do jobs as they come until `stop` says so; ask for those whose hour has come."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    while not stop():
        close_old_connections()
        try:
            plan()
            while not stop() and work_once(worker=worker, stop=stop):
                plan()
        except DatabaseError:
            logger.exception("the database does not answer: trying again")
        _sleep(PAUSE_S, stop)


def work_waiting(*, stop: Stop) -> int:
    """Do every job there is to do now, then come back; returns how many were done."""
    plan()
    count = 0
    while not stop() and work_once(worker=f"{socket.gethostname()}:{os.getpid()}", stop=stop):
        count += 1
    return count


def work_once(*, worker: str, stop: Stop) -> bool:
    """Take a job and do it. False when there was none to take."""
    job = take(worker=worker)
    if job is None:
        return False
    logger.info("job %s: taken (%s)", job, job.attempts)
    try:
        duty = duty_named(job.name)
        with Pulse(job) as pulse:
            in_hand = InHand(key=job.key, arguments=job.arguments, by=job.by, progress=pulse.watched(stop))
            told = duty.action(in_hand)
        succeed(job, told=told)
    except Interrupted:
        give_back(job)
        logger.info("job %s: given back", job)
    except MaillageError as error:
        logger.warning("job %s: %s", job, error)
        fail(job, error, may_pass=isinstance(error, Unreachable) or error.code in OTHERS_AT_IT)
    except Exception as error:
        logger.exception("job %s: broken", job)
        fail(job, MaillageError("job_broken", kind=type(error).__name__), may_pass=True)
    return True


class Pulse:
    """Renews the lease of a job while it is done, from a thread of its own, and tells how far it is."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._ended = threading.Event()
        self._done, self._total = 0, 0
        self._lost = False
        self._thread = threading.Thread(target=self._beat, daemon=True, name=f"pulse-{job.pk}")

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(timeout=BEAT_S)
        if kind is None:
            renew(self._job, done=self._done, total=self._total)

    def watched(self, stop: Stop) -> Callable[[int, int], None]:
        """What the job calls to say how far it is. Raises Interrupted when it must stop there."""

        def progress(done: int, total: int) -> None:
            self._done, self._total = max(0, done), max(0, total)
            if self._lost or stop():
                raise Interrupted

        return progress

    def _beat(self) -> None:
        try:
            while not self._ended.wait(BEAT_S):
                self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            self._lost = not renew(self._job, done=self._done, total=self._total)
        except DatabaseError:
            logger.warning("job %s: lease not renewed, the database is busy", self._job)


def _sleep(seconds: float, stop: Stop) -> None:
    """Sleep, but wake at once when told to stop."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stop():
        time.sleep(0.2)
