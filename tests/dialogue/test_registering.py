"""Who comes: seats, the waiting list, links, letters; whom nobody may speak for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core import mail
from django.utils import timezone

from maillage.accounts.models import Event
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.dialogue.actions.attending import check_in, note_leaving, welcome_guest
from maillage.dialogue.actions.programme import publish_programme
from maillage.dialogue.actions.registering import (
    RegistrationFields,
    cancel_registration,
    change_registration,
    decide_registration,
    forget_people,
    invite,
    register,
    void_links,
)
from maillage.dialogue.actions.sending import send_session_letters
from maillage.dialogue.actions.sessions import (
    cancel_session,
    change_session,
    fields_of,
    hold_session,
    remind_sessions,
    version_of_session,
)
from maillage.dialogue.links import invitation_of, invitation_word, registration_of, registration_word
from maillage.dialogue.models import Attendance, LetterState, Registration, Session, SessionLetter
from maillage.dialogue.queries.programme import attendance_counts
from maillage.dialogue.queries.taking_part import is_member_of, listed_organisations, seats_of
from tests.factories.dialogue import THURSDAY, a_moment, a_session, asks, some_organisations, speaker_of

FIELDS = RegistrationFields(delegate_name="Dominique", delegate_email="dominique@exemple.test")


def states(session: Session) -> list[str]:
    return list(Registration.objects.filter(session=session).order_by("rank").values_list("state", flat=True))


def kinds(email: str = "") -> list[str]:
    rows = SessionLetter.objects.order_by("id")
    return list((rows.filter(email=email) if email else rows).values_list("kind", flat=True))


@pytest.fixture
def full(animator):
    """Two seats, four organisations that asked."""
    session = a_session(animator, seats=2)
    for each in some_organisations(4):
        asks(session, each, animator)
    return session


def test_those_who_come_first_are_confirmed_and_the_others_wait(full):
    assert states(full) == ["confirmed", "confirmed", "waiting", "waiting"]
    assert (seats_of(full).left, seats_of(full).waiting) == (0, 2)


def test_a_seat_given_back_goes_to_the_first_who_waits_and_only_to_them(full, animator):
    first = Registration.objects.filter(session=full).order_by("rank")[0]

    cancel_registration(registration=first, by=animator)
    cancel_registration(registration=first, by=animator)

    assert states(full) == ["cancelled", "confirmed", "confirmed", "waiting"]
    assert kinds("structure-2@exemple.test") == ["waiting", "promoted"]
    assert kinds("structure-0@exemple.test") == ["confirmed", "withdrawn"]


def test_more_seats_are_given_at_once(full, animator):
    said = replace(fields_of(full), seats=3)
    change_session(session=full, fields=said, seen=version_of_session(full), by=animator)

    assert states(full) == ["confirmed"] * 3 + ["waiting"]


def test_one_who_cancelled_comes_back_at_the_end(full, animator):
    first = Registration.objects.filter(session=full).order_by("rank")[0]
    cancel_registration(registration=first, by=animator)

    asks(full, first.organisation, animator)

    assert states(full) == ["confirmed", "confirmed", "waiting", "waiting"]
    assert Registration.objects.filter(session=full).order_by("-rank")[0].organisation == first.organisation


def test_registering_twice_takes_one_seat_and_changes_nothing(full, animator):
    organisation = Registration.objects.filter(session=full).order_by("rank")[0].organisation
    letters = SessionLetter.objects.count()

    again = asks(full, organisation, animator, delegate_name="Quelqu’un d’autre")

    assert not again.is_new
    assert again.registration.delegate_name == "Camille"
    assert SessionLetter.objects.count() == letters


def test_remote_seats_are_not_counted(animator):
    session = a_session(animator, seats=1, mode="both", remote_url="https://visio.exemple.test/x")
    for each in some_organisations(3):
        asks(session, each, animator, mode="remote")

    assert states(session) == ["confirmed"] * 3
    assert seats_of(session).left == 1


def test_a_session_with_approval_asks_an_animateur_first(animator):
    session = a_session(animator, seats=1, needs_approval=True)
    one, two = some_organisations(2)
    first, second = (asks(session, each, animator).registration for each in (one, two))
    assert states(session) == ["asked", "asked"]

    decide_registration(registration=second, accept="oui", by=animator)
    decide_registration(registration=first, accept="oui", by=animator)
    assert states(session) == ["waiting", "confirmed"]

    decide_registration(registration=second, accept="non", by=animator)
    assert states(session) == ["confirmed", "refused"]
    assert not asks(session, two, animator).is_new, "a refusal is not undone by asking again"


def test_nobody_registers_an_organisation_of_another(full):
    mine, other = some_organisations_named("mienne"), some_organisations_named("autre")
    user = speaker_of(mine)

    assert register(session=full, organisation=mine, fields=FIELDS, by=user).is_new
    with pytest.raises(Refused, match="registration_not_yours"):
        register(session=full, organisation=other, fields=FIELDS, by=user)
    with pytest.raises(Refused, match="registration_not_yours"):
        register(session=full, organisation=other, fields=FIELDS, by=None)
    theirs = Registration.objects.filter(session=full).order_by("rank")[0]
    for write in (
        lambda: change_registration(registration=theirs, fields=FIELDS, by=user),
        lambda: cancel_registration(registration=theirs, by=user),
    ):
        with pytest.raises(Refused, match="registration_not_yours"):
            write()
    with pytest.raises(Refused, match="animators_only"):
        decide_registration(registration=theirs, accept="oui", by=user)


def some_organisations_named(slug: str):
    from maillage.actors.models import Organisation

    return Organisation.objects.create(
        slug=slug, name=slug, kind="association", natures=("PUBLIC",), echelon="NATIONAL", status="published"
    )


def test_members_are_those_who_come_and_no_delegate_of_another_organisation(full, animator):
    inside = speaker_of(Registration.objects.filter(session=full).order_by("rank")[0].organisation)
    outside = speaker_of(some_organisations_named("dehors"))

    assert is_member_of(inside, full)
    assert is_member_of(animator, full)
    assert not is_member_of(outside, full)
    assert not is_member_of(None, full)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"delegate_email": "pas une adresse"}, "email_malformed"),
        ({"delegate_email": "un@exemple.test\nBcc: deux@exemple.test"}, "email_malformed"),
        ({"delegate_name": "  "}, "field_required"),
        ({"mode": "remote"}, "code_unknown"),
    ],
    ids=["address", "header", "nobody", "mode"],
)
def test_a_request_that_makes_no_sense_takes_no_seat(animator, said, error):
    session = a_session(animator)
    (one,) = some_organisations(1)

    with pytest.raises(Invalid, match=error):
        asks(session, one, animator, **said)

    assert not Registration.objects.exists()


def test_registrations_close_at_their_time_and_with_the_session(animator):
    closed = a_session(animator, closes_at=timezone.now() - dt.timedelta(minutes=1))
    past = a_session(animator, number=23, starts_at=timezone.now() - dt.timedelta(hours=1))
    off = cancel_session(session=a_session(animator, number=24), by=animator)
    (one,) = some_organisations(1)

    for session in (closed, past, off):
        with pytest.raises(Refused, match="registration_closed"):
            asks(session, one, animator)


def test_an_invitation_opens_for_its_organisation_only_until_it_is_replaced(animator):
    session, (one, two) = a_session(animator), some_organisations(2)
    invitation = invite(session=session, organisation=one, email="Contact@Exemple.test", by=animator)
    word = invitation_word(invitation)

    found = invitation_of(word)
    with pytest.raises(Refused, match="registration_not_yours"):
        register(session=session, organisation=two, fields=FIELDS, by=None, invitation=found)
    assert register(session=session, organisation=one, fields=FIELDS, by=None, invitation=found).is_new

    invite(session=session, organisation=one, email="contact@exemple.test", by=animator)
    for stale in (word, word[:-1] + ("a" if word[-1] != "a" else "b"), "", "n’importe quoi", word.replace("~", "")):
        with pytest.raises(Unknown, match="registration_link_unknown"):
            invitation_of(stale)
    assert kinds("contact@exemple.test") == ["invited", "invited"]


def test_a_link_ends_with_its_session_and_when_it_was_stolen(animator):
    session, (one,) = a_session(animator), some_organisations(1)
    row = asks(session, one, animator).registration
    word = registration_word(row)
    assert registration_of(word).pk == row.pk
    stolen = registration_of(word)

    void_links(registration=row, by=animator)

    with pytest.raises(Unknown, match="registration_link_unknown"):
        registration_of(word)
    with pytest.raises(Refused, match="registration_gone"):
        cancel_registration(registration=stolen, by=None)
    fresh = registration_word(Registration.objects.get(pk=row.pk))
    assert registration_of(fresh).pk == row.pk
    assert fresh in SessionLetter.objects.order_by("-id")[0].body
    Session.objects.filter(pk=session.pk).update(starts_at=timezone.now() - dt.timedelta(days=2))
    with pytest.raises(Unknown, match="registration_link_unknown"):
        registration_of(fresh)


def test_a_delegate_who_is_replaced_is_told_without_the_link(animator):
    session, (one,) = a_session(animator), some_organisations(1)
    row = asks(session, one, animator).registration

    change_registration(registration=row, fields=FIELDS, by=None)

    assert kinds("structure-0@exemple.test") == ["confirmed", "handed"]
    assert kinds("dominique@exemple.test") == ["confirmed"]
    told = SessionLetter.objects.get(kind="handed").body
    assert "/dialogue/inscriptions/" not in told
    assert row.code not in told


def test_the_public_list_names_only_organisations_that_agreed(animator):
    session, (one, two, _three) = a_session(animator, seats=2), some_organisations(3)
    asks(session, one, animator, is_listed=True)
    asks(session, two, animator)
    asks(session, _three, animator, is_listed=True)

    assert [slug for _name, slug in listed_organisations(session)] == ["structure-0"]


def test_reminders_are_written_once_each_and_the_nearest_alone_when_late(animator):
    session, (one,) = a_session(animator), some_organisations(1)
    asks(session, one, animator)
    a_moment(session, animator, "Table ronde")
    publish_programme(session=session, by=animator)
    start = session.starts_at

    assert remind_sessions(now=start - dt.timedelta(days=8)) == 0
    assert remind_sessions(now=start - dt.timedelta(days=6)) == 1
    assert remind_sessions(now=start - dt.timedelta(days=5)) == 0
    assert remind_sessions(now=start - dt.timedelta(hours=20)) == 1
    assert remind_sessions(now=start - dt.timedelta(hours=1)) == 0
    assert kinds() == ["confirmed", "soon", "soon"]
    letter = SessionLetter.objects.order_by("-id")[0]
    assert "09:30 Table ronde" in letter.body
    assert "SUMMARY:Session 22" in letter.calendar


def test_those_who_were_there_are_written_to_once(animator):
    session, (one, two) = a_session(animator), some_organisations(2)
    row, _ = (asks(session, each, animator).registration for each in (one, two))
    check_in(session=session, code=row.code.lower(), by=animator)
    hold_session(session=session, by=animator)
    later = THURSDAY + dt.timedelta(days=1)

    assert (remind_sessions(now=later), remind_sessions(now=later)) == (1, 0)
    assert kinds("structure-0@exemple.test") == ["confirmed", "after"]


def test_a_session_that_moves_or_stops_tells_those_who_come_once_per_change(animator):
    session, (one,) = a_session(animator), some_organisations(1)
    asks(session, one, animator)
    said = replace(fields_of(session), place="Hôtel de ville")
    changed = change_session(session=session, fields=said, seen=version_of_session(session), by=animator)
    quiet = replace(fields_of(changed), summary="Un mot de plus.")
    changed = change_session(session=changed, fields=quiet, seen=version_of_session(changed), by=animator)
    cancel_session(session=changed, by=animator)

    assert kinds() == ["confirmed", "changed", "cancelled"]
    methods = list(SessionLetter.objects.order_by("id").values_list("method", flat=True))
    assert methods == ["PUBLISH", "PUBLISH", "CANCEL"]


def test_letters_are_sent_once_with_their_calendar(animator):
    session, (one,) = a_session(animator), some_organisations(1)
    asks(session, one, animator)

    assert (send_session_letters().sent, send_session_letters().sent) == (1, 0)

    (letter,) = mail.outbox
    ((name, content, kind),) = letter.attachments
    assert (name, kind) == ("session.ics", "text/calendar; method=PUBLISH")
    assert "BEGIN:VEVENT" in content
    assert letter.to == ["structure-0@exemple.test"]
    assert SessionLetter.objects.get().state == LetterState.SENT


def test_the_code_at_the_door_lets_in_once_and_says_no_to_strangers(full, animator):
    rows = list(Registration.objects.filter(session=full).order_by("rank"))
    cancelled = cancel_registration(registration=rows[3], by=animator)

    first = check_in(session=full, code=f" {rows[0].code.lower()} ", by=animator)
    again = check_in(session=full, code=rows[0].code, by=animator)
    check_in(session=full, code=rows[2].code, by=animator)

    assert first.pk == again.pk
    assert states(full)[2] == "confirmed", "one who waited and came is let in"
    with pytest.raises(Unknown, match="registration_unknown_code"):
        check_in(session=full, code="ZZZZZ", by=animator)
    with pytest.raises(Unknown, match="registration_unknown_code"):
        check_in(session=full, code="", by=animator)
    with pytest.raises(Refused, match="registration_gone"):
        check_in(session=full, code=cancelled.code, by=animator)
    with pytest.raises(Refused, match="animators_only"):
        check_in(session=full, code=rows[1].code, by=speaker_of(rows[1].organisation))


def test_figures_count_organisations_as_they_were_that_day(full, animator):
    row = Registration.objects.filter(session=full).order_by("rank")[0]
    check_in(session=full, code=row.code, by=animator)
    welcome_guest(session=full, organisation=row.organisation, name="Une collègue", mode="on_site", by=animator)
    row.organisation.natures = ("PUBLIC",)
    row.organisation.save()
    guest = Attendance.objects.get(seat="guest")
    note_leaving(attendance=guest, by=animator)

    counts = attendance_counts(full)

    assert counts == {
        "natures": {"CATALYST": 1},
        "echelons": {"LOCAL": 1},
        "total": {"organisations": 1, "people": 2},
    }


def test_names_and_addresses_are_erased_a_year_later(animator):
    session, (one,) = a_session(animator), some_organisations(1)
    row = asks(session, one, animator).registration
    check_in(session=session, code=row.code, by=animator)
    invite(session=session, organisation=one, email="contact@exemple.test", by=animator)

    assert forget_people(now=THURSDAY + dt.timedelta(days=300)) == 0
    assert forget_people(now=THURSDAY + dt.timedelta(days=366)) == 2
    assert forget_people(now=THURSDAY + dt.timedelta(days=366)) == 0

    row.refresh_from_db()
    assert (row.delegate_name, row.delegate_email, row.link_key) == ("", "", "")
    assert "Camille" not in Attendance.objects.get().name
    assert not SessionLetter.objects.exists()
    assert not session.invitations.exists()


def test_the_log_names_no_person(full):
    events = Event.objects.filter(target_type__in=("session", "registration"))
    told = str(list(events.values_list("facts", "snapshot")))

    assert events.count() > 5
    assert "exemple.test" not in told
    assert "Camille" not in told
