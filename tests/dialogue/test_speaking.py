"""Speaking time: the server's clock, one at a time, two animateurs at once, a time by hand kept once."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.accounts.models import Event, Role, User
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.attending import check_in
from maillage.dialogue.actions.speaking import drop_turn, end_turn, give_floor, note_time
from maillage.dialogue.models import AgendaMoment, SpeakingTurn
from maillage.dialogue.queries.speaking import floor_of, lasted, running_turn, speakers_of, turns_of
from tests.factories.dialogue import a_moment, a_session, asks, some_organisations
from tests.factories.rows import a_person


@pytest.fixture
def moment(animator: User) -> AgendaMoment:
    """Three organisations let in, a moment of exchanges."""
    session = a_session(animator)
    for home in some_organisations(4):
        row = asks(session, home, animator).registration
        if home.slug != "structure-3":
            check_in(session=session, code=row.code, by=animator)
    return a_moment(session, animator, "Échanges")


def home(number: int) -> Organisation:
    return Organisation.objects.get(slug=f"structure-{number}")


def at(monkeypatch: pytest.MonkeyPatch, seconds: int) -> dt.datetime:
    """The server's clock, so many seconds after noon."""
    now = dt.datetime(2027, 6, 10, 12, 0, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def test_giving_the_floor_stops_who_spoke_before_at_the_same_instant(moment, animator, monkeypatch):
    at(monkeypatch, 0)
    first = give_floor(moment=moment, organisation=home(0), seen="", by=animator)
    at(monkeypatch, 90)
    second = give_floor(moment=moment, organisation=home(1), seen=str(first.uid), by=animator)
    now = at(monkeypatch, 120)

    assert lasted(second, now=now) == 30
    assert end_turn(turn=second, by=animator).seconds == 30
    at(monkeypatch, 500)
    assert end_turn(turn=second, by=animator).seconds == 30, "ending twice is ending once"
    assert running_turn(moment) is None
    assert list(turns_of(moment.session).values_list("organisation__slug", "seconds")) == [
        ("structure-0", 90),
        ("structure-1", 30),
    ]


def test_two_animateurs_who_start_at_once_start_once_or_are_told(moment, animator):
    other = a_person("autre@exemple.test", Role.ANIMATOR)
    first = give_floor(moment=moment, organisation=home(0), seen="", by=animator)

    same = give_floor(moment=moment, organisation=home(0), seen="", by=other)
    assert same == first, "the same organisation begins once"
    with pytest.raises(Refused, match="floor_taken") as told:
        give_floor(moment=moment, organisation=home(1), seen="", by=other)

    assert told.value.facts["organisation"] == home(0).name
    assert SpeakingTurn.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SpeakingTurn.objects.create(moment=moment, organisation=home(1), started_at=timezone.now())


def test_a_turn_never_stopped_does_not_last_for_ever(moment, animator, monkeypatch):
    at(monkeypatch, 0)
    turn = give_floor(moment=moment, organisation=home(0), seen="", by=animator)
    at(monkeypatch, 3 * 24 * 3600)

    assert end_turn(turn=turn, by=animator).seconds == 6 * 3600


def test_a_time_by_hand_is_kept_once_and_bounded(moment, animator):
    key = uuid.uuid4()

    one, again = (note_time(moment=moment, organisation=home(0), seconds=75, key=key, by=animator) for _ in range(2))

    assert (one, SpeakingTurn.objects.count(), one.started_at) == (again, 1, None)
    for seconds in (0, -60, 6 * 3600 + 1):
        with pytest.raises(Invalid, match="speaking_out_of_range"):
            note_time(moment=moment, organisation=home(0), seconds=seconds, key=uuid.uuid4(), by=animator)


def test_a_mistake_is_taken_out_and_stays_in_the_log(moment, animator):
    turn = note_time(moment=moment, organisation=home(0), seconds=75, key=uuid.uuid4(), by=animator)

    drop_turn(turn=turn, by=animator)
    drop_turn(turn=turn, by=animator)

    assert not SpeakingTurn.objects.exists()
    event = Event.objects.get(target_type="speaking_turn", verb="removed")
    assert event.facts == {"organisation": str(home(0).uid), "seconds": 75}


def test_only_who_is_there_or_announced_has_the_floor(moment, animator):
    with pytest.raises(Refused, match="speaker_not_here"):
        give_floor(moment=moment, organisation=home(3), seen="", by=animator)
    with pytest.raises(Refused, match="speaker_not_here"):
        note_time(moment=moment, organisation=home(3), seconds=9, key=uuid.uuid4(), by=animator)

    moment.speakers.add(home(3))

    assert give_floor(moment=moment, organisation=home(3), seen="", by=animator)
    assert [one.slug for one in speakers_of(moment)] == [f"structure-{number}" for number in range(4)]


@pytest.mark.parametrize("role", [Role.VISITOR, Role.CONTRIBUTOR])
def test_only_animateurs_time(moment, animator, role):
    other = a_person("autre@exemple.test", role)
    turn = give_floor(moment=moment, organisation=home(0), seen="", by=animator)

    for act in (
        lambda: give_floor(moment=moment, organisation=home(1), seen=str(turn.uid), by=other),
        lambda: end_turn(turn=turn, by=other),
        lambda: drop_turn(turn=turn, by=other),
        lambda: note_time(moment=moment, organisation=home(1), seconds=9, key=uuid.uuid4(), by=other),
    ):
        with pytest.raises(Refused, match="animators_only"):
            act()


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_shares_hold_the_silent_too_and_cost_two_queries(moment, animator, count, django_assert_num_queries):
    moment.speakers.add(home(3))
    note_time(moment=moment, organisation=home(3), seconds=60, key=uuid.uuid4(), by=animator)
    SpeakingTurn.objects.bulk_create(
        SpeakingTurn(moment=moment, organisation=home(0), seconds=1, by=animator) for _ in range(count)
    )

    with django_assert_num_queries(2):
        floor = floor_of(moment.session, list(turns_of(moment.session)), now=timezone.now())

    names = {floor.names[share.key]: share for share in floor.organisations}
    assert floor.seconds == 60 + count
    assert names["Structure 0"].part == pytest.approx(count / (60 + count))
    assert names["Structure 1"].seconds == 0
    assert names["Structure 1"].expected == pytest.approx(1 / 3)
    assert names["Structure 3"].expected == 0, "announced, not noted as present"
    assert {share.key for share in floor.echelons} == {"LOCAL"}
