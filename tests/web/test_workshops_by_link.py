"""The workshop page by the link of a registration: one's own seats and tables, and nobody else's notes."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.errors import Refused, Unknown
from maillage.dialogue.actions.attending import check_in
from maillage.dialogue.actions.noting import write_note
from maillage.dialogue.actions.programme import MomentFields, add_moment
from maillage.dialogue.actions.registering import cancel_registration, void_links
from maillage.dialogue.actions.seating import draw_seats
from maillage.dialogue.actions.workshops import begin_round, name_hosts, prepare_workshops
from maillage.dialogue.links import registration_word
from maillage.dialogue.models import Attendance, Note, Registration, Rotation, Session
from tests.factories.dialogue import a_session, asks, some_organisations
from tests.factories.rows import a_person, make_world
from tests.web.conftest import signed_in

TITLES = ("Mobilités", "Friches", "Premier kilomètre")


@pytest.fixture
def animator(db: None) -> User:
    make_world()
    return a_person()


@pytest.fixture
def day(animator: User) -> Rotation:
    """Nine delegates who came by their code, three workshops, the first round begun."""
    session = a_session(animator)
    Session.objects.filter(pk=session.pk).update(starts_at=timezone.now() + dt.timedelta(hours=1))
    session.refresh_from_db()
    for number, home in enumerate(some_organisations(9)):
        row = asks(session, home, animator, delegate_name=f"Personne {number}").registration
        check_in(session=session, code=row.code, by=animator)
    fields = MomentFields(kind="workshops", title="Trois ateliers", minutes=60)
    moment = add_moment(session=session, fields=fields, by=animator)
    rotation = draw_seats(rotation=prepare_workshops(moment=moment, titles=TITLES, by=animator), by=animator)
    return begin_round(rotation=rotation, seen=0, by=animator)


def delegate(number: int) -> Registration:
    return Registration.objects.get(organisation__slug=f"structure-{number}")


def page_of(registration: Registration, rotation: Rotation) -> str:
    return f"/dialogue/inscriptions/{registration_word(registration)}/ateliers/{rotation.uid}"


def table_of(registration: Registration, rotation: Rotation, turn: int = 0) -> int:
    return rotation.plan["seats"][str(Attendance.objects.get(registration=registration).uid)][turn]


def other_table(mine: int) -> int:
    return (mine + 1) % 3


def note(text: str) -> dict[str, str]:
    return {"note": text, "cle": str(uuid.uuid4())}


def test_a_delegate_without_an_account_reads_their_seats_and_hands_notes_over(day, animator):
    phone, mine = Client(), delegate(0)
    shown = phone.get(f"/dialogue/inscriptions/{registration_word(mine)}").content.decode()
    page = page_of(mine, day)
    assert page in shown, "the link of the letter leads to the workshop"

    for turn in range(3):
        shown = phone.get(page).content.decode()
        assert f"Ronde {turn + 1} sur 3" in shown
        assert "Personne 0" in shown
        assert "Personne 1" not in shown, "their own seats only"
        assert phone.post(page, note(f"trace {turn}")).status_code == 302
        begin_round(rotation=day, seen=turn + 1, by=animator) if turn < 2 else None

    rows = list(Note.objects.order_by("id"))
    assert [(row.round, row.workshop.position) for row in rows] == [(at, table_of(mine, day, at)) for at in range(3)]
    assert {(row.by, row.organisation.slug) for row in rows} == {(None, "structure-0")}


def test_a_link_reads_only_the_tables_its_delegate_has_been_at(day, animator):
    phone, mine = Client(), delegate(0)
    page, here = page_of(mine, day), table_of(mine, day)
    elsewhere = other_table(here)
    for workshop in day.workshops.all():
        text = f"laissé à {workshop.position}"
        write_note(moment=day.moment, text=text, key=uuid.uuid4(), by=animator, workshop=workshop)

    assert f"laissé à {here}" in phone.get(page).content.decode()
    assert phone.get(f"{page}?atelier={elsewhere}").status_code == 403
    assert phone.post(f"{page}?atelier={elsewhere}", note("ailleurs")).status_code == 403
    begin_round(rotation=day, seen=1, by=animator)
    past = phone.get(f"{page}?atelier={here}").content.decode()
    assert f"laissé à {here}" in past
    assert "<textarea" not in past, "one writes at the table where one sits"
    refused = phone.post(f"{page}?atelier={here}", note("trop tard ici"))
    assert (refused.status_code, "trop tard ici" in refused.content.decode()) == (409, True)
    assert not Note.objects.filter(text__startswith="trop tard").exists()


def test_an_expired_a_stolen_or_a_forged_link_opens_nothing(day, animator):
    phone, mine = Client(), delegate(0)
    page = page_of(mine, day)
    assert phone.get(page).status_code == 200

    assert phone.get(page.replace("~", "~x")).status_code == 404
    void_links(registration=mine, by=animator)
    assert phone.get(page).status_code == 404
    assert phone.post(page, note("volé")).status_code == 404
    fresh = page_of(delegate(0), day)
    assert phone.get(fresh).status_code == 200
    Session.objects.update(starts_at=timezone.now() - dt.timedelta(days=2))
    assert phone.get(fresh).status_code == 404
    assert Note.objects.count() == 0


def test_a_link_replaced_while_one_writes_writes_nothing(day, animator):
    held = delegate(0)
    void_links(registration=delegate(0), by=animator)
    workshop = day.workshops.get(position=table_of(held, day))

    with pytest.raises(Unknown, match="registration_link_unknown"):
        write_note(moment=day.moment, text="volé", key=uuid.uuid4(), by=None, link=held, workshop=workshop)


def test_who_has_not_come_in_who_cancelled_and_another_session_read_nothing(day, animator):
    phone = Client()
    absent, gone = delegate(1), delegate(2)
    Attendance.objects.filter(registration=absent).delete()
    cancel_registration(registration=gone, by=animator)
    gone.refresh_from_db()
    other = a_session(animator, number=23)
    stranger = asks(other, Registration.objects.get(pk=absent.pk).organisation, animator).registration
    check_in(session=other, code=stranger.code, by=animator)

    for registration, status in ((absent, 409), (gone, 409), (stranger, 404)):
        page = page_of(registration, day)
        assert phone.get(page).status_code == phone.post(page, note("non")).status_code == status
    workshop = day.workshops.first()
    for registration in (absent, gone, stranger):
        with pytest.raises(Refused, match="notes_not_yours"):
            write_note(moment=day.moment, text="x", key=uuid.uuid4(), by=None, link=registration, workshop=workshop)
    assert Note.objects.count() == 0


def test_a_link_opens_neither_the_notes_of_the_moment_nor_the_sheets_nor_the_desk(day):
    phone, mine = Client(), delegate(0)
    phone.get(page_of(mine, day))

    for address in (f"/dialogue/moments/{day.moment.uid}/notes", f"/dialogue/ateliers/{day.uid}/feuilles"):
        assert phone.get(address).status_code == 302
    with pytest.raises(Refused, match="table_not_yours"):
        write_note(moment=day.moment, text="x", key=uuid.uuid4(), by=None, link=mine)


def test_who_hosts_keeps_their_table_at_each_round(animator):
    session = a_session(animator)
    for number, home in enumerate(some_organisations(7)):
        row = asks(session, home, animator, delegate_name=f"Personne {number}").registration
        check_in(session=session, code=row.code, by=animator)
    moment = add_moment(session=session, fields=MomentFields(kind="workshops", title="A", minutes=60), by=animator)
    rotation = prepare_workshops(moment=moment, titles=TITLES, by=animator)
    host = delegate(3)
    rotation = name_hosts(rotation=rotation, hosts=[None, None, host.attendances.get()], by=animator)
    rotation = begin_round(rotation=draw_seats(rotation=rotation, by=animator), seen=0, by=animator)

    page = page_of(host, rotation)
    for turn in range(2):
        shown = Client().get(page).content.decode()
        assert "Vous accueillez" in shown
        assert '<h2 lang="fr">Premier kilomètre</h2>' in shown
        assert Client().post(page, note(f"accueil {turn}")).status_code == 302
        begin_round(rotation=rotation, seen=turn + 1, by=animator)
    assert [row.workshop.position for row in Note.objects.order_by("id")] == [2, 2]


def test_an_account_signed_in_on_the_same_phone_changes_nothing_to_a_link(day):
    stranger = signed_in(a_person("v@exemple.test", "visitor"))

    assert stranger.get(page_of(delegate(0), day)).status_code == 200
    assert stranger.get(f"/dialogue/ateliers/{day.uid}").status_code == 403
