"""Many at once, on a real database file or on PostgreSQL: no seat twice, no move lost."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections

from maillage.core.errors import Refused
from maillage.dialogue.actions.attending import check_in
from maillage.dialogue.actions.noting import write_note
from maillage.dialogue.actions.programme import MomentFields, add_moment, move_moment
from maillage.dialogue.actions.registering import cancel_registration
from maillage.dialogue.actions.topics import open_topics, place_dots, propose_topic
from maillage.dialogue.models import AgendaMoment, Dot, Note, Registration, RegistrationState, SessionLetter
from maillage.dialogue.queries.members import Member
from maillage.dialogue.queries.programme import moments_of
from tests.factories.dialogue import a_moment, a_session, asks, some_organisations
from tests.factories.rows import a_person

pytestmark = pytest.mark.slow
HANDS = 12


@pytest.fixture
def shared(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads open each on their own: the test's own on PostgreSQL, a file on SQLite."""
    if connection.vendor != "sqlite":
        yield
        return
    own = connections["default"]
    own.ensure_connection()
    path = tmp_path / "shared.sqlite3"
    with sqlite3.connect(path) as copy:
        own.connection.backup(copy)
    copy.close()
    settings = connections.settings["default"]
    file = own.copy()
    file.settings_dict["NAME"] = str(path)
    connections["default"] = file
    connections.settings["default"] = file.settings_dict
    yield
    file.close()
    connections["default"] = own
    connections.settings["default"] = settings


def at_once(calls: list[Callable[[], object]]) -> None:
    """Every call, by many threads that start together."""
    gate = threading.Barrier(HANDS)

    def hand(mine: list[Callable[[], object]]) -> None:
        gate.wait(timeout=60)
        try:
            for call in mine:
                call()
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(HANDS) as hands:
        for done in [hands.submit(hand, calls[start::HANDS]) for start in range(HANDS)]:
            done.result(timeout=300)


def test_three_hundred_ask_for_twenty_seats(shared):
    animator = a_person()
    session = a_session(animator, seats=20)
    organisations = some_organisations(300)
    asked = [lambda each=each: asks(session, each, animator) for each in organisations]
    twice = [lambda each=each: asks(session, each, animator) for each in organisations[:60]]

    at_once([*asked, *twice])

    rows = list(Registration.objects.filter(session=session).order_by("rank"))
    assert Counter(row.state for row in rows) == {"confirmed": 20, "waiting": 280}
    assert [row.state for row in rows[:20]] == ["confirmed"] * 20
    assert [row.rank for row in rows] == list(range(1, 301))
    assert len({row.code for row in rows}) == 300
    assert SessionLetter.objects.count() == 300


def test_seats_given_back_while_others_ask_are_never_given_twice(shared):
    animator = a_person()
    session = a_session(animator, seats=20)
    organisations = some_organisations(120)
    for each in organisations[:60]:
        asks(session, each, animator)
    leaving = list(Registration.objects.filter(session=session).order_by("rank")[:40])
    calls = [lambda each=each: cancel_registration(registration=each, by=animator) for each in leaving]
    calls += [lambda each=each: asks(session, each, animator) for each in organisations[60:]]

    at_once(calls)

    states = Counter(Registration.objects.filter(session=session).values_list("state", flat=True))
    assert states == {"cancelled": 40, "confirmed": 20, "waiting": 60}
    confirmed = Registration.objects.filter(session=session, state=RegistrationState.CONFIRMED)
    waiting = Registration.objects.filter(session=session, state=RegistrationState.WAITING)
    last_in = max(confirmed.values_list("rank", flat=True))
    assert last_in < min(waiting.values_list("rank", flat=True)), "nobody passes before another"


def test_moves_by_many_keep_every_moment_in_one_place(shared):
    animator = a_person()
    session = a_session(animator)
    rows = [a_moment(session, animator, str(number)) for number in range(12)]

    def move(row: AgendaMoment, before: str) -> None:
        session.refresh_from_db()
        try:
            move_moment(moment=row, before=before, seen=10**6, by=animator)
        except Refused:
            pytest.fail("nothing was refused: each read the last version")

    at_once([lambda a=a, b=b: move(a, str(b.uid)) for a in rows for b in rows[::3] if a != b])

    kept = moments_of(session)
    assert [each.position for each in kept] == list(range(12))
    assert {each.uid for each in kept} == {each.uid for each in rows}


def test_two_phones_of_one_person_never_place_a_ninth_dot(shared):
    animator = a_person()
    session = a_session(animator)
    moment = add_moment(session=session, fields=MomentFields(kind="workshops", minutes=60), by=animator)
    choice = open_topics(moment=moment, tables=2, by=animator)
    rows = [asks(session, each, animator).registration for each in some_organisations(3)]
    people = [check_in(session=session, code=row.code, by=animator) for row in rows]
    members = [Member(session=session, registration=row) for row in rows]
    topics = [propose_topic(choice=choice, title=f"sujet {at}", member=members[0]) for at in range(6)]
    refused = []

    def place(topic, at, dots):
        try:
            place_dots(topic=topic, person=people[at], dots=dots, member=members[at])
        except Refused as error:
            refused.append(error.code)

    at_once([lambda t=t, at=at, n=n: place(t, at, n) for n in (3, 5, 2, 8) for t in topics for at in range(3)])

    held = Counter(Dot.objects.values_list("attendance_id", flat=True))
    assert set(held) == {each.pk for each in people}
    assert max(held.values()) <= 8
    assert set(refused) == {"dots_spent"}


def test_notes_sent_twice_at_once_are_each_kept_once(shared):
    animator = a_person()
    moment = a_moment(a_session(animator), animator, "Échanges")
    keys = [uuid.uuid4() for _ in range(HANDS)]

    at_once(
        [
            lambda key=key: write_note(moment=moment, text=str(key), key=key, by=animator)
            for key in keys
            for _ in range(3)
        ]
    )

    assert sorted(Note.objects.values_list("text", flat=True)) == sorted(map(str, keys))
