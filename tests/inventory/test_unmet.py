"""Needs that found nothing: no words, shown from five on, taken back by who has the word, forgotten in the end."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from maillage.core.errors import Refused, Unknown
from maillage.core.weighing import weight
from maillage.inventory.actions import load_vocabulary, purge_unmet, signal_need, signal_unmet, take_back_unmet
from maillage.inventory.models import Need, UnmetNeed
from maillage.inventory.unmet import unmet_by_area, unmet_by_category, unmet_lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vocabulary(db):
    load_vocabulary()


def signalled(count=1, *, area="DEP-62", categories=("montagne",), start=0):
    words = (
        signal_unmet(area=area, kind="off_topic", categories=categories, sender=f"198.51.100.{start + at}")
        for at in range(count)
    )
    return list(words)


def test_four_are_not_shown_and_the_fifth_shows_all():
    signalled(4)
    before = (unmet_by_category(), unmet_by_area(), unmet_lines(category="montagne"))
    signalled(1, start=10)

    assert [(counted.shown, counted.fewer) for counted in before[:2]] == [((), True), ((), True)]
    assert before[2] is None
    assert unmet_by_category().shown == (("montagne", 5),)
    assert unmet_by_area(category="montagne").shown == (("DEP-62", 5),)
    assert len(unmet_lines(area="DEP-62", category="montagne") or ()) == 5


def test_a_place_below_five_is_not_named_beside_one_above():
    signalled(6)
    signalled(2, area="DEP-34", start=20)

    assert unmet_by_area().shown == (("DEP-62", 6),)
    assert unmet_by_area().fewer
    assert unmet_lines(area="DEP-34") is None


def test_the_same_sender_counts_once_a_day_and_ten_times_at_most():
    assert signal_unmet(area="DEP-62", kind="empty", categories=["montagne"], sender="198.51.100.7")
    assert signal_unmet(area="DEP-62", kind="empty", categories=["montagne"], sender="198.51.100.7") == ""
    for number in range(int(weight("unmet", "per_day")) - 1):
        assert signal_unmet(area=f"DEP-{number:02}", kind="empty", categories=(), sender="198.51.100.7")

    with pytest.raises(Refused, match="too_many_signals"):
        signal_unmet(area="REG-32", kind="empty", categories=(), sender="198.51.100.7")


def test_nothing_kept_names_the_sender_or_holds_the_word_that_takes_back():
    [word] = signalled()

    [row] = UnmetNeed.objects.values()
    assert word not in str(row)
    assert "198.51.100" not in str(row)
    assert row["day"] == timezone.localdate()


def test_taking_back_deletes_the_signal_and_its_words_still_in_review():
    need = signal_need(text="des licornes", territory=None, by=None)
    word = signal_unmet(area="DEP-62", kind="off_topic", categories=(), sender="198.51.100.1", need=need)

    take_back_unmet(word)

    assert (UnmetNeed.objects.count(), Need.objects.count()) == (0, 0)
    with pytest.raises(Unknown):
        take_back_unmet(word)


def test_time_forgets_the_sender_the_next_day_and_the_signal_in_the_end():
    signalled()
    today = timezone.localdate()

    assert purge_unmet(today=today) == 0
    assert UnmetNeed.objects.exclude(sender_hash="").exists()
    assert purge_unmet(today=today + dt.timedelta(days=1)) == 0
    assert not UnmetNeed.objects.exclude(sender_hash="").exists()
    assert purge_unmet(today=today + dt.timedelta(days=int(weight("unmet", "kept_days")) + 1)) == 1
