"""The pages of the space of dialogue: who sees what, what each gesture does, and what several people do at once."""

from __future__ import annotations

import csv
import io
import re

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.models import Role, User
from maillage.dialogue.actions.attending import check_in
from maillage.dialogue.actions.loading import load_history
from maillage.dialogue.actions.programme import publish_programme
from maillage.dialogue.actions.registering import invite
from maillage.dialogue.history import documented_cycles, documented_sessions
from maillage.dialogue.links import invitation_word, registration_word
from maillage.dialogue.models import Attendance, Registration, Session
from maillage.work.models import Job
from tests.factories.dialogue import a_moment, a_session, asks, some_organisations, speaker_of
from tests.web.conftest import signed_in

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }}"
PREPARE = "/animation/dialogue/22"
MOMENT = {"kind": "exchange", "minutes": "30"}
DELEGATE = {"delegate_name": "Camille", "delegate_email": "camille@exemple.test", "mode": "on_site"}


@pytest.fixture
def leader(animator) -> User:
    """The animateur whose browser `animator` is."""
    return User.objects.get(role=Role.ANIMATOR)


@pytest.fixture
def session(leader) -> Session:
    return a_session(leader)


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def words(client: Client, address: str) -> str:
    """The page with plain spaces and no tags: what one reads."""
    text = re.sub(r"<[^>]+>", " ", page(client, address)).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(text.split())


PRIVATE = ("nouvelle", "22", "22/modifier", "22/inscriptions", "22/accueil")
POSTED = ("22/decision", "22/modele", "22/dates", "22/moments", "22/invitations", "22/entrer", "22/inscriptions/1")


@pytest.mark.parametrize("path", PRIVATE)
def test_pages_of_preparation_are_for_animateurs(session, client, contributor, animator, path):
    address = f"/animation/dialogue/{path}"

    assert client.get(address).status_code == 302
    assert contributor.get(address).status_code == 403
    assert animator.get(address).status_code == 200


@pytest.mark.parametrize("path", POSTED)
def test_gestures_of_preparation_are_for_animateurs(session, client, contributor, path):
    address = f"/animation/dialogue/{path}"

    assert client.post(address).status_code == 302
    assert contributor.post(address).status_code == 403
    assert not session.moments.exists()


def test_a_draft_does_not_exist_for_the_public(leader, animator, client, contributor):
    a_session(leader, number=23, announced=False)

    assert client.get("/dialogue/sessions/23").status_code == 404
    assert contributor.get("/dialogue/sessions/23").status_code == 404
    assert client.get("/dialogue/sessions/23.ics").status_code == 404
    assert "Session 23" not in words(client, "/dialogue")
    assert "Session 23" in words(animator, "/dialogue")


def test_a_draft_is_deleted_from_its_page_and_what_was_announced_is_not(leader, animator):
    a_session(leader, number=22)
    a_session(leader, number=23, announced=False)
    assert "Supprimer la session" in words(animator, "/animation/dialogue/23")
    assert "Supprimer la session" not in words(animator, PREPARE)

    gone = animator.post("/animation/dialogue/23/decision", {"decision": "supprimer"})
    kept = animator.post(f"{PREPARE}/decision", {"decision": "supprimer"}, follow=True)

    assert gone.headers["Location"] == "/dialogue"
    assert animator.get("/animation/dialogue/23").status_code == 404
    assert "elle ne se supprime pas" in kept.content.decode()


def test_what_is_documented_reads_as_it_was_and_the_rest_says_so(commons, client):
    load_history(cycles=documented_cycles(), sessions=documented_sessions())

    assert words(client, "/dialogue").count("non documentée") == 12
    assert "Rien n’est inventé ici" in words(client, "/dialogue/sessions/7")
    last = words(client, "/dialogue/sessions/21")
    assert "fin 2024, après le 12 novembre" in last
    assert "déduit" not in last
    assert "déduit" in words(client, "/dialogue/sessions/20")
    assert "21" in words(client, "/dialogue/cycles/mise-en-communs-2024")
    assert client.get("/dialogue/cycles/rien").status_code == 404


def test_a_session_is_prepared_from_nothing_to_a_public_programme(animator, client):
    said = {"number": "22", "title": "Investir ensemble", "mode": "on_site", "starts_at": "2027-06-10T09:30"}
    assert animator.post("/animation/dialogue/nouvelle", said).headers["Location"] == PREPARE
    animator.post(f"{PREPARE}/modele", {"modele": "plan:journee-ateliers"})
    assert "15:30" in words(animator, PREPARE)
    animator.post(f"{PREPARE}/decision", {"decision": "annoncer"})
    assert "Le programme n’est pas encore publié" in words(client, "/dialogue/sessions/22")
    animator.post(f"{PREPARE}/decision", {"decision": "publier"})

    shown = words(client, "/dialogue/sessions/22")

    assert "15:30 60 min Trois ateliers de 20 minutes" in shown
    assert "Inscrire ma structure" in shown
    assert Job.objects.filter(name="courriers-sessions").exists()


@pytest.mark.parametrize(
    ("day", "status"),
    [("2027-03-28T02:30", 400), ("2027-10-31T02:30", 400), ("2027-03-28T03:30", 302), ("n’importe", 400)],
    ids=["skipped by the clock", "read twice on the clock", "on that very day", "no date"],
)
def test_an_hour_that_no_clock_shows_once_is_refused(animator, day, status):
    said = {"number": "22", "title": "Nuit", "mode": "remote", "starts_at": day}

    assert animator.post("/animation/dialogue/nouvelle", said).status_code == status
    assert Session.objects.exists() == (status == 302)


def test_moments_move_by_buttons_and_a_stale_page_loses_nothing(session, leader, animator):
    first, second, third = (a_moment(session, leader, title) for title in ("Un", "Deux", "Trois"))
    session.refresh_from_db()
    stale = str(session.programme_version)
    up = re.search(rf'{third.uid}/deplacer.*?value="{second.uid}"', page(animator, PREPARE), re.DOTALL)
    assert up, "a button that puts the third before the second"

    animator.post(f"{PREPARE}/moments/{third.uid}/deplacer", {"avant": str(second.uid), "vu": stale})
    told = animator.post(f"{PREPARE}/moments/{third.uid}/deplacer", {"avant": "", "vu": stale})

    assert told.status_code == 409
    assert f'name="vu" value="{stale}"' not in told.content.decode(), "the next try starts from the present order"
    assert [each.title for each in session.moments.order_by("position")] == ["Un", "Trois", "Deux"]
    assert "vient de déplacer" in told.content.decode()
    animator.post(f"{PREPARE}/moments/{first.uid}/retirer", {"vu": "999"})
    assert [each.title for each in session.moments.order_by("position")] == ["Trois", "Deux"]


def test_two_who_write_the_same_moment_see_both_texts(session, leader, animator):
    moment = a_moment(session, leader, "Ouverture")
    session.refresh_from_db()
    stale = str(session.programme_version)
    address = f"{PREPARE}/moments/{moment.uid}"
    animator.post(address, {**MOMENT, "title": "Ouverture du maire", "vu": stale})

    answer = animator.post(address, {**MOMENT, "title": "Ouverture du préfet", "vu": stale})

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Ouverture du préfet" in text
    assert "maire" in text
    moment.refresh_from_db()
    assert moment.title == "Ouverture du maire"
    fresh = re.search(r'name="vu" value="(\d+)"', text)
    assert fresh
    assert animator.post(address, {**MOMENT, "title": "Les deux", "vu": fresh[1]}).status_code == 302


def test_a_refused_moment_comes_back_with_its_words(session, animator):
    answer = animator.post(f"{PREPARE}/moments", {**MOMENT, "title": "Long", "speakers": "Personne", "minutes": "900"})

    assert answer.status_code == 400
    assert 'value="Long"' in answer.content.decode()
    assert "Aucune structure ne s’appelle" in answer.content.decode()
    assert not session.moments.exists()


def test_the_public_reads_what_changed_between_two_programmes(session, leader, animator, client):
    moment = a_moment(session, leader, "Table ronde")
    publish_programme(session=session, by=leader)
    session.refresh_from_db()
    seen = str(session.programme_version)
    animator.post(f"{PREPARE}/moments/{moment.uid}", {**MOMENT, "title": "Table ronde", "minutes": "45", "vu": seen})
    assert "30 min" in words(client, "/dialogue/sessions/22"), "what is prepared is not public yet"

    publish_programme(session=session, by=leader)

    assert "« Table ronde » dure 45 min au lieu de 30" in words(client, "/dialogue/sessions/22")


def test_a_member_registers_changes_and_cancels(session, client):
    (one,) = some_organisations(1)
    member = signed_in(speaker_of(one))
    address = "/dialogue/sessions/22/inscription"
    assert client.get(address).status_code == 302

    done = member.post(address, {**DELEGATE, "structure": one.slug}, follow=True)
    assert "confirmée" in done.content.decode()
    code = Registration.objects.get().code
    assert code in page(member, "/dialogue/sessions/22")
    assert code not in page(client, "/dialogue/sessions/22")
    member.post(address, {**DELEGATE, "delegate_name": "Dominique", "structure": one.slug})
    assert Registration.objects.get().delegate_name == "Dominique"
    member.post("/dialogue/sessions/22/annuler", {"structure": one.slug})

    assert Registration.objects.get().state == "cancelled"


def test_a_delegate_of_another_organisation_does_nothing_for_this_one_and_reads_nothing_of_it(session, leader):
    one, other = some_organisations(2)
    Session.objects.filter(pk=session.pk).update(remote_url="https://visio.exemple.test/secret")
    asks(session, one, leader, delegate_name="Nom-secret", delegate_email="secret@exemple.test")
    stranger = signed_in(speaker_of(other))

    assert stranger.post("/dialogue/sessions/22/inscription", {**DELEGATE, "structure": one.slug}).status_code == 403
    assert stranger.get(f"/dialogue/sessions/22/inscription?structure={one.slug}").status_code == 403
    assert stranger.post("/dialogue/sessions/22/annuler", {"structure": one.slug}).status_code == 409
    assert stranger.post("/dialogue/sessions/22/dates", {"structure": one.slug}).status_code == 403
    for address in ("/dialogue/sessions/22", "/dialogue/sessions/22/inscription", "/dialogue", "/dialogue.ics"):
        text = page(stranger, address)
        assert "secret" not in text, address
        assert one.name not in text, address
    assert Registration.objects.get().state == "confirmed"


def test_someone_without_organisation_is_told_how_to_begin(session, visitor):
    assert "Dites d’abord pour laquelle vous travaillez" in words(visitor, "/dialogue/sessions/22/inscription")


def test_an_invitation_registers_without_an_account_and_shows_nothing_once_used(session, leader, client):
    (one,) = some_organisations(1)
    word = invitation_word(invite(session=session, organisation=one, email="contact@exemple.test", by=leader))
    address = f"/dialogue/invitations/{word}"
    assert client.post(address, DELEGATE).status_code == 302

    again = page(client, address)

    assert "déjà inscrite" in again
    assert "Camille" not in again
    assert Registration.objects.get().organisation == one


@pytest.mark.parametrize("word", ["", "rien", "../../etc/passwd", "%00", "a~b", "é" * 300])
def test_a_link_that_is_not_ours_is_a_page_not_found(session, client, word):
    for address in (f"/dialogue/invitations/{word}", f"/dialogue/inscriptions/{word}"):
        assert client.get(address).status_code in (400, 404)
        assert client.post(f"{address}/annuler").status_code in (400, 404, 405)


def test_the_delegate_s_link_changes_and_cancels_and_a_renewed_one_voids_it(session, leader, animator, client):
    (one,) = some_organisations(1)
    row = asks(session, one, leader).registration
    address = f"/dialogue/inscriptions/{registration_word(row)}"
    assert "Camille" in page(client, address)
    animator.post(f"{PREPARE}/inscriptions/{row.pk}", {"decision": "renouveler"})
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/annuler").status_code == 404
    row.refresh_from_db()

    client.post(f"/dialogue/inscriptions/{registration_word(row)}/annuler")

    row.refresh_from_db()
    assert row.state == "cancelled"


def test_the_door_lets_in_by_code_and_says_what_is_wrong(session, leader, animator):
    (one,) = some_organisations(1)
    row = asks(session, one, leader).registration

    wrong = animator.post(f"{PREPARE}/entrer", {"code": "ZZZZZ"}, follow=True).content.decode()
    animator.post(f"{PREPARE}/entrer", {"code": row.code.lower()})
    animator.post(f"{PREPARE}/entrer", {"structure": one.name, "nom": "Collègue"})
    animator.post(f"{PREPARE}/entrer", {"part": str(Attendance.objects.latest("id").pk)})

    assert "Aucune inscription à cette session" in wrong
    assert [each.name for each in Attendance.objects.order_by("id")] == ["Camille", "Collègue"]
    assert Attendance.objects.latest("id").left_at
    assert "2 personnes sont là" in words(animator, f"{PREPARE}/accueil")


def test_dates_are_offered_answered_and_chosen(leader, animator):
    a_session(leader, announced=False, starts_at=None)
    (one,) = some_organisations(1)
    bad = animator.post(f"{PREPARE}/dates", {"dates": "demain"}, follow=True).content.decode()
    assert "ne se lit pas" in bad
    animator.post(f"{PREPARE}/dates", {"dates": "2027-06-10 09:30\n2027-06-17 09:30"})
    option = Session.objects.get().date_options.latest("starts_at")
    Session.objects.update(state="announced")
    member = signed_in(speaker_of(one))
    member.post("/dialogue/sessions/22/dates", {"structure": one.slug, f"date-{option.pk}": "maybe"})
    assert "oui 0, peut-être 1, non 0" in words(animator, PREPARE)
    animator.post(f"{PREPARE}/dates", {"choisir": str(option.pk)})

    assert Session.objects.get().starts_at == option.starts_at


def test_hostile_words_never_become_markup(session, leader, animator, client):
    Session.objects.filter(pk=session.pk).update(title=HOSTILE, summary=HOSTILE, place=HOSTILE, questions=[HOSTILE])
    a_moment(session, leader, HOSTILE, details=HOSTILE, room=HOSTILE)
    publish_programme(session=session, by=leader)
    (one,) = some_organisations(1)
    asks(session, one, leader, delegate_name=HOSTILE[:100], substitute_name=HOSTILE[:100])

    for client_, address in (
        (client, "/dialogue"),
        (client, "/dialogue/sessions/22"),
        (animator, PREPARE),
        (animator, f"{PREPARE}/modifier"),
        (animator, f"{PREPARE}/inscriptions"),
        (animator, f"{PREPARE}/accueil"),
    ):
        text = page(client_, address)
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
        assert "49" not in re.sub(r"[0-9a-f]{8,}|\d{3,}", "", text) or "{{ 7*7 }}" in text, address


@pytest.mark.parametrize("address", ["/dialogue", "/dialogue/sessions/22", f"{PREPARE}/inscriptions", PREPARE])
def test_pages_ask_as_many_queries_for_one_organisation_or_three_hundred(
    session, leader, animator, address, django_assert_max_num_queries
):
    organisations = some_organisations(300)
    asks(session, organisations[0], leader, is_listed=True)
    a_moment(session, leader, "Un")
    animator.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        animator.get(address)
    Session.objects.filter(pk=session.pk).update(seats=500)
    session.refresh_from_db()
    for each in organisations[1:]:
        asks(session, each, leader, is_listed=True)
    for number in range(9):
        a_moment(session, leader, str(number))

    with django_assert_max_num_queries(len(few)):
        assert animator.get(address).status_code == 200


def test_calendars_and_files_hold_public_sessions_only(session, leader, client):
    load_history(cycles=documented_cycles(), sessions=documented_sessions())
    a_session(leader, number=23, announced=False, cycle="mise-en-communs-2024", title="Secrète")
    Session.objects.filter(number=22).update(cycle=Session.objects.get(number=21).cycle, summary="=cmd|' /C calc'!A0")
    base = "/dialogue/cycles/mise-en-communs-2024"

    events = icalendar.Calendar.from_ical(client.get("/dialogue.ics").content).walk("VEVENT")
    assert [str(each["uid"]) for each in events] == [f"session-{session.uid}@maillage"]
    assert len(icalendar.Calendar.from_ical(client.get(f"{base}.ics").content).walk("VEVENT")) == 1
    plain = client.get(f"{base}.json").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{base}.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert [each["number"] for each in plain["sessions"]] == [19, 20, 21, 22]
    assert [each["numero"] for each in rows] == ["19", "20", "21", "22"]
    assert rows[3]["resume"].startswith("'=")
    assert client.get("/dialogue/sessions/21.ics").status_code == 404, "no day is known, so no entry"
    tag = client.get("/dialogue.ics").headers["ETag"]
    assert client.get("/dialogue.ics", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/dialogue?inconnu=1").status_code == 400


def test_who_was_there_is_told_by_nature_and_by_echelon(session, leader, client):
    for one in some_organisations(3):
        check_in(session=session, code=asks(session, one, leader).registration.code, by=leader)

    told = words(client, "/dialogue/sessions/22")

    assert "3 structures" in told
    assert re.search(r"Catalyse entre mondes\s: 3", told)
    assert re.search(r"Local\w*\s: 3", told, flags=re.IGNORECASE)
