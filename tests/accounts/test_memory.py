"""What a process keeps of the database follows the log of events, whoever wrote."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.memory import Kept, kept_until, log_mark
from maillage.accounts.models import Event, Verb

pytestmark = pytest.mark.django_db


def log(target_type="programme", key="un") -> None:
    record_events(by=None, happened=[Happened(verb=Verb.CREATED, target_type=target_type, target_key=key)])


def counted() -> Kept[int]:
    """Keeps how often it was read."""
    reads = []

    def read() -> int:
        reads.append(1)
        return len(reads)

    return Kept(read, ("programme", "organisation"))


def test_what_is_kept_is_read_again_only_after_an_event_about_it():
    log()
    kept = counted()

    assert [kept(), kept()] == [1, 1]
    log("need")
    assert kept() == 1
    log("organisation")
    assert [kept(), kept()] == [2, 2]


def test_every_process_sees_the_event_of_any_other():
    log()
    ours, theirs = counted(), counted()
    assert (ours(), theirs()) == (1, 1)

    log()

    assert (ours(), theirs()) == (2, 2)


def test_nothing_is_kept_before_the_first_event():
    kept = counted()

    assert [kept(), kept()] == [1, 2]


def test_an_event_that_commits_late_under_a_lower_number_is_seen():
    log()
    first = Event.objects.get()
    Event.objects.filter(pk=first.pk).update(id=first.pk + 5)
    kept = counted()
    assert kept() == 1

    Event.objects.create(id=first.pk + 2, at=first.at, verb=Verb.CREATED, target_type="programme", target_key="late")

    assert kept() == 2


def test_a_number_borne_twice_is_two_events():
    log()
    kept = counted()
    number = Event.objects.get().pk + 1
    with transaction.atomic():
        Event.objects.create(id=number, at=timezone.now(), verb="created", target_type="programme", target_key="a")
        assert kept() == 1
        transaction.set_rollback(True)
    later = timezone.now() + dt.timedelta(seconds=1)
    Event.objects.create(id=number, at=later, verb="created", target_type="programme", target_key="b")

    assert kept() == 2


def test_asking_the_log_reads_one_row_by_its_index(django_assert_num_queries):
    log()

    with django_assert_num_queries(1):
        assert log_mark("programme")


def test_a_function_is_kept_by_naming_what_touches_it():
    @kept_until("programme")
    def answer() -> int:
        return Event.objects.count()

    log()
    assert answer() == 1
    log("need")
    assert answer() == 1
    log()
    assert answer() == 3
