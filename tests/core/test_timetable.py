"""Times follow from durations, also when the clock changes; what does not hold together is said."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.timetable import Planned, alarms, timetable

PARIS = ZoneInfo("Europe/Paris")
NINE = dt.datetime(2027, 6, 10, 9, 30, tzinfo=PARIS)


def a_plan(key: str, minutes: int = 30, **said) -> Planned:
    return Planned(key=key, title=f"Moment {key}", minutes=minutes, **said)


def clock(starts_at: dt.datetime, *moments: Planned) -> list[str]:
    return [f"{each.starts_at.astimezone(PARIS):%H:%M}" for each in timetable(starts_at, moments)]


def codes(*moments: Planned, expected: int = 0, starts_at: dt.datetime = NINE) -> list[str]:
    return [each.reason.code for each in alarms(timetable(starts_at, moments), expected=expected, zone=PARIS)]


def test_each_moment_begins_when_the_one_before_it_ends():
    assert clock(NINE, a_plan("a", 10), a_plan("b", 140), a_plan("c")) == ["09:30", "09:40", "12:00"]


def test_those_side_by_side_begin_together_and_the_next_waits_for_the_longest():
    times = clock(NINE, a_plan("a", 20), a_plan("b", 50, beside=True), a_plan("c", 5, beside=True), a_plan("d"))

    assert times == ["09:30", "09:30", "09:30", "10:20"]


def test_the_first_moment_beside_nothing_opens_the_day():
    assert clock(NINE, a_plan("a", beside=True), a_plan("b")) == ["09:30", "10:00"]


def test_a_lunch_waits_for_its_hour():
    lunch = NINE.replace(hour=12, minute=0)

    assert clock(NINE, a_plan("a"), a_plan("lunch", 60, fixed_at=lunch), a_plan("b")) == ["09:30", "12:00", "13:00"]


@pytest.mark.parametrize(
    ("night", "second", "elapsed_to_five"),
    [
        (dt.datetime(2027, 3, 28, 1, 0, tzinfo=PARIS), "03:30", 90),
        (dt.datetime(2027, 10, 31, 1, 30, tzinfo=PARIS), "02:00", 90),
    ],
    ids=["last Sunday of March", "last Sunday of October"],
)
def test_a_clock_that_changes_shifts_what_is_read_and_no_duration(night, second, elapsed_to_five):
    first, last = timetable(night, [a_plan("a", 90), a_plan("b", 60)])

    assert f"{last.starts_at.astimezone(PARIS):%H:%M}" == second
    assert (last.starts_at - first.starts_at).total_seconds() / 60 == elapsed_to_five
    assert "clock_changes" in codes(a_plan("a", 90), a_plan("b", 60), starts_at=night)


def test_a_day_without_clock_change_says_nothing():
    assert codes(a_plan("a", 600)) == []


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        timetable(dt.datetime(2027, 6, 10, 9, 30), [])


def test_a_speaker_and_a_room_cannot_be_twice_at_once():
    pair = (
        a_plan("a", speakers=("Cerema",), room="A12"),
        a_plan("b", speakers=("ANCT", "Cerema"), room="a12 ", beside=True),
    )

    assert codes(*pair) == ["speaker_twice", "room_taken_twice"]
    assert codes(a_plan("a", speakers=("Cerema",)), a_plan("b", speakers=("Cerema",))) == []


def test_a_room_too_small_is_said_when_its_size_is_known():
    assert codes(a_plan("a", room_seats=20), expected=21) == ["room_too_small"]
    assert codes(a_plan("a", room_seats=21), expected=21) == []
    assert codes(a_plan("a"), expected=21) == []
    together = (a_plan("a", room_seats=10), a_plan("b", room_seats=11, beside=True))
    assert codes(*together, expected=21) == []
    assert codes(*together, expected=22) == ["room_too_small"]


def test_a_fixed_moment_that_comes_too_early_says_by_how_much():
    early = NINE + dt.timedelta(minutes=20)

    (alarm,) = alarms(timetable(NINE, [a_plan("a"), a_plan("b", fixed_at=early)]), expected=0, zone=PARIS)

    assert alarm.reason.sentence() == "« Moment b » commence 10 min avant la fin de « Moment a »"
    assert alarm.keys == ("a", "b")


@given(st.lists(st.tuples(st.integers(1, 720), st.booleans()), max_size=12))
def test_without_fixed_hours_nothing_of_one_block_meets_another(plans):
    timed = timetable(NINE, [a_plan(str(rank), minutes, beside=beside) for rank, (minutes, beside) in enumerate(plans)])

    for one in timed:
        for other in timed:
            apart = one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
            assert apart or one.block == other.block
    assert all((each.ends_at - each.starts_at).total_seconds() == each.planned.minutes * 60 for each in timed)
