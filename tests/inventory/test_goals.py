"""Goals of sheets and needs: suggested, decided once and remembered, counted once; a territory's own targets."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.models import Event, Role, User
from maillage.core.errors import Invalid, Refused
from maillage.core.vocabulary import GoalRole, Status
from maillage.inventory.actions import (
    absorb_programme,
    archive_local_target,
    judge_goal,
    load_vocabulary,
    put_local_target,
    put_programmes,
    release_programme,
    review_need,
    signal_need,
    suggest_goals,
)
from maillage.inventory.goals import Mark, coverage, goals_to_review, local_targets, marks, sheets_of_goal
from maillage.inventory.models import LocalTarget, Programme, SdgTag, TagState
from maillage.inventory.queries import programme_record, whole_programmes
from tests.factories.places import make_places
from tests.factories.records import a_programme

pytestmark = pytest.mark.django_db
WATER = a_programme(
    "Eau potable des bourgs", slug="eau", description="Rénover le réseau d’eau potable.", categories=("eau-potable",)
)
DECLARED = a_programme("Énergies", slug="energies", description="Un conseil.", sdgs=(7, 13))


@pytest.fixture
def places(db):
    load_vocabulary()
    made = make_places()
    put_programmes([WATER, DECLARED], by=None)
    return made


@pytest.fixture
def animator(db) -> User:
    return User.objects.create_user("a@exemple.test", "un-mot-de-passe-long", role=Role.ANIMATOR)


def water() -> Programme:
    return Programme.objects.get(slug="eau")


def counted(goal: int) -> tuple[int, int, int, int, int]:
    one = coverage()[goal - 1]
    return one.direct, one.indirect, one.obstacle, one.declared, one.suggested


def test_a_suggestion_waits_with_its_two_reasons_and_again_changes_nothing(places):
    first = suggest_goals()
    tag = SdgTag.objects.get(programme=water(), goal=6)
    events = Event.objects.count()
    again = suggest_goals()

    assert (first.made, tag.state, tag.role) == (1, "suggested", "direct")
    assert [code for code, _ in tag.reasons] == ["goal_words", "goal_subjects"]
    assert (again.made, again.kept, again.dropped, Event.objects.count()) == (0, 1, 0, events)
    assert counted(6) == (0, 0, 0, 0, 1)


def test_what_a_person_decided_is_remembered_for_ever(places, animator):
    suggest_goals()
    judge_goal(about=water(), goal=6, state=TagState.REFUSED, by=animator)

    suggest_goals()

    assert SdgTag.objects.get(programme=water(), goal=6).state == TagState.REFUSED
    assert counted(6) == (0, 0, 0, 0, 0)
    assert list(goals_to_review()) == []


def test_an_accepted_goal_has_its_role_its_target_and_who_said_so(places, animator):
    suggest_goals()
    judge_goal(about=water(), goal=6, state=TagState.ACCEPTED, role=GoalRole.INDIRECT, target="6.1", by=animator)
    suggest_goals()

    tag = SdgTag.objects.get(programme=water(), goal=6)
    event = Event.objects.filter(target_type="sdg_tag").latest("id")
    assert (tag.state, tag.role, tag.target, tag.decided_by) == ("accepted", "indirect", "6.1", animator)
    assert (event.by, event.facts["goal"], event.facts["target"]) == (animator, 6, "6.1")
    assert counted(6) == (0, 1, 0, 0, 0)


def test_a_suggestion_whose_sheet_changed_its_subject_goes(places):
    suggest_goals()
    put_programmes([a_programme("Eau potable des bourgs", slug="eau", description="Rénover.", categories=())], by=None)

    assert suggest_goals().dropped == 1


def test_a_sheet_counts_once_per_goal_at_its_surest(places, animator):
    energies = Programme.objects.get(slug="energies")
    assert counted(7) == (0, 0, 0, 1, 0)

    judge_goal(about=energies, goal=7, state=TagState.ACCEPTED, role=GoalRole.OBSTACLE, by=animator)
    judge_goal(about=energies, goal=13, state=TagState.REFUSED, by=animator)

    assert (counted(7), counted(13)) == ((0, 0, 1, 0, 0), (0, 0, 0, 0, 0))
    assert marks()["energies"] == {7: Mark.OBSTACLE}
    assert sheets_of_goal(7, {"eau"}) == []
    assert coverage({"eau"})[6].obstacle == 0


def test_a_need_has_goals_too_and_is_counted_apart(places, animator):
    need = signal_need(
        text="Une fuite sur le réseau d’eau potable", territory=None, by=None, categories=("eau-potable",)
    )
    review_need(need=need, to=Status.PUBLISHED, by=animator)
    suggest_goals()
    judge_goal(about=need, goal=6, state=TagState.ACCEPTED, by=animator)

    assert coverage()[5].needs == 1
    assert SdgTag.objects.get(need=need).state == "accepted"


def test_what_was_decided_follows_a_sheet_into_another_and_comes_back(places, animator):
    energies = Programme.objects.get(slug="energies")
    judge_goal(about=energies, goal=6, state=TagState.REFUSED, by=animator)
    judge_goal(about=energies, goal=7, state=TagState.ACCEPTED, by=animator)
    judge_goal(about=water(), goal=7, state=TagState.REFUSED, by=animator)
    suggest_goals()
    record = programme_record(whole_programmes().get(slug="eau"))

    carried = absorb_programme(kept=water(), absorbed=energies, record=record, by=animator)
    suggest_goals()
    assert {tag.goal: tag.state for tag in SdgTag.objects.filter(programme=water())} == {6: "refused", 7: "refused"}

    release_programme(
        kept=water(), absorbed=Programme.objects.get(slug="energies"), record=record, carried=carried, by=animator
    )
    assert {tag.goal: tag.state for tag in SdgTag.objects.filter(programme=energies)} == {6: "refused", 7: "accepted"}
    assert suggest_goals().made == 1, "the kept sheet is suggested its goal again"


def test_who_may_decide_and_what_is_a_choice(places, animator):
    contributor = User.objects.create_user("c@exemple.test", "un-mot-de-passe-long", role=Role.CONTRIBUTOR)
    with pytest.raises(Refused, match="animators_only"):
        judge_goal(about=water(), goal=6, state=TagState.ACCEPTED, by=contributor)
    for wrong in ({"goal": 18}, {"goal": 6, "target": "11.7"}):
        with pytest.raises(Invalid, match="choice_unknown"):
            judge_goal(about=water(), state=TagState.ACCEPTED, by=animator, **wrong)


@pytest.mark.parametrize("wrong", [{"goal": 18}, {"role": "x"}, {"target": "99.9"}, {"state": "accepted"}])
def test_the_database_refuses_what_is_not_a_tag(places, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        SdgTag.objects.create(**{"programme": water(), "goal": 6} | wrong)


def test_a_tag_is_of_one_thing_once(places):
    SdgTag.objects.create(programme=water(), goal=6)
    for wrong in ({"programme": water(), "goal": 6}, {"goal": 6}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SdgTag.objects.create(**wrong)


TARGET = {"target": "6.4", "text": "Économiser 10 % d’eau", "source_url": "https://exemple.test/plan", "due_year": 2030}


def test_a_territorys_own_target_is_attached_to_one_of_the_169(places, animator):
    put_local_target(territory=places["DEP-62"], by=animator, **TARGET)
    put_local_target(territory=places["DEP-62"], by=animator, **TARGET | {"due_year": 2035})

    (row,) = local_targets(territories=["DEP-62"])
    assert (row.goal, row.due_year) == (6, 2035)
    assert (local_targets(territories=["DEP-34"]), local_targets(goal=11)) == ([], [])

    archive_local_target(row=row, by=animator)
    assert local_targets() == []
    assert LocalTarget.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"target": "99.9"}, {"text": " "}, {"text": "x" * 301}, {"source_url": "non"}, {"due_year": 1900}]
)
def test_a_wrong_local_target_is_refused_with_what_is_expected(places, animator, wrong):
    with pytest.raises(Invalid):
        put_local_target(territory=places["DEP-62"], by=animator, **TARGET | wrong)


@pytest.mark.parametrize("wrong", [{"target": "99.9"}, {"text": ""}, {"source_url": ""}, {"due_year": 1900}])
def test_the_database_refuses_a_wrong_local_target(places, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        LocalTarget.objects.create(territory=places["DEP-62"], **TARGET | wrong)
