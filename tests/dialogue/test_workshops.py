"""The workshops of a day: drawn from who is there, mended as people come and go, begun by the server's clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter

import pytest
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.core.errors import Invalid, Refused
from maillage.core.rotation.shapes import ABSENT
from maillage.dialogue.actions.noting import write_note
from maillage.dialogue.actions.programme import remove_moment
from maillage.dialogue.actions.seating import (
    confirm_change,
    draw_seats,
    drop_change,
    free_seat,
    mend_seats,
    propose_change,
)
from maillage.dialogue.actions.sessions import delete_session
from maillage.dialogue.actions.workshops import begin_round, name_hosts, prepare_workshops
from maillage.dialogue.models import AgendaMoment, Attendance, Note, Rotation
from maillage.dialogue.queries.workshops import (
    clock_of,
    itinerary_of,
    may_read_notes,
    notes_of,
    past_encounters,
    tables_of,
    workshops_of,
)
from tests.factories.rows import a_person
from tests.factories.workshops import TITLES, a_session, come


def sizes(rotation: Rotation) -> list[list[int]]:
    return [[len(table.seats) for table in turn] for turn in tables_of(rotation)]


def test_everyone_who_is_there_is_seated_and_the_score_and_bound_are_kept(rotation):
    assert sizes(rotation) == [[7, 7, 7]] * 3
    assert rotation.plan["score"]["met"] == rotation.plan["score"]["met_at_most"] == 135
    assert rotation.plan["solver"] == "search"
    for turn in tables_of(rotation):
        for table in turn:
            assert max(Counter(seat.organisation for seat in table.seats).values()) == 1, "colleagues apart"


def test_who_hosts_a_table_stays_and_is_not_seated(rotation, leader):
    host = Attendance.objects.first()
    named = name_hosts(rotation=rotation, hosts=[host, None, None], by=leader)
    assert named.plan == {}, "seats drawn for other hosts are forgotten"

    drawn = draw_seats(rotation=rotation, by=leader)

    assert itinerary_of(drawn, str(host.uid)) == ()
    assert [turn[0].host.name for turn in tables_of(drawn)] == ["Personne 0"] * 3
    assert name_hosts(rotation=drawn, hosts=[host, None, None], by=leader).plan, "the same hosts change nothing"
    with pytest.raises(Refused, match="host_elsewhere"):
        name_hosts(rotation=rotation, hosts=[host, host, None], by=leader)
    with pytest.raises(Invalid, match="hosts_one_per_table"):
        name_hosts(rotation=rotation, hosts=[host], by=leader)
    (stranger,) = come(a_session(30).session, 1)
    with pytest.raises(Refused, match="host_not_here"):
        name_hosts(rotation=rotation, hosts=[stranger, None, None], by=leader)


def test_who_comes_late_joins_the_next_round_and_who_leaves_frees_a_seat(rotation, leader):
    begin_round(rotation=rotation, seen=0, by=leader)
    session = rotation.moment.session
    (late,) = come(session, 1, first=30)
    gone = Attendance.objects.order_by("id").first()
    Attendance.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    before = rotation.plan["seats"]

    mended = mend_seats(rotation=rotation, by=leader)

    seats = mended.plan["seats"]
    assert seats[str(late.uid)][0] == ABSENT != seats[str(late.uid)][1]
    assert seats[str(gone.uid)] == [before[str(gone.uid)][0], ABSENT, ABSENT]
    assert all(seats[uid][0] == row[0] for uid, row in before.items()), "the round that began stays"
    assert len(mended.plan["moved"]) <= 3
    assert mend_seats(rotation=mended, by=leader).plan["seats"] == seats, "mending twice is mending once"


def test_someone_who_left_two_rounds_ago_is_never_seated_again(rotation, leader):
    begin_round(rotation=rotation, seen=0, by=leader)
    gone = Attendance.objects.order_by("id").first()
    Attendance.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    mend_seats(rotation=rotation, by=leader)
    begin_round(rotation=rotation, seen=1, by=leader)
    come(rotation.moment.session, 1, first=40)

    again = mend_seats(rotation=rotation, by=leader)

    assert again.plan["seats"][str(gone.uid)][1:] == [ABSENT, ABSENT]


def test_the_clock_is_the_servers_and_a_second_press_starts_nothing(rotation, leader):
    begun = begin_round(rotation=rotation, seen=0, by=leader)
    again = begin_round(rotation=rotation, seen=0, by=leader)
    later = begun.began_at + dt.timedelta(minutes=5)

    clock = clock_of(again, rounds=3, now=later)

    assert (again.begun, again.began_at) == (1, begun.began_at)
    assert (clock.round, clock.left_s, clock.ends_at) == (0, 15 * 60, begun.began_at + dt.timedelta(minutes=20))
    assert clock_of(again, rounds=3, now=later + dt.timedelta(hours=1)).left_s == 0
    for seen in (1, 2):
        begin_round(rotation=rotation, seen=seen, by=leader)
    with pytest.raises(Refused, match="rounds_over"):
        begin_round(rotation=rotation, seen=3, by=leader)


def test_pairs_of_a_past_session_count_less(rotation, leader):
    later = a_session(23)
    people = come(later.session, 21)

    met = past_encounters(later.session, people)
    drawn = draw_seats(rotation=prepare_workshops(moment=later, titles=TITLES, by=leader), by=leader)

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


def test_what_began_is_not_prepared_or_drawn_again(rotation, leader):
    begin_round(rotation=rotation, seen=0, by=leader)

    for act in (
        lambda: prepare_workshops(moment=rotation.moment, titles=TITLES, by=leader),
        lambda: draw_seats(rotation=rotation, by=leader),
    ):
        with pytest.raises(Refused, match="rotation_begun"):
            act()


def test_a_moment_that_has_no_workshops_and_titles_that_say_nothing_are_refused(leader):
    moment = a_session()
    other = AgendaMoment.objects.create(session=moment.session, position=1, kind="break", minutes=10)

    with pytest.raises(Refused, match="not_a_workshop_moment"):
        prepare_workshops(moment=other, titles=TITLES, by=leader)
    with pytest.raises(Invalid, match="workshop_without_title"):
        prepare_workshops(moment=moment, titles=("A", " "), by=leader)
    with pytest.raises(Invalid, match="workshops_out_of_range"):
        prepare_workshops(moment=moment, titles=("seul",), by=leader)
    with pytest.raises(Invalid, match="round_lasts"):
        prepare_workshops(moment=moment, titles=TITLES, minutes=0, by=leader)
    empty = prepare_workshops(moment=moment, titles=TITLES, by=leader)
    with pytest.raises(Refused, match="nobody_here"):
        draw_seats(rotation=empty, by=leader)
    with pytest.raises(Refused, match="seats_not_drawn"):
        begin_round(rotation=empty, seen=0, by=leader)


@pytest.mark.parametrize("count", [3, 60])
def test_the_tables_cost_the_same_number_of_queries(leader, count, django_assert_num_queries):
    moment = a_session()
    come(moment.session, count)
    rotation = draw_seats(rotation=prepare_workshops(moment=moment, titles=TITLES, by=leader), by=leader)

    with django_assert_num_queries(2):
        tables_of(rotation)


def a_delegate(slug: str) -> User:
    person = a_person(f"{slug}@exemple.test", Role.CONTRIBUTOR)
    home = Organisation.objects.get(slug=slug)
    Membership.objects.create(user=person, organisation=home, state=MembershipState.CONFIRMED)
    return person


def test_notes_are_for_those_who_came_and_for_animateurs(leader):
    moment = a_session()
    come(moment.session, 2)
    there, elsewhere, visitor = a_delegate("o0"), a_delegate("o8"), a_person("v@exemple.test", Role.VISITOR)

    note = write_note(moment=moment, text="Piste : mutualiser", key=uuid.uuid4(), by=there)

    assert note.organisation.slug == "o0"
    assert [may_read_notes(each, moment.session) for each in (there, leader, elsewhere, visitor)] == [
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


def test_what_people_left_is_never_deleted_with_its_session_or_its_moment(rotation, leader):
    begun, moment = begin_round(rotation=rotation, seen=0, by=leader), rotation.moment
    write_note(moment=moment, text="Piste", key=uuid.uuid4(), by=leader, workshop=begun.workshops.first())

    with pytest.raises(Refused, match="moment_has_memory"):
        remove_moment(moment=moment, seen=99, by=leader)
    with pytest.raises(Refused, match="session_has_memory"):
        delete_session(session=moment.session, by=leader)

    assert Note.objects.count() == 1


def test_the_same_note_sent_again_after_a_cut_is_kept_once(leader):
    moment, key = a_session(), uuid.uuid4()

    first, again = (write_note(moment=moment, text=" Une idée\r\n", key=key, by=leader) for _ in range(2))

    assert (first.pk, first.text, Note.objects.count()) == (again.pk, "Une idée", 1)
    with pytest.raises(Refused, match="note_key_taken"):
        write_note(moment=moment, text="Une autre idée", key=key, by=leader)


def test_a_group_reads_what_the_one_before_left(rotation, leader):
    table = workshops_of(rotation)[0]
    with pytest.raises(Refused, match="round_not_begun"):
        write_note(moment=rotation.moment, text="trop tôt", key=uuid.uuid4(), by=leader, workshop=table)

    for turn, text in enumerate(("Constat", "Le constat tient ; piste", "Piste retenue")):
        begin_round(rotation=rotation, seen=turn, by=leader)
        table.rotation.refresh_from_db()
        write_note(moment=rotation.moment, text=text, key=uuid.uuid4(), by=leader, workshop=table)

    assert [(note.round, note.text) for note in notes_of(rotation.moment, workshop=table)] == [
        (0, "Constat"),
        (1, "Le constat tient ; piste"),
        (2, "Piste retenue"),
    ]
    other = a_session(30)
    with pytest.raises(Refused, match="workshop_elsewhere"):
        write_note(moment=other, text="ailleurs", key=uuid.uuid4(), by=leader, workshop=table)


@pytest.mark.parametrize(
    ("text", "code"), [(" \n ", "note_empty"), ("\x00", "note_empty"), ("x" * 4001, "note_too_long")]
)
def test_a_note_says_something_and_is_not_a_book(leader, text, code):
    with pytest.raises(Invalid, match=code):
        write_note(moment=a_session(), text=text, key=uuid.uuid4(), by=leader)
