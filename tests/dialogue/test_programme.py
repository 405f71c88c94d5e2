"""The programme of a session: two people who write at once lose nothing, versions tell what changed."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.models import Event, Role, Verb
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.dialogue.actions.noting import write_note
from maillage.dialogue.actions.programme import (
    MomentFields,
    add_moment,
    change_moment,
    move_moment,
    publish_programme,
    remove_moment,
)
from maillage.dialogue.actions.sessions import (
    change_session,
    delete_session,
    fields_of,
    prepare_session,
    version_of_session,
)
from maillage.dialogue.models import AgendaMoment, Documentation, Session
from maillage.dialogue.queries.programme import alarms_of, moments_of, session_numbered, times_of
from tests.factories.dialogue import PARIS, a_moment, a_session, some_organisations
from tests.factories.rows import a_person

HOSTILE = "<script>alert(1)</script> \u202e'; DROP TABLE x;-- {{ 7*7 }} %s"


def titles(session: Session) -> list[str]:
    return [moment.title for moment in moments_of(session)]


def seen(session: Session) -> int:
    return Session.objects.get(pk=session.pk).programme_version


@pytest.fixture
def day(animator):
    session = a_session(animator)
    for title in ("A", "B", "C", "D"):
        a_moment(session, animator, title)
    session.refresh_from_db()
    return session


def moment(day: Session, title: str) -> AgendaMoment:
    return day.moments.get(title=title)


def test_moments_move_up_and_down_and_times_follow(day, animator):
    move_moment(moment=moment(day, "C"), before=str(moment(day, "A").uid), seen=seen(day), by=animator)
    move_moment(moment=moment(day, "A"), before="", seen=seen(day), by=animator)

    assert titles(day) == ["C", "B", "D", "A"]
    assert [each.position for each in moments_of(day)] == [0, 1, 2, 3]
    times = [f"{each.starts_at.astimezone(PARIS):%H:%M}" for each in times_of(day, moments_of(day))]
    assert times == ["09:30", "10:00", "10:30", "11:00"]


def test_a_session_in_preparation_is_deleted_while_nobody_brought_anything(animator):
    empty, noted = (a_session(animator, number=number, announced=False) for number in (31, 32))
    for session in (empty, noted):
        a_moment(session, animator, "Échanges")
    write_note(moment=noted.moments.get(), text="À garder", key=uuid.uuid4(), by=animator)

    delete_session(session=empty, by=animator)
    for kept in (noted, a_session(animator, number=33)):
        with pytest.raises(Refused, match="session_has_memory"):
            delete_session(session=kept, by=animator)
    with pytest.raises(Refused, match="animators_only"):
        delete_session(session=noted, by=a_person("v@exemple.test", Role.VISITOR))

    assert [session.number for session in Session.objects.order_by("number")] == [32, 33]
    assert Event.objects.filter(target_key=str(empty.uid), verb=Verb.REMOVED).get().snapshot["moments"]


def test_two_animateurs_who_move_different_moments_both_see_theirs_moved(day, animator):
    other = a_person("autre@exemple.test")
    both_saw = seen(day)

    move_moment(moment=moment(day, "D"), before=str(moment(day, "A").uid), seen=both_saw, by=animator)
    move_moment(moment=moment(day, "A"), before=str(moment(day, "C").uid), seen=both_saw, by=other)

    assert titles(day) == ["D", "B", "A", "C"]


def test_the_second_who_moves_the_same_moment_is_told_and_the_first_move_stands(day, animator):
    other = a_person("autre@exemple.test")
    both_saw = seen(day)
    move_moment(moment=moment(day, "D"), before=str(moment(day, "A").uid), seen=both_saw, by=animator)

    with pytest.raises(Refused, match="moment_moved_meanwhile"):
        move_moment(moment=moment(day, "D"), before=str(moment(day, "C").uid), seen=both_saw, by=other)

    assert titles(day) == ["D", "A", "B", "C"]


def test_one_moves_while_the_other_writes_and_both_are_kept(day, animator):
    other = a_person("autre@exemple.test")
    both_saw = seen(day)
    move_moment(moment=moment(day, "B"), before="", seen=both_saw, by=animator)

    change_moment(
        moment=moment(day, "B"), fields=MomentFields(kind="testimony", title="B2", minutes=45), seen=both_saw, by=other
    )

    assert titles(day) == ["A", "C", "D", "B2"]


def test_the_same_words_changed_twice_are_refused_the_second_time(day, animator):
    both_saw = seen(day)
    first, second = (MomentFields(kind="exchange", title=title, minutes=30) for title in ("Premier", "Second"))
    row = moment(day, "B")
    change_moment(moment=row, fields=first, seen=both_saw, by=animator)

    with pytest.raises(Refused, match="moment_changed_meanwhile"):
        change_moment(moment=row, fields=second, seen=both_saw, by=animator)
    with pytest.raises(Refused, match="moment_changed_meanwhile"):
        remove_moment(moment=row, seen=both_saw, by=animator)

    assert titles(day) == ["A", "Premier", "C", "D"]


def test_a_moment_taken_away_is_kept_by_the_log_and_cannot_be_written(day, animator):
    row = moment(day, "B")
    remove_moment(moment=row, seen=seen(day), by=animator)

    with pytest.raises(Refused, match="moment_gone"):
        change_moment(moment=row, fields=MomentFields(kind="exchange", minutes=5), seen=seen(day), by=animator)
    with pytest.raises(Refused, match="moment_gone"):
        move_moment(moment=moment(day, "A"), before=str(row.uid), seen=seen(day), by=animator)

    assert [each.position for each in moments_of(day)] == [0, 1, 2]
    assert Event.objects.order_by("-id")[0].facts["removed"]["title"] == "B"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "nap", "minutes": 30}, "code_unknown"),
        ({"kind": "break", "minutes": 0}, "moment_lasts"),
        ({"kind": "break", "minutes": 721}, "moment_lasts"),
        ({"kind": "break", "minutes": 5, "speakers": ("personne",)}, "organisation_unknown"),
    ],
    ids=["kind", "too short", "too long", "speaker"],
)
def test_a_moment_that_makes_no_sense_is_refused(day, animator, fields, code):
    with pytest.raises(Invalid, match=code):
        add_moment(session=day, fields=MomentFields(**fields), by=animator)

    assert titles(day) == ["A", "B", "C", "D"]


def test_only_animateurs_write_the_programme(day, animator):
    visitor = a_person("visiteur@exemple.test", role="contributor")
    row = moment(day, "A")

    for write in (
        lambda: add_moment(session=day, fields=MomentFields(kind="break", minutes=5), by=visitor),
        lambda: change_moment(moment=row, fields=MomentFields(kind="break", minutes=5), seen=99, by=visitor),
        lambda: move_moment(moment=row, before="", seen=99, by=visitor),
        lambda: remove_moment(moment=row, seen=99, by=visitor),
        lambda: publish_programme(session=day, by=visitor),
        lambda: prepare_session(fields=fields_of(day), by=visitor),
    ):
        with pytest.raises(Refused, match="animators_only"):
            write()


def test_each_published_programme_says_what_changed(day, animator):
    first = publish_programme(session=day, by=animator)
    again = publish_programme(session=day, by=animator)
    sequence = Session.objects.get(pk=day.pk).sequence
    change_moment(
        moment=moment(day, "A"),
        fields=MomentFields(kind="exchange", title="A", minutes=45, room="Salle 2"),
        seen=seen(day),
        by=animator,
    )
    remove_moment(moment=moment(day, "D"), seen=seen(day), by=animator)
    a_moment(day, animator, "E")

    second = publish_programme(session=day, by=animator)

    assert (first.number, again.number, second.number) == (1, 1, 2)
    assert first.changes == []
    told = [(each["code"], each["title"]) for each in second.changes]
    assert told == [
        ("removed", "D"),
        ("lasts", "A"),
        ("room", "A"),
        ("moved", "B"),
        ("moved", "C"),
        ("added", "E"),
    ]
    assert Session.objects.get(pk=day.pk).sequence == sequence + 1


def test_alarms_are_told_with_the_seats_on_offer(animator):
    (speaker,) = some_organisations(1)
    session = a_session(animator, seats=30)
    a_moment(session, animator, "Plénière", room_seats=25, speakers=(speaker.slug,))
    a_moment(session, animator, "À côté", room_seats=4, speakers=(speaker.slug,), beside=True)

    assert [each.reason.code for each in alarms_of(session, moments_of(session))] == ["speaker_twice", "room_too_small"]


def test_two_who_change_the_same_session_do_not_lose_a_word(day, animator):
    version = version_of_session(day)
    change_session(session=day, fields=replace(fields_of(day), place="Arras"), seen=version, by=animator)

    with pytest.raises(Refused, match="edited_meanwhile"):
        change_session(session=day, fields=replace(fields_of(day), place="Lille"), seen=version, by=animator)

    assert Session.objects.get(pk=day.pk).place == "Arras"


def test_hostile_words_are_kept_as_they_are_and_run_nothing(day, animator):
    a_moment(day, animator, HOSTILE, details=HOSTILE)

    assert titles(day)[-1] == " ".join(HOSTILE.split())
    assert publish_programme(session=day, by=animator).plain["moments"][-1]["details"] == HOSTILE


def test_drafts_are_for_animateurs(animator):
    a_session(animator, number=23, announced=False)

    assert session_numbered(23, user=animator).number == 23
    for user in (None, a_person("autre@exemple.test", role="contributor")):
        with pytest.raises(Unknown, match="session_unknown"):
            session_numbered(23, user=user)


def test_a_number_is_given_once(animator):
    a_session(animator)

    with pytest.raises(Refused, match="session_number_taken"):
        a_session(animator)


def test_the_database_refuses_an_undocumented_session_that_says_something(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(number=7, documentation=Documentation.NONE, title="Inventé")
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(number=7, documentation=Documentation.SOURCED, title="Sans source")


def test_an_undocumented_session_is_not_written_without_its_source(animator):
    row = Session.objects.create(number=7, documentation=Documentation.NONE, state="held")

    with pytest.raises(Refused, match="session_undocumented"):
        change_session(session=row, fields=fields_of(row), seen=version_of_session(row), by=animator)


def test_moments_read_in_as_many_queries_for_one_or_forty(animator, django_assert_num_queries):
    session = a_session(animator)
    for number in range(40):
        a_moment(session, animator, str(number), minutes=5)

    with django_assert_num_queries(2):
        assert len(times_of(session, moments_of(session))) == 40
