"""The ladder: reminders told once, answered in one gesture, silence shown then archived."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import signing
from django.db import IntegrityError, transaction

from maillage.accounts.models import Event, Role, User
from maillage.actors.actions import ask_membership, decide_membership, put_organisations
from maillage.actors.models import MembershipState
from maillage.core.errors import Refused
from maillage.core.vocabulary import Status
from maillage.curation import ladder
from maillage.curation.actions import confirm, remind, tell_ended
from maillage.curation.actions.freshness import archived_by_ladder
from maillage.curation.models import Correction, Reminder
from maillage.inventory.actions import move_programme
from maillage.inventory.models import Programme
from tests.factories.imports import ready
from tests.factories.mail import Letters, mail_server
from tests.factories.records import a_programme, an_operator, an_organisation
from tests.factories.rows import a_person, noon, organisation, put

ROOT = Path(__file__).resolve().parents[2]
START = dt.date(2026, 1, 5)
OLD = START + dt.timedelta(days=183)


def after(days: int) -> dt.date:
    return OLD + dt.timedelta(days=days)


@pytest.fixture
def letters(settings):
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.SITE_URL = "https://maillage.exemple.test"
        yield box


@pytest.fixture
def animator(db) -> User:
    ready()
    put_organisations([an_organisation()], by=None)
    return a_person("animatrice@exemple.test")


@pytest.fixture
def sheet(animator) -> Programme:
    return aged(put(a_programme("Diagnostic", slug="diagnostic", operators=(an_operator(),))))


def aged(row: Programme) -> Programme:
    Programme.objects.filter(pk=row.pk).update(created_at=noon(START))
    return Programme.objects.get(pk=row.pk)


def run(day: dt.date):
    """One run on that day; what it sends is dated of that day."""
    before = list(Reminder.objects.exclude(sent_at=None).values_list("pk", flat=True))
    done = remind(today=day)
    Reminder.objects.exclude(pk__in=before).exclude(sent_at=None).update(sent_at=noon(day))
    return done


def contributor(email: str = "porteuse@exemple.test") -> User:
    return a_person(email, Role.CONTRIBUTOR)


def works_for_the_agency(user: User, animator: User, state=MembershipState.CONFIRMED) -> User:
    row = ask_membership(user=user, organisation=organisation())
    decide_membership(membership=row, state=state, by=animator)
    return user


def test_nothing_is_told_before_the_first_step(sheet, letters):
    assert run(after(8)).planned == 0
    assert letters.messages == []


def test_the_three_steps_are_each_told_once_at_their_day(sheet, letters):
    told = []
    for days in (9, 10, 20, 21, 22, 44, 45, 46, 200):
        run(after(days))
        told.append(len(letters.messages))

    assert told == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert "rappel 1 sur 3" in letters.texts()[0]
    assert "rappel 3 sur 3" in letters.texts()[2]


def test_a_sheet_found_late_climbs_from_the_first_step_with_the_same_gaps(sheet, letters):
    told = []
    for days in (300, 301, 311, 312, 335, 336):
        run(after(days))
        told.append(len(letters.messages))

    assert told == [1, 1, 1, 2, 2, 3]


def test_a_letter_goes_to_the_contributors_of_the_organisation(sheet, animator, letters):
    works_for_the_agency(contributor(), animator)
    works_for_the_agency(contributor("autre@exemple.test"), animator, MembershipState.REFUSED)

    run(after(9))

    assert letters.receivers() == ["porteuse@exemple.test"]


def test_without_organisation_s_contributors_it_goes_to_who_wrote_it_then_to_the_animators(animator, letters):
    author = contributor()
    aged(put(a_programme("La sienne", slug="la-sienne"), by=author))
    aged(put(a_programme("À personne", slug="a-personne")))

    run(after(9))

    assert letters.receivers() == ["animatrice@exemple.test", "porteuse@exemple.test"]
    assert "La sienne" in next(text for text in letters.texts() if "À personne" not in text)


def test_a_person_gets_one_letter_for_all_their_sheets(animator, letters):
    for rank in range(35):
        aged(put(a_programme(f"Offre {rank}", slug=f"offre-{rank}")))

    run(after(9))

    (text,) = letters.texts()
    assert text.count("/fiches/confirmer/") == 30
    assert "Et 5 autres" in text
    assert run(after(10)).letters == 0


def test_a_confirmation_stops_the_ladder_and_is_logged_under_the_person(sheet, animator, letters):
    run(after(9))
    row = confirm(asked=asked_in(letters.texts()[0]), today=after(12))
    run(after(21))

    assert len(letters.messages) == 1
    assert row.verified_on == after(12)
    event = Event.objects.filter(target_key=str(row.uid)).order_by("-id").first()
    assert (event.verb, event.by) == ("decided", animator)


def test_confirming_twice_changes_nothing(sheet, letters):
    run(after(9))
    asked = asked_in(letters.texts()[0])
    confirm(asked=asked, today=after(12))
    count = Event.objects.count()

    row = confirm(asked=asked, today=after(15))

    assert (row.verified_on, Event.objects.count()) == (after(12), count)


def test_saying_that_it_ended_waits_for_an_animator_and_is_kept_once(sheet, letters):
    run(after(9))
    asked = asked_in(letters.texts()[0])

    assert tell_ended(asked=asked) == tell_ended(asked=asked)
    assert Correction.objects.get().programme == sheet
    assert Programme.objects.get().status == Status.PUBLISHED


@pytest.mark.parametrize("spoil", [lambda text: text[:-2] + "xx", lambda text: "", lambda text: "a:b:c"])
def test_a_forged_link_is_refused(sheet, spoil):
    token = ladder.link_token(ladder.Asked(programme=str(sheet.uid), user=1, since=START))

    with pytest.raises(Refused) as caught:
        ladder.read_token(spoil(token))

    assert caught.value.code == "link_unreadable"


def test_a_link_expires(sheet, monkeypatch):
    token = ladder.link_token(ladder.Asked(programme=str(sheet.uid), user=1, since=START))
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 91 * 86400)

    with pytest.raises(Refused) as caught:
        ladder.read_token(token)

    assert caught.value.code == "link_expired"


def test_silence_is_shown_after_the_last_step_and_not_before(sheet):
    assert ladder.unconfirmed_since(sheet, today=after(59)) is None
    assert ladder.unconfirmed_since(sheet, today=after(60)) == START


def test_silence_ends_in_the_archives_and_one_gesture_brings_it_back(sheet, letters):
    for days in (9, 21, 45, 546):
        run(after(days))
    assert Programme.objects.get().status == Status.PUBLISHED

    assert run(after(547)).archived == 1

    row = Programme.objects.get()
    assert (row.status, archived_by_ladder(row)) == (Status.ARCHIVED, True)
    confirm(asked=asked_in(letters.texts()[2]), today=after(548))
    assert Programme.objects.get().status == Status.PUBLISHED


def test_nothing_is_archived_that_was_not_told(sheet, letters):
    assert run(after(900)).archived == 0
    for days in (912, 936, 965):
        assert run(after(days)).archived == 0
    assert run(after(966)).archived == 1


def test_what_a_person_archived_is_not_brought_back_by_an_old_link(sheet, animator, letters):
    run(after(9))
    move_programme(programme=sheet, to=Status.ARCHIVED, by=animator)

    confirm(asked=asked_in(letters.texts()[0]), today=after(12))

    assert Programme.objects.get().status == Status.ARCHIVED


def test_a_closed_offer_is_not_reminded(animator, letters):
    aged(put(a_programme("Close", slug="close", closes_on=START)))

    assert run(after(9)).planned == 0


def test_a_refused_letter_is_sent_by_the_next_run(sheet, letters):
    letters.answer = lambda rank: "451 plus tard" if rank == 1 else "250 OK"

    first, second, third = run(after(9)), run(after(9)), run(after(9))

    assert [(one.letters, one.failed) for one in (first, second, third)] == [(0, 1), (1, 0), (0, 0)]


def test_a_step_that_did_not_leave_holds_the_next_one(sheet, letters):
    letters.answer = lambda rank: "451 plus tard"
    run(after(9))

    run(after(30))

    assert [one.step for one in Reminder.objects.all()] == [1]


def asked_in(text: str) -> ladder.Asked:
    """What the link of a letter asks."""
    found = re.search(r"/fiches/confirmer/(\S+)", text)
    assert found
    return ladder.read_token(found[1])


SETUP = """
import datetime as dt, django; django.setup()
from tests.factories.rows import a_person, make_world, noon, put
from tests.factories.records import a_programme
from maillage.inventory.models import Programme
make_world()
for rank in range(4):
    author = a_person(f"personne{rank}@exemple.test", "contributor")
    put(a_programme(f"Offre {rank}", slug=f"offre-{rank}"), by=author)
Programme.objects.update(created_at=noon(dt.date.today() - dt.timedelta(days=195)))
"""
LATER = """
import datetime as dt, django; django.setup()
from django.utils import timezone
from maillage.curation.models import Reminder
ago = timezone.now() - dt.timedelta(minutes=11)
Reminder.objects.filter(sent_at=None).exclude(claimed_at=None).update(claimed_at=ago)
"""


@pytest.mark.slow
def test_a_killed_run_neither_loses_nor_repeats_a_letter(tmp_path, empty_base):
    with mail_server() as box:
        environment = house(tmp_path, box)
        shutil.copy(empty_base, tmp_path / "maillage.sqlite3")
        script(environment, SETUP)
        command = [sys.executable, "-m", "maillage", "relancer"]
        killed = subprocess.Popen(command, env=environment, cwd=ROOT)

        def kill_at_the_third(rank: int) -> str:
            if rank != 3:
                return "250 OK"
            killed.send_signal(signal.SIGKILL)
            return "451 trop tard"

        box.answer = kill_at_the_third
        assert killed.wait(timeout=60) == -signal.SIGKILL
        subprocess.run(command, env=environment, cwd=ROOT, check=True)
        between = box.receivers()
        script(environment, LATER)
        subprocess.run(command, env=environment, cwd=ROOT, check=True)

    assert len(between) == 3
    assert box.receivers() == [f"personne{rank}@exemple.test" for rank in range(4)]


def house(folder: Path, box: Letters) -> dict[str, str]:
    """The environment of a house of its own, whose mail goes to this box."""
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "MAILLAGE_VAR": str(folder),
        "MAILLAGE_EMAIL_URL": f"smtp://127.0.0.1:{box.port}",
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    return environment


def script(environment: dict[str, str], text: str) -> None:
    subprocess.run([sys.executable, "-c", text], env=environment, cwd=ROOT, check=True, capture_output=True)


def test_the_database_refuses_a_step_told_twice(sheet, animator):
    values = {"programme": sheet, "user": animator, "since": START, "step": 1}
    Reminder.objects.create(**values)

    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(**values)
