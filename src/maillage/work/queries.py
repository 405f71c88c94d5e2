"""Reads of jobs: what waits, runs, failed, and is late."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from maillage.work.models import LIVE, Job, JobState


def jobs(*, state: str = "", name: str = "") -> QuerySet[Job]:
    """Jobs, the latest first; of this state or of this kind only when given."""
    rows = Job.objects.select_related("by").order_by("-id")
    rows = rows.filter(state=state) if state else rows
    return rows.filter(name=name) if name else rows


def counts_by_state() -> dict[str, int]:
    """How many jobs are in each state, those without any included."""
    rows = Job.objects.values_list("state").annotate(count=Count("id"))
    return dict.fromkeys(JobState.values, 0) | dict(rows)


def live_job(name: str, key: str = "") -> Job | None:
    """The job of this kind and key that is still to end, if any."""
    return Job.objects.filter(name=name, key=key, state__in=LIVE).first()


def live_jobs(name: str) -> list[Job]:
    """The jobs of this kind that are still to end, the oldest first."""
    return list(Job.objects.filter(name=name, state__in=LIVE).order_by("id"))


def last_ended(name: str, key: str = "") -> Job | None:
    """The last job of this kind and key that ended, well or not."""
    return Job.objects.filter(name=name, key=key).exclude(state__in=LIVE).order_by("-id").first()


def takeable(now: dt.datetime) -> QuerySet[Job]:
    """Jobs that a worker may take: due, or left by a worker whose lease has run out; the oldest due first."""
    due = Q(state=JobState.WAITING, due_at__lte=now)
    left = Q(state=JobState.RUNNING, lease_until__lt=now)
    return Job.objects.filter(due | left).order_by("due_at", "id")


def duration_s(job: Job) -> float:
    """Seconds since it was last taken, until now or until its end; 0 when it never was."""
    if job.started_at is None:
        return 0.0
    return ((job.finished_at or timezone.now()) - job.started_at).total_seconds()
