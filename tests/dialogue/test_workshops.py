"""The workshops of a day: drawn from who is there, mended as people come and go, begun by the server's clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.core.errors import Invalid, Refused
from maillage.core.rotation import Pin
from maillage.core.rotation.shapes import ABSENT
from maillage.dialogue.actions import seating
from maillage.dialogue.actions.noting import write_note
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
from maillage.dialogue.models import AgendaMoment, Attendance, Note, Rotation, Session
from maillage.dialogue.queries.seating import change_of, held_of, pending_of, people_of
from maillage.dialogue.queries.workshops import (
    clock_of,
    itinerary_of,
    may_read_notes,
    notes_of,
    past_encounters,
    tables_of,
    workshops_of,
)
from tests.factories.records import an_organisation
from tests.factories.rows import a_person, make_world

TITLES = ("Mobilités", "Friches", "Cofinancer le premier kilomètre")


@pytest.fixture
def animator(db: None) -> User:
    make_world(*(an_organisation(slug=f"o{at}", name=f"Organisation {at}") for at in range(9)))
    return a_person()


def a_session(number: int = 22) -> AgendaMoment:
    session = Session.objects.create(number=number, mode="on_site", state="announced")
    return AgendaMoment.objects.create(session=session, position=0, kind="workshops", minutes=60)


def come(session: Session, count: int, *, first: int = 0) -> list[Attendance]:
    """So many people, two or three per organisation."""
    homes = list(Organisation.objects.order_by("slug"))
    return [
        Attendance.objects.create(
            session=session,
            organisation=homes[at % len(homes)],
            seat="guest",
            name=f"Personne {at}",
            natures=["PUBLIC"],
            echelon="LOCAL",
            arrived_at=timezone.now(),
        )
        for at in range(first, first + count)
    ]


@pytest.fixture
def rotation(animator: User) -> Rotation:
    moment = a_session()
    come(moment.session, 21)
    return draw_seats(rotation=prepare_workshops(moment=moment, titles=TITLES, by=animator), by=animator)


def sizes(rotation: Rotation) -> list[list[int]]:
    return [[len(table.seats) for table in turn] for turn in tables_of(rotation)]


def test_everyone_who_is_there_is_seated_and_the_score_and_bound_are_kept(rotation):
    assert sizes(rotation) == [[7, 7, 7]] * 3
    assert rotation.plan["score"]["met"] == rotation.plan["score"]["met_at_most"] == 135
    assert rotation.plan["solver"] == "search"
    for turn in tables_of(rotation):
        for table in turn:
            assert max(Counter(seat.organisation for seat in table.seats).values()) == 1, "colleagues apart"


def test_who_hosts_a_table_stays_and_is_not_seated(rotation, animator):
    host = Attendance.objects.first()
    named = name_hosts(rotation=rotation, hosts=[host, None, None], by=animator)
    assert named.plan == {}, "seats drawn for other hosts are forgotten"

    drawn = draw_seats(rotation=rotation, by=animator)

    assert itinerary_of(drawn, str(host.uid)) == ()
    assert [turn[0].host.name for turn in tables_of(drawn)] == ["Personne 0"] * 3
    assert name_hosts(rotation=drawn, hosts=[host, None, None], by=animator).plan, "the same hosts change nothing"
    with pytest.raises(Refused, match="host_elsewhere"):
        name_hosts(rotation=rotation, hosts=[host, host, None], by=animator)
    with pytest.raises(Invalid, match="hosts_one_per_table"):
        name_hosts(rotation=rotation, hosts=[host], by=animator)
    (stranger,) = come(a_session(30).session, 1)
    with pytest.raises(Refused, match="host_not_here"):
        name_hosts(rotation=rotation, hosts=[stranger, None, None], by=animator)


def test_who_comes_late_joins_the_next_round_and_who_leaves_frees_a_seat(rotation, animator):
    begin_round(rotation=rotation, seen=0, by=animator)
    session = rotation.moment.session
    (late,) = come(session, 1, first=30)
    gone = Attendance.objects.order_by("id").first()
    Attendance.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    before = rotation.plan["seats"]

    mended = mend_seats(rotation=rotation, by=animator)

    seats = mended.plan["seats"]
    assert seats[str(late.uid)][0] == ABSENT != seats[str(late.uid)][1]
    assert seats[str(gone.uid)] == [before[str(gone.uid)][0], ABSENT, ABSENT]
    assert all(seats[uid][0] == row[0] for uid, row in before.items()), "the round that began stays"
    assert len(mended.plan["moved"]) <= 3
    assert mend_seats(rotation=mended, by=animator).plan["seats"] == seats, "mending twice is mending once"


def test_someone_who_left_two_rounds_ago_is_never_seated_again(rotation, animator):
    begin_round(rotation=rotation, seen=0, by=animator)
    gone = Attendance.objects.order_by("id").first()
    Attendance.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    mend_seats(rotation=rotation, by=animator)
    begin_round(rotation=rotation, seen=1, by=animator)
    come(rotation.moment.session, 1, first=40)

    again = mend_seats(rotation=rotation, by=animator)

    assert again.plan["seats"][str(gone.uid)][1:] == [ABSENT, ABSENT]


def confirmed(rotation: Rotation, by: User) -> Rotation:
    return confirm_change(rotation=rotation, key=rotation.proposal["key"], by=by)


def test_a_swap_is_weighed_first_then_made_as_shown_and_survives_a_mending(rotation, animator):
    one, two = (turn.seats[0].uid for turn in tables_of(rotation)[1][:2])
    before = rotation.plan

    shown = propose_swap(rotation=rotation, one=one, two=two, round=1, by=animator)
    change = change_of(shown, people_of(shown), workshops_of(shown))

    assert Rotation.objects.get(pk=rotation.pk).plan == before, "nothing moves before it is confirmed"
    assert change.lost == before["score"]["met"] - change.met >= 0
    assert {each.uid for each in change.moved} >= {one, two}
    assert [(each.seat.uid, each.round, each.workshop.position) for each in change.asked] == [(one, 1, 1), (two, 1, 0)]
    swapped = confirmed(shown, animator)
    assert swapped.plan["score"]["met"] == change.met
    come(rotation.moment.session, 1, first=30)
    mended = mend_seats(rotation=swapped, by=animator)
    assert (itinerary_of(mended, one)[1], itinerary_of(mended, two)[1]) == (1, 0)
    assert len(held_of(mended, people_of(mended), workshops_of(mended))) == 2


def test_a_person_is_held_at_a_table_and_let_go(rotation, animator):
    person = next(iter(rotation.plan["seats"]))
    wanted = (rotation.plan["seats"][person][2] + 1) % 3

    held = confirmed(propose_change(rotation=rotation, pins=[Pin(person, 2, wanted)], by=animator), animator)

    assert itinerary_of(held, person)[2] == wanted
    assert held.pins == [[person, 2, wanted]]
    freed = free_seat(rotation=held, person=person, round=2, by=animator)
    assert (freed.pins, freed.plan) == ([], held.plan), "let go, nobody moves at once"


def test_the_cost_of_a_bad_idea_is_told(rotation, animator):
    crowd = list(rotation.plan["seats"])[:14]

    shown = propose_change(rotation=rotation, pins=[Pin(each, 1, 0) for each in crowd], by=animator)
    change = change_of(shown, people_of(shown), workshops_of(shown))

    assert change.uneven >= 6, "fourteen at a table of seven"
    assert change.lost == rotation.plan["score"]["met"] - shown.proposal["plan"]["score"]["met"] != 0
    assert len(change.moved) >= 7


def test_a_change_shown_is_not_made_on_other_seats(rotation, animator):
    one, two = (turn.seats[0].uid for turn in tables_of(rotation)[1][:2])

    def shown() -> Rotation:
        return propose_swap(rotation=Rotation.objects.get(pk=rotation.pk), one=one, two=two, round=1, by=animator)

    def gone(key: str) -> None:
        with pytest.raises(Refused, match="proposal_gone"):
            confirm_change(rotation=rotation, key=key, by=animator)

    shown()
    gone("autre")
    key = shown().proposal["key"]
    drop_change(rotation=rotation, by=animator)
    gone(key)
    key = shown().proposal["key"]
    Attendance.objects.filter(uid=two).update(left_at=timezone.now())
    gone(key)
    with pytest.raises(Refused, match="mend_first"):
        shown()
    Attendance.objects.filter(uid=two).update(left_at=None)
    key = shown().proposal["key"]
    begin_round(rotation=rotation, seen=0, by=animator)
    gone(key)
    assert Rotation.objects.get(pk=rotation.pk).plan == rotation.plan


def test_a_change_that_cannot_be_is_refused_and_moves_nothing(rotation, animator):
    one, two = (turn.seats[0].uid for turn in tables_of(rotation)[1][:2])
    begun = begin_round(rotation=rotation, seen=0, by=animator)
    seen = itinerary_of(begun, one)[0]

    with pytest.raises(Refused, match="no_way_left"):
        propose_change(rotation=begun, pins=[Pin(one, 2, seen)], by=animator)
    mate = next(uid for uid, row in begun.plan["seats"].items() if row[2] == begun.plan["seats"][one][2] and uid != one)
    with pytest.raises(Refused, match="same_table"):
        propose_swap(rotation=begun, one=one, two=mate, round=2, by=animator)
    for pins in ([Pin(str(uuid.uuid4()), 1, 0)], [Pin(one, 0, 1)], [Pin(one, 1, 7)], [Pin(one, -1, 0)], []):
        with pytest.raises(Invalid, match="unknown_pin"):
            propose_change(rotation=begun, pins=pins, by=animator)
    for first, second, turn in ((one, one, 1), (one, two, 0), (one, "x", 1), (one, two, 3)):
        with pytest.raises(Invalid, match="unknown_pin"):
            propose_swap(rotation=begun, one=first, two=second, round=turn, by=animator)
    assert Rotation.objects.get(pk=rotation.pk).plan == rotation.plan


def test_who_came_and_who_left_since_is_told_until_they_are_seated(rotation, animator):
    assert not pending_of(rotation).is_any
    (late,) = come(rotation.moment.session, 1, first=30)
    gone = Attendance.objects.order_by("id").first()
    Attendance.objects.filter(pk=gone.pk).update(left_at=timezone.now())

    pending = pending_of(rotation)

    assert ([each.uid for each in pending.came], [each.uid for each in pending.left]) == (
        [str(late.uid)],
        [str(gone.uid)],
    )
    mended = mend_seats(rotation=rotation, by=animator)
    assert not pending_of(mended).is_any
    Attendance.objects.filter(pk=gone.pk).update(left_at=None)
    assert [each.uid for each in pending_of(mended).came] == [str(gone.uid)], "back, they wait for a seat"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [draw_seats, mend_seats])
def test_seats_are_computed_outside_of_any_transaction(rotation, animator, act, monkeypatch):
    seen = []

    def slow(solve):
        def spied(*args, **kwargs):
            seen.append(connection.in_atomic_block)
            return solve(*args, **kwargs)

        return spied

    for name in ("plan", "replan"):
        monkeypatch.setattr(seating, name, slow(getattr(seating, name)))

    act(rotation=rotation, by=animator)

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
def test_what_changed_during_the_computing_is_told_and_nothing_is_written(rotation, animator, act, change, monkeypatch):
    def interrupted(solve):
        def computed(*args, **kwargs):
            found = solve(*args, **kwargs)
            change(rotation, animator)
            return found

        return computed

    for name in ("plan", "replan"):
        monkeypatch.setattr(seating, name, interrupted(getattr(seating, name)))

    with pytest.raises(Refused, match="seats_changed_meanwhile"):
        act(rotation=rotation, by=animator)

    kept = Rotation.objects.get(moment=rotation.moment)
    assert kept.plan in ({}, rotation.plan)
    assert kept.version <= rotation.version + 1


def test_the_clock_is_the_servers_and_a_second_press_starts_nothing(rotation, animator):
    begun = begin_round(rotation=rotation, seen=0, by=animator)
    again = begin_round(rotation=rotation, seen=0, by=animator)
    later = begun.began_at + dt.timedelta(minutes=5)

    clock = clock_of(again, rounds=3, now=later)

    assert (again.begun, again.began_at) == (1, begun.began_at)
    assert (clock.round, clock.left_s, clock.ends_at) == (0, 15 * 60, begun.began_at + dt.timedelta(minutes=20))
    assert clock_of(again, rounds=3, now=later + dt.timedelta(hours=1)).left_s == 0
    for seen in (1, 2):
        begin_round(rotation=rotation, seen=seen, by=animator)
    with pytest.raises(Refused, match="rounds_over"):
        begin_round(rotation=rotation, seen=3, by=animator)


def test_pairs_of_a_past_session_count_less(rotation, animator):
    later = a_session(23)
    people = come(later.session, 21)

    met = past_encounters(later.session, people)
    drawn = draw_seats(rotation=prepare_workshops(moment=later, titles=TITLES, by=animator), by=animator)

    assert (len(met), set(met.values())) == (135, {1})
    score = drawn.plan["score"]
    assert score["met"] > score["new"] > 0
    assert score["new"] <= score["new_at_most"]


@pytest.mark.parametrize("role", [Role.VISITOR, Role.CONTRIBUTOR])
def test_only_animateurs_lead(rotation, role):
    other = a_person("autre@exemple.test", role)
    moment = rotation.moment

    for act in (
        lambda: prepare_workshops(moment=moment, titles=TITLES, by=other),
        lambda: draw_seats(rotation=rotation, by=other),
        lambda: mend_seats(rotation=rotation, by=other),
        lambda: begin_round(rotation=rotation, seen=0, by=other),
        lambda: name_hosts(rotation=rotation, hosts=[None] * 3, by=other),
        lambda: propose_change(rotation=rotation, pins=[], by=other),
        lambda: confirm_change(rotation=rotation, key="", by=other),
        lambda: drop_change(rotation=rotation, by=other),
        lambda: free_seat(rotation=rotation, person="", round=0, by=other),
    ):
        with pytest.raises(Refused, match="animators_only"):
            act()


def test_what_began_is_not_prepared_or_drawn_again(rotation, animator):
    begin_round(rotation=rotation, seen=0, by=animator)

    for act in (
        lambda: prepare_workshops(moment=rotation.moment, titles=TITLES, by=animator),
        lambda: draw_seats(rotation=rotation, by=animator),
    ):
        with pytest.raises(Refused, match="rotation_begun"):
            act()


def test_a_moment_that_has_no_workshops_and_titles_that_say_nothing_are_refused(animator):
    moment = a_session()
    other = AgendaMoment.objects.create(session=moment.session, position=1, kind="break", minutes=10)

    with pytest.raises(Refused, match="not_a_workshop_moment"):
        prepare_workshops(moment=other, titles=TITLES, by=animator)
    with pytest.raises(Invalid, match="workshop_without_title"):
        prepare_workshops(moment=moment, titles=("A", " "), by=animator)
    with pytest.raises(Invalid, match="workshops_out_of_range"):
        prepare_workshops(moment=moment, titles=("seul",), by=animator)
    with pytest.raises(Invalid, match="round_lasts"):
        prepare_workshops(moment=moment, titles=TITLES, minutes=0, by=animator)
    empty = prepare_workshops(moment=moment, titles=TITLES, by=animator)
    with pytest.raises(Refused, match="nobody_here"):
        draw_seats(rotation=empty, by=animator)
    with pytest.raises(Refused, match="seats_not_drawn"):
        begin_round(rotation=empty, seen=0, by=animator)


@pytest.mark.parametrize("count", [3, 60])
def test_the_tables_cost_the_same_number_of_queries(animator, count, django_assert_num_queries):
    moment = a_session()
    come(moment.session, count)
    rotation = draw_seats(rotation=prepare_workshops(moment=moment, titles=TITLES, by=animator), by=animator)

    with django_assert_num_queries(2):
        tables_of(rotation)


def a_delegate(slug: str) -> User:
    person = a_person(f"{slug}@exemple.test", Role.CONTRIBUTOR)
    home = Organisation.objects.get(slug=slug)
    Membership.objects.create(user=person, organisation=home, state=MembershipState.CONFIRMED)
    return person


def test_notes_are_for_those_who_came_and_for_animateurs(animator):
    moment = a_session()
    come(moment.session, 2)
    there, elsewhere, visitor = a_delegate("o0"), a_delegate("o8"), a_person("v@exemple.test", Role.VISITOR)

    note = write_note(moment=moment, text="Piste : mutualiser", key=uuid.uuid4(), by=there)

    assert note.organisation.slug == "o0"
    assert [may_read_notes(each, moment.session) for each in (there, animator, elsewhere, visitor)] == [
        True,
        True,
        False,
        False,
    ]
    for stranger in (elsewhere, visitor):
        with pytest.raises(Refused, match="notes_not_yours"):
            write_note(moment=moment, text="non", key=uuid.uuid4(), by=stranger)
    asked = Membership.objects.get(user=there)
    asked.state = MembershipState.ASKED
    asked.save()
    assert not may_read_notes(there, moment.session), "a membership that nobody confirmed opens nothing"


def test_the_same_note_sent_again_after_a_cut_is_kept_once(animator):
    moment, key = a_session(), uuid.uuid4()

    first, again = (write_note(moment=moment, text=" Une idée\r\n", key=key, by=animator) for _ in range(2))

    assert (first.pk, first.text, Note.objects.count()) == (again.pk, "Une idée", 1)
    with pytest.raises(Refused, match="note_key_taken"):
        write_note(moment=moment, text="Une autre idée", key=key, by=animator)


def test_a_group_reads_what_the_one_before_left(rotation, animator):
    table = workshops_of(rotation)[0]
    with pytest.raises(Refused, match="round_not_begun"):
        write_note(moment=rotation.moment, text="trop tôt", key=uuid.uuid4(), by=animator, workshop=table)

    for turn, text in enumerate(("Constat", "Le constat tient ; piste", "Piste retenue")):
        begin_round(rotation=rotation, seen=turn, by=animator)
        table.rotation.refresh_from_db()
        write_note(moment=rotation.moment, text=text, key=uuid.uuid4(), by=animator, workshop=table)

    assert [(note.round, note.text) for note in notes_of(rotation.moment, workshop=table)] == [
        (0, "Constat"),
        (1, "Le constat tient ; piste"),
        (2, "Piste retenue"),
    ]
    other = a_session(30)
    with pytest.raises(Refused, match="workshop_elsewhere"):
        write_note(moment=other, text="ailleurs", key=uuid.uuid4(), by=animator, workshop=table)


@pytest.mark.parametrize(
    ("text", "code"), [(" \n ", "note_empty"), ("\x00", "note_empty"), ("x" * 4001, "note_too_long")]
)
def test_a_note_says_something_and_is_not_a_book(animator, text, code):
    with pytest.raises(Invalid, match=code):
        write_note(moment=a_session(), text=text, key=uuid.uuid4(), by=animator)
