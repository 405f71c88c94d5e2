"""Seats changed by hand, weighed first; computed outside of any transaction, written if nothing changed meanwhile."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.errors import Invalid, Refused
from maillage.core.rotation import Pin
from maillage.dialogue.actions import seating
from maillage.dialogue.actions.seating import (
    confirm_change,
    draw_seats,
    drop_change,
    free_seat,
    mend_seats,
    propose_change,
    propose_swap,
)
from maillage.dialogue.actions.workshops import begin_round, name_hosts, prepare_workshops
from maillage.dialogue.models import Attendance, Rotation
from maillage.dialogue.queries.seating import change_of, held_of, pending_of, people_of
from maillage.dialogue.queries.workshops import (
    itinerary_of,
    tables_of,
    workshops_of,
)
from tests.factories.workshops import come


def confirmed(rotation: Rotation, by: User) -> Rotation:
    return confirm_change(rotation=rotation, key=rotation.proposal["key"], by=by)


def test_a_swap_is_weighed_first_then_made_as_shown_and_survives_a_mending(rotation, leader):
    one, two = (turn.seats[0].uid for turn in tables_of(rotation)[1][:2])
    before = rotation.plan

    shown = propose_swap(rotation=rotation, one=one, two=two, round=1, by=leader)
    change = change_of(shown, people_of(shown), workshops_of(shown))

    assert Rotation.objects.get(pk=rotation.pk).plan == before, "nothing moves before it is confirmed"
    assert change.lost == before["score"]["met"] - change.met >= 0
    assert {each.uid for each in change.moved} >= {one, two}
    assert [(each.seat.uid, each.round, each.workshop.position) for each in change.asked] == [(one, 1, 1), (two, 1, 0)]
    swapped = confirmed(shown, leader)
    assert swapped.plan["score"]["met"] == change.met
    come(rotation.moment.session, 1, first=30)
    mended = mend_seats(rotation=swapped, by=leader)
    assert (itinerary_of(mended, one)[1], itinerary_of(mended, two)[1]) == (1, 0)
    assert len(held_of(mended, people_of(mended), workshops_of(mended))) == 2


def test_a_person_is_held_at_a_table_and_let_go(rotation, leader):
    person = next(iter(rotation.plan["seats"]))
    wanted = (rotation.plan["seats"][person][2] + 1) % 3

    held = confirmed(propose_change(rotation=rotation, pins=[Pin(person, 2, wanted)], by=leader), leader)

    assert itinerary_of(held, person)[2] == wanted
    assert held.pins == [[person, 2, wanted]]
    freed = free_seat(rotation=held, person=person, round=2, by=leader)
    assert (freed.pins, freed.plan) == ([], held.plan), "let go, nobody moves at once"


def test_the_cost_of_a_bad_idea_is_told(rotation, leader):
    crowd = list(rotation.plan["seats"])[:14]

    shown = propose_change(rotation=rotation, pins=[Pin(each, 1, 0) for each in crowd], by=leader)
    change = change_of(shown, people_of(shown), workshops_of(shown))

    assert change.uneven >= 6, "fourteen at a table of seven"
    assert change.lost == rotation.plan["score"]["met"] - shown.proposal["plan"]["score"]["met"] != 0
    assert len(change.moved) >= 7


def test_a_change_shown_is_not_made_on_other_seats(rotation, leader):
    one, two = (turn.seats[0].uid for turn in tables_of(rotation)[1][:2])

    def shown() -> Rotation:
        return propose_swap(rotation=Rotation.objects.get(pk=rotation.pk), one=one, two=two, round=1, by=leader)

    def gone(key: str) -> None:
        with pytest.raises(Refused, match="proposal_gone"):
            confirm_change(rotation=rotation, key=key, by=leader)

    shown()
    gone("autre")
    key = shown().proposal["key"]
    drop_change(rotation=rotation, by=leader)
    gone(key)
    key = shown().proposal["key"]
    Attendance.objects.filter(uid=two).update(left_at=timezone.now())
    gone(key)
    with pytest.raises(Refused, match="mend_first"):
        shown()
    Attendance.objects.filter(uid=two).update(left_at=None)
    key = shown().proposal["key"]
    begin_round(rotation=rotation, seen=0, by=leader)
    gone(key)
    assert Rotation.objects.get(pk=rotation.pk).plan == rotation.plan


def test_a_change_that_cannot_be_is_refused_and_moves_nothing(rotation, leader):
    one, two = (turn.seats[0].uid for turn in tables_of(rotation)[1][:2])
    begun = begin_round(rotation=rotation, seen=0, by=leader)
    seen = itinerary_of(begun, one)[0]

    with pytest.raises(Refused, match="no_way_left"):
        propose_change(rotation=begun, pins=[Pin(one, 2, seen)], by=leader)
    mate = next(uid for uid, row in begun.plan["seats"].items() if row[2] == begun.plan["seats"][one][2] and uid != one)
    with pytest.raises(Refused, match="same_table"):
        propose_swap(rotation=begun, one=one, two=mate, round=2, by=leader)
    for pins in ([Pin(str(uuid.uuid4()), 1, 0)], [Pin(one, 0, 1)], [Pin(one, 1, 7)], [Pin(one, -1, 0)], []):
        with pytest.raises(Invalid, match="unknown_pin"):
            propose_change(rotation=begun, pins=pins, by=leader)
    for first, second, turn in ((one, one, 1), (one, two, 0), (one, "x", 1), (one, two, 3)):
        with pytest.raises(Invalid, match="unknown_pin"):
            propose_swap(rotation=begun, one=first, two=second, round=turn, by=leader)
    assert Rotation.objects.get(pk=rotation.pk).plan == rotation.plan


def test_who_came_and_who_left_since_is_told_until_they_are_seated(rotation, leader):
    assert not pending_of(rotation).is_any
    (late,) = come(rotation.moment.session, 1, first=30)
    gone = Attendance.objects.order_by("id").first()
    Attendance.objects.filter(pk=gone.pk).update(left_at=timezone.now())

    pending = pending_of(rotation)

    assert ([each.uid for each in pending.came], [each.uid for each in pending.left]) == (
        [str(late.uid)],
        [str(gone.uid)],
    )
    mended = mend_seats(rotation=rotation, by=leader)
    assert not pending_of(mended).is_any
    Attendance.objects.filter(pk=gone.pk).update(left_at=None)
    assert [each.uid for each in pending_of(mended).came] == [str(gone.uid)], "back, they wait for a seat"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [draw_seats, mend_seats])
def test_seats_are_computed_outside_of_any_transaction(rotation, leader, act, monkeypatch):
    seen = []

    def slow(solve):
        def spied(*args, **kwargs):
            seen.append(connection.in_atomic_block)
            return solve(*args, **kwargs)

        return spied

    for name in ("plan", "replan"):
        monkeypatch.setattr(seating, name, slow(getattr(seating, name)))

    act(rotation=rotation, by=leader)

    assert seen == [False]


def meanwhile_begun(rotation: Rotation, by: User) -> None:
    begin_round(rotation=rotation, seen=0, by=by)


def meanwhile_hosted(rotation: Rotation, by: User) -> None:
    name_hosts(rotation=rotation, hosts=[Attendance.objects.first(), None, None], by=by)


def meanwhile_come(rotation: Rotation, _by: User) -> None:
    come(rotation.moment.session, 1, first=40)


def meanwhile_prepared(rotation: Rotation, by: User) -> None:
    prepare_workshops(moment=rotation.moment, titles=("Autre", "Encore"), by=by)


@pytest.mark.parametrize("act", [draw_seats, mend_seats])
@pytest.mark.parametrize("change", [meanwhile_begun, meanwhile_hosted, meanwhile_come, meanwhile_prepared])
def test_what_changed_during_the_computing_is_told_and_nothing_is_written(rotation, leader, act, change, monkeypatch):
    def interrupted(solve):
        def computed(*args, **kwargs):
            found = solve(*args, **kwargs)
            change(rotation, leader)
            return found

        return computed

    for name in ("plan", "replan"):
        monkeypatch.setattr(seating, name, interrupted(getattr(seating, name)))

    with pytest.raises(Refused, match="seats_changed_meanwhile"):
        act(rotation=rotation, by=leader)

    kept = Rotation.objects.get(moment=rotation.moment)
    assert kept.plan in ({}, rotation.plan)
    assert kept.version <= rotation.version + 1
