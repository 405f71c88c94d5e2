"""Topics proposed and chosen with dots: eight each, ties left to people, the choice recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.attending import check_in
from maillage.dialogue.actions.programme import MomentFields, add_moment
from maillage.dialogue.actions.seating import draw_seats
from maillage.dialogue.actions.topics import (
    TOPICS,
    close_topics,
    keep_topics,
    merge_topics,
    open_topics,
    place_dots,
    propose_topic,
    withdraw_topic,
)
from maillage.dialogue.actions.workshops import begin_round
from maillage.dialogue.models import AgendaMoment, Attendance, Dot, Registration, Topic, TopicChoice
from maillage.dialogue.queries.members import Member
from maillage.dialogue.queries.topics import count_of, placing_for
from tests.factories.dialogue import a_session, asks, some_organisations
from tests.factories.rows import a_person


@pytest.fixture
def moment(animator: User) -> AgendaMoment:
    """Four organisations let in, a moment of workshops."""
    session = a_session(animator)
    for home in some_organisations(4):
        check_in(session=session, code=asks(session, home, animator).registration.code, by=animator)
    return add_moment(session=session, fields=MomentFields(kind="workshops", title="Ateliers", minutes=60), by=animator)


@pytest.fixture
def choice(moment: AgendaMoment, animator: User) -> TopicChoice:
    return open_topics(moment=moment, tables=2, by=animator)


def delegate(number: int) -> Member:
    row = Registration.objects.select_related("session").get(organisation__slug=f"structure-{number}")
    return Member(session=row.session, registration=row)


def person(number: int) -> Attendance:
    return Attendance.objects.get(organisation__slug=f"structure-{number}")


def some_topics(choice: TopicChoice, *titles: str) -> list[Topic]:
    return [propose_topic(choice=choice, title=title, member=delegate(at % 4)) for at, title in enumerate(titles)]


def place(topic: Topic, number: int, dots: int) -> int:
    return place_dots(topic=topic, person=person(number), dots=dots, member=delegate(number))


def dots_by_title(choice: TopicChoice) -> dict[str, int]:
    return {each.topic.title: each.dots for each in count_of(choice).topics}


def test_eight_dots_each_shared_as_one_likes_and_never_nine(choice):
    one, two = some_topics(choice, "Friches", "Mobilités")

    assert place(one, 0, 5) == 3
    assert place(two, 0, 3) == 0
    with pytest.raises(Refused, match="dots_spent"):
        place(one, 0, 6)
    assert place(one, 0, 2) == 3
    assert place(two, 0, 3) == 3, "sent again, nothing changes"
    assert place(two, 1, 8) == 0
    for dots in (-1, 9):
        with pytest.raises(Invalid, match="dots_out_of_range"):
            place(one, 2, dots)

    count = count_of(choice, person=person(0))
    assert dots_by_title(choice) == {"Friches": 2, "Mobilités": 11}
    assert [(each.mine, each.people) for each in count.topics] == [(2, 1), (3, 2)]
    assert (count.placed, count.people, count.left) == (13, 2, 3)


def test_the_database_itself_gives_nobody_a_ninth_dot(choice):
    (topic,) = some_topics(choice, "Friches")
    place(topic, 0, 8)

    for number in (1, 9, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dot.objects.create(choice=choice, topic=topic, attendance=person(0), number=number)


def test_nobody_places_the_dots_of_another_nor_of_who_left(choice, animator):
    (topic,) = some_topics(choice, "Friches")

    with pytest.raises(Refused, match="not_your_dots"):
        place_dots(topic=topic, person=person(1), dots=1, member=delegate(0))
    held = Member(session=choice.moment.session, user=animator)
    assert place_dots(topic=topic, person=person(1), dots=1, member=held) == 7, "an animateur holds the pen"
    Attendance.objects.filter(pk=person(0).pk).update(left_at=timezone.now())
    with pytest.raises(Refused, match="person_left"):
        place(topic, 0, 1)
    assert person(0) not in placing_for(delegate(0))
    assert Dot.objects.count() == 1


@pytest.mark.parametrize("role", [Role.VISITOR, Role.CONTRIBUTOR])
def test_who_did_not_come_neither_proposes_nor_places_and_does_not_lead(choice, role):
    (topic,) = some_topics(choice, "Friches")
    user = a_person("autre@exemple.test", role)
    stranger = Member(session=choice.moment.session, user=user)
    acts: list[Callable[[], object]] = [
        lambda: propose_topic(choice=choice, title="Autre", member=stranger),
        lambda: place_dots(topic=topic, person=person(0), dots=1, member=stranger),
        lambda: withdraw_topic(topic=topic, member=stranger),
    ]
    leads: list[Callable[[], object]] = [
        lambda: open_topics(moment=choice.moment, tables=2, by=user),
        lambda: merge_topics(topic=topic, into=None, by=user),
        lambda: close_topics(choice=choice, by=user),
        lambda: keep_topics(choice=choice, by=user),
    ]

    for act in acts:
        with pytest.raises(Refused, match="notes_not_yours"):
            act()
    for lead in leads:
        with pytest.raises(Refused, match="animators_only"):
            lead()


def test_the_same_words_are_one_topic_and_one_taken_back_may_return(choice):
    one, again = some_topics(choice, "Friches  à rendre", " friches à rendre ")
    assert one == again
    place(one, 0, 3)

    withdraw_topic(topic=one, member=delegate(0))

    assert (dots_by_title(choice), count_of(choice, person=person(0)).left) == ({}, 8), "dots are given back"
    with pytest.raises(Refused, match="topic_gone"):
        place(one, 0, 1)
    some_topics(choice, "Friches à rendre")
    assert dots_by_title(choice) == {"Friches à rendre": 0}
    with pytest.raises(Invalid, match="topic_empty"):
        some_topics(choice, " \x00 ")


def test_a_topic_others_chose_is_taken_back_by_an_animateur_only(choice, animator):
    (topic,) = some_topics(choice, "Friches")
    place(topic, 1, 1)

    with pytest.raises(Refused, match="topic_not_yours"):
        withdraw_topic(topic=topic, member=delegate(1))
    with pytest.raises(Refused, match="topic_chosen_by_others"):
        withdraw_topic(topic=topic, member=delegate(0))
    withdraw_topic(topic=topic, member=Member(session=choice.moment.session, user=animator))
    assert Dot.objects.count() == 0


def test_merged_topics_count_together_and_come_apart_with_their_dots(choice, animator):
    one, two, three = some_topics(choice, "Friches", "Recycler", "Mobilités")
    place(one, 0, 2)
    place(two, 0, 1)
    place(two, 1, 4)
    place(three, 1, 4)

    merge_topics(topic=two, into=one, by=animator)

    count = count_of(choice, person=person(0))
    assert [(each.topic.title, each.dots, each.people, each.mine) for each in count.topics] == [
        ("Friches", 7, 2, 3),
        ("Mobilités", 4, 1, 0),
    ]
    assert place(one, 1, 2) == 2, "what a person has on either counts as one"
    with pytest.raises(Refused, match="topic_gone"):
        place(two, 0, 1)
    with pytest.raises(Refused, match="topic_into_itself"):
        merge_topics(topic=one, into=two, by=animator)
    merge_topics(topic=one, into=three, by=animator)
    assert dots_by_title(choice) == {"Mobilités": 9}, "what was merged follows"
    merge_topics(topic=two, into=None, by=animator)
    merge_topics(topic=one, into=None, by=animator)
    assert dots_by_title(choice) == {"Friches": 2, "Recycler": 3, "Mobilités": 4}
    withdraw_topic(topic=one, member=delegate(0))
    assert dots_by_title(choice) == {"Recycler": 3, "Mobilités": 4}


def test_the_best_become_the_workshops_in_their_order(choice, animator):
    one, two, three = some_topics(choice, "Friches", "Mobilités", "Cofinancer")
    place(one, 0, 1)
    place(two, 0, 5)
    place(three, 1, 3)

    close_topics(choice=choice, by=animator)
    with pytest.raises(Refused, match="choice_not_open"):
        place(one, 2, 8)
    rotation = keep_topics(choice=choice, minutes=15, by=animator)

    assert [row.title for row in rotation.workshops.order_by("position")] == ["Mobilités", "Cofinancer"]
    assert rotation.minutes == 15
    choice.refresh_from_db()
    assert [(each["title"], each["dots"], each["kept"], each["by_hand"]) for each in choice.result] == [
        ("Mobilités", 5, True, False),
        ("Cofinancer", 3, True, False),
        ("Friches", 1, False, False),
    ]


def test_a_tie_is_told_chosen_by_hand_and_recorded(choice, animator):
    one, two, three = some_topics(choice, "Friches", "Mobilités", "Cofinancer")
    place(one, 0, 4)
    place(two, 1, 2)
    place(three, 2, 2)
    with pytest.raises(Refused, match="choice_not_closed"):
        keep_topics(choice=choice, by=animator)
    close_topics(choice=choice, by=animator)

    for picked in ([], [str(two.uid), str(three.uid)], [str(one.uid)], [str(two.uid), str(one.uid)], ["x"]):
        with pytest.raises(Refused, match="topics_tied"):
            keep_topics(choice=choice, picked=picked, by=animator)
    rotation = keep_topics(choice=choice, picked=[str(three.uid)], by=animator)

    assert [row.title for row in rotation.workshops.order_by("position")] == ["Friches", "Cofinancer"]
    choice.refresh_from_db()
    assert {each["title"] for each in choice.result if each["by_hand"]} == {"Cofinancer"}
    opened = open_topics(moment=choice.moment, tables=3, by=animator)
    assert (opened.pk, opened.result, dots_by_title(opened)["Friches"]) == (choice.pk, [], 4), "open again, dots kept"


def test_what_cannot_be_opened_or_closed_says_so(choice, moment, animator):
    some_topics(choice, "seul")
    with pytest.raises(Refused, match="too_few_topics"):
        close_topics(choice=choice, by=animator)
    for tables in (1, 7):
        with pytest.raises(Invalid, match="workshops_out_of_range"):
            open_topics(moment=moment, tables=tables, by=animator)
    other = add_moment(session=moment.session, fields=MomentFields(kind="break", minutes=10), by=animator)
    with pytest.raises(Refused, match="not_a_workshop_moment"):
        open_topics(moment=other, tables=2, by=animator)
    some_topics(choice, "deux")
    close_topics(choice=choice, by=animator)
    rotation = keep_topics(choice=choice, by=animator)
    begin_round(rotation=draw_seats(rotation=rotation, by=animator), seen=0, by=animator)
    with pytest.raises(Refused, match="rotation_begun"):
        open_topics(moment=moment, tables=2, by=animator)


def test_topics_do_not_pile_up_for_ever(choice):
    Topic.objects.bulk_create(Topic(choice=choice, title=f"sujet {at}") for at in range(TOPICS))

    with pytest.raises(Refused, match="too_many_topics"):
        some_topics(choice, "un de trop")
    assert some_topics(choice, "sujet 3")[0].title == "sujet 3"


@pytest.mark.parametrize("size", [1, 3, 60])
def test_the_count_costs_the_same_however_many_dots(choice, size, django_assert_num_queries):
    rows = Topic.objects.bulk_create(Topic(choice=choice, title=f"sujet {at}") for at in range(size))
    for number in range(4):
        Dot.objects.bulk_create(
            Dot(choice=choice, topic=rows[at % size], attendance=person(number), number=at + 1) for at in range(8)
        )

    looks = person(0)

    with django_assert_num_queries(2):
        assert count_of(choice, person=looks).placed == 32
