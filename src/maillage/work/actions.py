"""The only writers of jobs. Taking, renewing and ending are conditional updates: two workers never both succeed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import MaillageError, Refused
from maillage.work.models import LIVE, Job, JobState
from maillage.work.queries import live_job, takeable
from maillage.work.registry import duties, duty_named

LEASE = dt.timedelta(seconds=60)
"""How long a silent worker keeps its job: renewed every few seconds while it lives."""
FIRST_PAUSE = dt.timedelta(minutes=1)
PAUSE_TIMES = 4
LONGEST_PAUSE = dt.timedelta(hours=6)
KEPT = dt.timedelta(days=90)
"""How long a job that went well is remembered."""
JOB = "job"
"""The `target_type` of a job's events."""


def enqueue(
    name: str,
    *,
    key: str = "",
    arguments: Mapping[str, Any] | None = None,
    by: User | None = None,
    due_at: dt.datetime | None = None,
    occurrence: dt.datetime | None = None,
) -> Job:
    """Ask for a job. One of this kind and key that is still to end is given back as it is: never two at once.

    Raises Unknown("job_unknown").
    """
    duty_named(name)
    try:
        with transaction.atomic():
            return Job.objects.create(
                name=name,
                key=key,
                arguments=dict(arguments or {}),
                by=by,
                due_at=due_at or timezone.now(),
                occurrence=occurrence,
            )
    except IntegrityError:
        known = live_job(name, key) or Job.objects.filter(name=name, occurrence=occurrence).first()
        if known is None:
            raise
        return known


def plan(*, now: dt.datetime | None = None) -> int:
    """Ask for the jobs whose hour has come, once per hour of their schedule whatever the number of workers.

    After a long sleep each is asked for once, not once per hour missed. Returns how many were asked for.
    """
    moment = timezone.localtime(now)
    asked = 0
    for duty in duties().values():
        if duty.schedule is None:
            continue
        occurrence = duty.schedule.latest(moment)
        if Job.objects.filter(name=duty.name, occurrence=occurrence).exists() or live_job(duty.name):
            continue
        enqueue(duty.name, occurrence=occurrence)
        asked += 1
    return asked


def take(*, worker: str, now: dt.datetime | None = None) -> Job | None:
    """The next job, now this worker's under a lease; None when there is none to take."""
    moment = now or timezone.now()
    for job in takeable(moment)[:20]:
        same = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts, lease_until=job.lease_until)
        if job.state == JobState.WAITING:
            same = Job.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts)
        values = {"state": JobState.RUNNING, "worker": worker[:120], "lease_until": moment + LEASE}
        begun = {"attempts": job.attempts + 1, "started_at": moment, "finished_at": None, "done": 0, "total": 0}
        if same.update(**values, **begun):
            return Job.objects.get(pk=job.pk)
    return None


def renew(job: Job, *, done: int = 0, total: int = 0, now: dt.datetime | None = None) -> bool:
    """Keep the job for another lease and say how far it is. False when it is no longer ours."""
    until = (now or timezone.now()) + LEASE
    return bool(_mine(job).update(lease_until=until, done=done, total=total))


def succeed(job: Job, *, told: Mapping[str, int] | None = None) -> bool:
    """The job is done. False when it was no longer ours."""
    return _end(job, state=JobState.DONE, told=dict(told or {}), error="", error_facts={})


def fail(job: Job, error: MaillageError, *, may_pass: bool) -> bool:
    """The job failed: tried again later when the error may pass and it was not tried enough, else stopped and shown.

    False when it was no longer ours.
    """
    facts = {name: str(value) for name, value in error.facts.items()}
    duty = duties().get(job.name)
    if not may_pass or duty is None or job.attempts >= duty.tries:
        return _end(job, state=JobState.FAILED, error=error.code, error_facts=facts)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * PAUSE_TIMES ** (job.attempts - 1))
    return _free(job, due_at=timezone.now() + pause, error=error.code, error_facts=facts)


def give_back(job: Job) -> bool:
    """The worker is told to stop: the job waits for the next one, and this taking does not count as a try."""
    return _free(job, due_at=timezone.now(), attempts=job.attempts - 1)


@transaction.atomic
def retry(*, job: Job, by: User) -> Job:
    """Do again a job that ended, now. One of the same kind and key still to end is given back instead.

    Raises Refused("job_not_ended") for one that is still to end.
    """
    current = Job.objects.select_for_update().get(pk=job.pk)
    if current.state in LIVE:
        raise Refused("job_not_ended", job=job.pk)
    again = enqueue(current.name, key=current.key, arguments=current.arguments, by=by)
    happened = Happened(verb=Verb.DECIDED, target_type=JOB, target_key=str(again.pk), facts={"again": current.pk})
    record_events(by=by, happened=[happened])
    return again


def forget_old_jobs(*, now: dt.datetime | None = None) -> int:
    """Remove the jobs that went well long ago; those that failed stay. Returns how many were removed."""
    before = (now or timezone.now()) - KEPT
    return Job.objects.filter(state=JobState.DONE, finished_at__lt=before).delete()[0]


def _mine(job: Job) -> Any:
    """The row, as long as this taking of it stands."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def _end(job: Job, **values: object) -> bool:
    return bool(_mine(job).update(lease_until=None, finished_at=timezone.now(), **values))


def _free(job: Job, **values: object) -> bool:
    return bool(_mine(job).update(state=JobState.WAITING, lease_until=None, **values))
