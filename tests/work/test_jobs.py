"""Jobs are taken once, taken again when their worker dies, tried again, and stopped when they always fail."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.core.errors import MaillageError, Refused, Unknown
from maillage.work import actions
from maillage.work.models import Job, JobState
from maillage.work.queries import counts_by_state, last_ended, live_job
from maillage.work.registry import Schedule
from maillage.work.tasks import work_once

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _jobs(settings, tmp_path, monkeypatch) -> None:
    settings.JOBS = "tests.factories.jobs.DUTIES"
    monkeypatch.setenv("MAILLAGE_VAR", str(tmp_path))


def later(**words: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(**words)


def test_one_job_per_kind_and_key_until_it_ends():
    first = actions.enqueue("vite", key="a")

    assert actions.enqueue("vite", key="a").pk == first.pk
    assert actions.enqueue("vite", key="b").pk != first.pk
    job = actions.take(worker="un")
    assert job is not None
    assert actions.enqueue("vite", key="a").pk == first.pk
    assert actions.succeed(job, told={"pas": 1})
    assert actions.enqueue("vite", key="a").pk != first.pk


def test_the_database_itself_forbids_two_live_jobs_of_one_key():
    actions.enqueue("vite", key="a")

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(name="vite", key="a", due_at=timezone.now())


def test_a_job_nobody_knows_is_refused():
    with pytest.raises(Unknown, match="job_unknown"):
        actions.enqueue("jamais")


def test_a_job_is_taken_by_one_worker_and_not_before_its_hour():
    actions.enqueue("vite", due_at=later(hours=1))
    assert actions.take(worker="un") is None

    taken = actions.take(worker="un", now=later(hours=2))

    assert taken is not None
    assert (taken.worker, taken.attempts, taken.state) == ("un", 1, JobState.RUNNING)
    assert actions.take(worker="deux", now=later(hours=2)) is None


def test_a_silent_worker_loses_its_job_and_can_no_longer_end_it():
    actions.enqueue("vite")
    first = actions.take(worker="un")
    assert first is not None
    assert actions.take(worker="deux", now=later(seconds=30)) is None
    assert actions.renew(first, done=3, total=9, now=later(seconds=30))
    assert actions.take(worker="deux", now=later(seconds=70)) is None

    second = actions.take(worker="deux", now=later(seconds=100))

    assert second is not None
    assert (second.pk, second.attempts) == (first.pk, 2)
    assert not actions.renew(first)
    assert not actions.succeed(first)
    assert actions.succeed(second)
    assert Job.objects.get().state == JobState.DONE


def test_a_failure_that_may_pass_is_tried_again_later_and_later_then_stopped():
    actions.enqueue("mauvais")
    pauses = []
    for _ in range(3):
        job = actions.take(worker="un", now=later(days=1))
        assert job is not None
        before = timezone.now()
        assert actions.fail(job, MaillageError("job_broken", kind="ZeroDivisionError"), may_pass=True)
        job.refresh_from_db()
        pauses.append(round((job.due_at - before).total_seconds() / 60))

    assert pauses[:2] == [1, 4]
    assert (job.state, job.error, job.error_facts) == (JobState.FAILED, "job_broken", {"kind": "ZeroDivisionError"})
    assert counts_by_state() == {"waiting": 0, "running": 0, "done": 0, "failed": 1}


def test_what_another_process_is_at_is_tried_again():
    actions.enqueue("trop-tôt")

    assert work_once(worker="un", stop=lambda: False)

    job = Job.objects.get()
    assert (job.state, job.error, job.due_at > timezone.now()) == (JobState.WAITING, "coverage_busy", True)


def test_an_error_of_ours_is_final():
    actions.enqueue("mauvais")
    job = actions.take(worker="un")
    assert job is not None

    actions.fail(job, Refused("import_running"), may_pass=False)

    assert Job.objects.get().state == JobState.FAILED


def test_a_job_given_back_waits_and_does_not_count_as_a_try():
    actions.enqueue("vite")
    job = actions.take(worker="un")
    assert job is not None

    actions.give_back(job)

    again = actions.take(worker="deux")
    assert again is not None
    assert again.attempts == 1


def test_a_person_does_a_failed_job_again():
    by = User.objects.create_user("a@exemple.test", "un-mot-de-passe-long", role=Role.ANIMATOR)
    actions.enqueue("mauvais", key="k", arguments={"fichier": "a"})
    job = actions.take(worker="un")
    assert job is not None
    with pytest.raises(Refused, match="job_not_ended"):
        actions.retry(job=job, by=by)
    actions.fail(job, Refused("import_running"), may_pass=False)

    again = actions.retry(job=job, by=by)

    assert (again.state, again.key, again.arguments, again.by) == ("waiting", "k", {"fichier": "a"}, by)
    assert live_job("mauvais", "k") == again
    assert last_ended("mauvais", "k") == job


def test_the_hour_of_a_schedule_is_asked_for_once():
    now = dt.datetime(2026, 11, 21, 10, 5, tzinfo=PARIS)

    assert actions.plan(now=now) == 1
    assert actions.plan(now=now + dt.timedelta(minutes=50)) == 0
    job = actions.take(worker="un", now=later(days=1))
    assert job is not None
    actions.succeed(job)
    assert actions.plan(now=now + dt.timedelta(minutes=50)) == 0
    assert actions.plan(now=now + dt.timedelta(hours=30)) == 1
    assert Job.objects.filter(name="horaire").count() == 2


def test_what_went_well_long_ago_is_forgotten_what_failed_is_not():
    for key, end in (("a", actions.succeed), ("b", lambda job: actions.fail(job, Refused("x"), may_pass=False))):
        actions.enqueue("vite", key=key)
        job = actions.take(worker="un")
        assert job is not None
        end(job)

    assert actions.forget_old_jobs() == 0
    assert actions.forget_old_jobs(now=later(days=100)) == 1
    assert Job.objects.get().key == "b"


@pytest.mark.parametrize(
    ("schedule", "latest", "following", "cron", "calendar"),
    [
        (Schedule(minute=20), "2026-11-21 09:20", "2026-11-21 10:20", "20 * * * *", "*-*-* *:20:00"),
        (Schedule(hour=5, minute=30), "2026-11-21 05:30", "2026-11-22 05:30", "30 5 * * *", "*-*-* 05:30:00"),
        (Schedule(hour=23), "2026-11-20 23:00", "2026-11-21 23:00", "0 23 * * *", "*-*-* 23:00:00"),
        (Schedule(hour=6, weekday=0), "2026-11-16 06:00", "2026-11-23 06:00", "0 6 * * 1", "Mon *-*-* 06:00:00"),
        (Schedule(hour=6, weekday=6), "2026-11-15 06:00", "2026-11-22 06:00", "0 6 * * 0", "Sun *-*-* 06:00:00"),
    ],
    ids=["hourly", "daily", "later today", "weekly", "sunday"],
)
def test_a_schedule_knows_its_last_and_next_hours(schedule, latest, following, cron, calendar):
    now = dt.datetime(2026, 11, 21, 10, 5, tzinfo=PARIS)

    assert f"{schedule.latest(now):%Y-%m-%d %H:%M}" == latest
    assert f"{schedule.following(now):%Y-%m-%d %H:%M}" == following
    assert (schedule.cron, schedule.calendar) == (cron, calendar)
