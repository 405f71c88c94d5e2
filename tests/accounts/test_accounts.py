"""People, roles, and the log of what was done."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from maillage.accounts.actions import Happened, become_contributor, delete_account, name_animator, record_events
from maillage.accounts.models import Event, Role, User, Verb
from maillage.accounts.queries import export_of, history_of, snapshot_on, touched_by_people
from maillage.config import settings as own_settings
from tests.factories.rows import a_person

pytestmark = pytest.mark.django_db
PASSWORD = "une phrase assez longue"


def log(
    key: str, *, verb: Verb = Verb.CHANGED, by: User | None = None, at: dt.datetime | None = None, **snapshot
) -> None:
    record_events(by=by, happened=[Happened(verb=verb, target_type="thing", target_key=key, snapshot=snapshot or None)])
    if at:
        Event.objects.filter(pk=Event.objects.order_by("-id").first().pk).update(at=at)


def test_passwords_are_kept_by_the_slow_sum_of_django():
    assert not hasattr(own_settings, "PASSWORD_HASHERS"), "Django's own choice grows with the years"


def test_a_batch_of_events_shares_one_instant_and_grows_in_order():
    things = [Happened(verb=Verb.CREATED, target_type="thing", target_key=str(rank)) for rank in range(3)]

    record_events(by=None, happened=things)

    rows = list(Event.objects.order_by("id"))
    assert [row.target_key for row in rows] == ["0", "1", "2"]
    assert len({row.at for row in rows}) == 1


def test_a_day_ends_at_midnight_in_paris():
    paris = zoneinfo.ZoneInfo("Europe/Paris")
    log("a", title="matin", at=dt.datetime(2026, 7, 1, 8, 0, tzinfo=paris))
    log("a", title="23 h 59", at=dt.datetime(2026, 7, 1, 23, 59, tzinfo=paris))
    log("a", title="minuit", at=dt.datetime(2026, 7, 2, 0, 0, tzinfo=paris))

    known = [snapshot_on(target_type="thing", target_key="a", day=dt.date(2026, 7, day)) for day in (1, 2)]

    assert known == [{"title": "23 h 59"}, {"title": "minuit"}]
    assert snapshot_on(target_type="thing", target_key="a", day=dt.date(2026, 6, 30)) is None


def test_an_event_without_snapshot_does_not_hide_the_state_before_it():
    log("a", title="état")
    log("a", verb=Verb.SIGNALLED)

    assert snapshot_on(target_type="thing", target_key="a", day=dt.date(2100, 1, 1)) == {"title": "état"}


def test_history_is_the_newest_first_and_only_of_this_object(django_assert_num_queries):
    person = a_person()
    for verb in (Verb.CREATED, Verb.CHANGED, Verb.PUBLISHED):
        log("a", verb=verb, by=person)
    log("b")

    with django_assert_num_queries(1):
        told = [(event.verb, str(event.by)) for event in history_of(target_type="thing", target_key="a")]

    assert told == [(verb, person.email) for verb in ("published", "changed", "created")]


def test_what_people_touched_is_told_apart_from_what_programs_wrote():
    log("by a program")
    log("by a person", by=a_person())

    assert touched_by_people(target_type="thing") == {"by a person"}


@pytest.mark.parametrize(
    ("role", "contributes", "animates"),
    [(Role.VISITOR, False, False), (Role.CONTRIBUTOR, True, False), (Role.ANIMATOR, True, True)],
)
def test_each_role_includes_the_one_before(role, contributes, animates):
    user = User(email="x@exemple.test", role=role)

    assert (user.is_contributor, user.is_animator) == (contributes, animates)


def test_an_unknown_role_or_verb_is_refused_by_the_database():
    for row in (User(email="x@exemple.test", role="king"), Event(at=dt.datetime.now(dt.UTC), verb="ate")):
        with pytest.raises(IntegrityError, match=r"user_role_known|event_verb_known"), transaction.atomic():
            row.save()


def test_the_first_animator_gets_a_confirmed_account():
    user = name_animator(email="Claire@Exemple.test", name="Claire", password=PASSWORD)

    assert (user.email, user.name, user.role) == ("claire@exemple.test", "Claire", Role.ANIMATOR)
    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert Event.objects.get().facts == {"role": "animator"}


def test_an_account_already_confirmed_keeps_its_password():
    first = name_animator(email="claire@exemple.test", password=PASSWORD)

    again = name_animator(email="claire@exemple.test", name="Claire D.", password="une autre phrase longue")

    assert again == first
    assert again.check_password(PASSWORD)
    assert User.objects.count() == 1


def test_rights_never_go_to_the_password_of_an_address_nobody_confirmed():
    stranger = a_person("claire@exemple.test", role=Role.VISITOR)
    stranger.set_password("le mot de passe d'un autre")
    stranger.save()

    user = name_animator(email="claire@exemple.test", password=PASSWORD)

    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(("email", "password"), [("pas une adresse", PASSWORD), ("x@exemple.test", "1234")])
def test_a_wrong_address_or_a_weak_password_makes_no_account(email, password):
    with pytest.raises(ValidationError):
        name_animator(email=email, password=password)

    assert User.objects.count() == Event.objects.count() == 0


def test_a_visitor_becomes_a_contributor_and_an_animator_stays_one():
    visitor, animator = a_person("v@exemple.test", Role.VISITOR), a_person("a@exemple.test", Role.ANIMATOR)

    assert become_contributor(user=visitor, name="  Zoé  ").role == Role.CONTRIBUTOR
    assert become_contributor(user=animator).role == Role.ANIMATOR
    visitor.refresh_from_db()
    assert visitor.name == "Zoé"


def test_a_deleted_account_leaves_its_work_without_its_name():
    person = a_person()
    log("a", by=person, title="travail")

    delete_account(user=person)

    event = Event.objects.get()
    assert (event.by, event.snapshot) == (None, {"title": "travail"})
    assert "animatrice" not in str(Event.objects.values())


def test_the_export_of_an_account_holds_its_data_and_nobody_else_s():
    person, other = a_person(name="Zoé"), a_person("autre@exemple.test")
    log("mine", by=person)
    log("theirs", by=other)

    told = str(export_of(person))

    assert person.email in told
    assert "mine" in told
    assert "theirs" not in told
    assert other.email not in told
    assert "password" not in told
