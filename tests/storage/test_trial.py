"""A trial writes nothing, and keeps nobody from writing."""

from __future__ import annotations

import datetime as dt
import os
import threading

import pytest
from django.db import connection
from django.utils import timezone

from maillage.harvest.models import Source
from maillage.storage.trial import forget_trials, on_a_copy


def a_source(slug: str) -> Source:
    return Source.objects.create(slug=slug, name=slug, connector="table")


def slugs() -> set[str]:
    return set(Source.objects.values_list("slug", flat=True))


@pytest.mark.django_db(transaction=True)
def test_other_people_write_while_a_trial_is_on(settings, tmp_path):
    settings.VAR = tmp_path
    a_source("avant")
    told: list[str] = []

    def write() -> None:
        a_source("ailleurs")
        told.append("written")
        connection.close()

    with on_a_copy() as folder:
        a_source("essai")
        other = threading.Thread(target=write)
        other.start()
        other.join(timeout=10)
        seen, there = slugs(), folder.is_dir()

    assert told == ["written"]
    assert {"avant", "essai"} <= seen
    assert (slugs(), there, list(tmp_path.iterdir())) == ({"avant", "ailleurs"}, True, [])


@pytest.mark.django_db(transaction=True)
def test_a_trial_that_fails_leaves_nothing_either(settings, tmp_path):
    settings.VAR = tmp_path
    a_source("avant")

    def fail() -> None:
        with on_a_copy():
            a_source("essai")
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert (slugs(), list(tmp_path.iterdir())) == ({"avant"}, [])


@pytest.mark.django_db
def test_a_trial_inside_a_transaction_is_undone(settings, tmp_path):
    settings.VAR = tmp_path
    a_source("avant")

    with on_a_copy():
        a_source("essai")
        seen = slugs()

    assert (seen, slugs(), list(tmp_path.iterdir())) == ({"avant", "essai"}, {"avant"}, [])


def test_what_a_killed_trial_left_goes_the_next_day(settings, tmp_path):
    settings.VAR = tmp_path
    now = timezone.now()
    for name, age_h in (("essai-vieux", 30), ("essai-en-cours", 1), ("recoltes", 300)):
        (tmp_path / name).mkdir()
        moment = (now - dt.timedelta(hours=age_h)).timestamp()
        os.utime(tmp_path / name, (moment, moment))

    assert forget_trials(now=now) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"essai-en-cours", "recoltes"}
