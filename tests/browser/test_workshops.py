"""Five browsers at once on the day of the workshops, then 200 people who write together: no word is lost."""

from __future__ import annotations

import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser.conftest import opened, told_by
from tests.browser.test_accessibility import faults, faults_here

pytestmark = pytest.mark.browser
WRITERS = 200
CSRF = "a" * 32
SEED = """
from django.utils import timezone
from maillage.accounts.models import Role, User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.dialogue.models import AgendaMoment, Attendance, Session
session = Session.objects.create(number=922, mode="on_site", state="announced")
moment = AgendaMoment.objects.create(session=session, position=0, kind="workshops", minutes=60)
homes = list(Organisation.objects.filter(status="published").order_by("slug")[:9])
keys = []
for at in range(%(writers)s):
    user = User.objects.create(email=f"delegue-{at}@exemple.test", role=Role.CONTRIBUTOR)
    home = homes[at %% len(homes)]
    Membership.objects.create(user=user, organisation=home, state=MembershipState.CONFIRMED)
    keys.append(key(user))
for at, home in enumerate(homes):
    Attendance.objects.create(session=session, organisation=home, natures=["PUBLIC"], echelon="LOCAL",
        arrived_at=timezone.now())
lead = User.objects.create(email="meneuse@exemple.test", role=Role.ANIMATOR)
print(json.dumps({"moment": str(moment.uid), "keys": keys, "lead": key(lead)}))
"""


@pytest.fixture(scope="module")
def day(served, house) -> dict:
    """A session with its organisations there, people of theirs, and who leads."""
    return told_by(house, SEED % {"writers": WRITERS})


def test_topics_are_chosen_live_by_four_browsers_one_of_them_without_javascript(chromium, served, day):
    lead = opened(chromium, served, day["lead"], width=1280)
    phones = [opened(chromium, served, key, scripts=at > 0) for at, key in enumerate(day["keys"][:3])]
    desk, page = f"/animation/dialogue/ateliers/{day['moment']}", f"/dialogue/moments/{day['moment']}/sujets"
    lead.goto(desk)
    lead.get_by_text("Choisir les sujets avec les présents").click()
    lead.get_by_role("combobox", name="Nombre d’ateliers").select_option("2")
    lead.get_by_role("button", name="Ouvrir le choix").click()
    for phone, title in zip(phones, ("Friches", "Mobilités", "Cofinancer"), strict=True):
        phone.goto(page)
        phone.get_by_label("Votre sujet, en une phrase").fill(title)
        phone.get_by_role("button", name="Proposer").click()

    for left in range(7, -1, -1):
        phones[0].get_by_role("button", name="Donner un point à Friches").click()
        assert f"Il reste {left} point" in phones[0].inner_text("main")
    assert phones[0].get_by_role("button", name="Donner un point à Friches").is_disabled(), "eight, never nine"
    phones[1].get_by_role("button", name="Donner un point à Mobilités").click()
    phones[1].get_by_text("9 points placés").wait_for()
    phones[2].get_by_text("9 points placés").wait_for(timeout=30_000)
    assert [fault for width_page in (phones[2], lead) for fault in faults(width_page, page)] == []

    lead.get_by_role("button", name="Clore le choix").click()
    phones[2].get_by_text("Le choix est clos.").wait_for(timeout=30_000)
    assert phones[2].get_by_label("Votre sujet, en une phrase").count() == 0
    assert faults(lead, page) == []
    lead.get_by_role("button", name="En faire les ateliers").click()
    lead.goto(desk)
    assert lead.get_by_label("Un sujet par ligne").input_value().split() == ["Friches", "Mobilités"]


def test_who_speaks_is_timed_from_a_phone_and_two_who_start_at_once_start_one(chromium, served, day):
    one, two = (opened(chromium, served, day["lead"]) for _ in range(2))
    page = "/animation/dialogue/922/parole"
    for phone in (one, two):
        phone.goto(page)
    first, second = one.locator(".speakers button").nth(0), two.locator(".speakers button").nth(1)
    first.click()
    one.get_by_text("a la parole").wait_for()
    second.click()
    two.get_by_text("vient de prendre la parole").wait_for()
    assert faults_here(two, page) == []
    one.get_by_role("button", name="Arrêter").click()
    one.get_by_text("Personne n’a la parole.").wait_for()
    one.goto("/dialogue/sessions/922/parole")
    assert "de parole en tout" in one.inner_text("main")
    assert faults_here(one, "parole") == []


def test_three_rounds_with_five_browsers_and_a_note_from_each(chromium, served, day):
    lead = opened(chromium, served, day["lead"], width=1280)
    phones = [opened(chromium, served, key) for key in day["keys"][:4]]
    lead.goto(f"/animation/dialogue/ateliers/{day['moment']}")
    lead.get_by_label("Un sujet par ligne").fill("Mobilités\nFriches\nCofinancer")
    lead.get_by_role("button", name="Garder ces ateliers").click()
    lead.get_by_role("button", name="Tirer les places").click()
    assert "21 paires de personnes se rencontrent sur 36" in lead.inner_text("main")
    room = lead.get_by_role("link", name="La page des participants").get_attribute("href")

    left: dict[str, list[str]] = {}
    for turn in range(3):
        lead.get_by_role("button", name="Commencer la ronde suivante").click()
        for phone in phones:
            phone.goto(room)
            assert f"Ronde {turn + 1} sur 3" in phone.inner_text("main")
        for at, phone in enumerate(phones):
            phone.get_by_label("Ajouter une note").fill(f"ronde {turn + 1}, personne {at}")
        tables = [phone.locator("section h2").last.inner_text() for phone in phones]
        for at, phone in enumerate(phones):
            before = phone.inner_text("main")
            assert [text for text in left.get(tables[at], []) if text not in before and turn] == []
            phone.get_by_role("button", name="Laisser cette note").click()
            phone.get_by_text("Note gardée.").wait_for()
        for at, table in enumerate(tables):
            left.setdefault(table, []).append(f"ronde {turn + 1}, personne {at}")

    assert lead.get_by_role("button", name="Commencer la ronde suivante").count() == 0
    desk = f"/animation/dialogue/ateliers/{day['moment']}"
    pages = (room, f"{room}/feuilles", f"/dialogue/moments/{day['moment']}/notes")
    assert [fault for path in pages for fault in faults(phones[0], path)] + faults(lead, desk) == []
    for position, title in enumerate(("Mobilités", "Friches", "Cofinancer")):
        lead.goto(f"{room}?atelier={position}")
        shown = lead.inner_text("main")
        assert [text for text in left.get(title, []) if text not in shown] == []


def test_two_hundred_people_write_at_once_and_no_word_is_lost(served, day, chromium):
    address = f"{served}/dialogue/moments/{day['moment']}/notes"

    def write(at: int) -> int:
        said = {"note": f"mot-{at}-écrit", "cle": f"00000000-0000-4000-8000-{at:012}", "csrfmiddlewaretoken": CSRF}
        cookies = f"sessionid={day['keys'][at]}; csrftoken={CSRF}"
        asked = urllib.request.Request(address, urllib.parse.urlencode(said).encode(), {"Cookie": cookies})
        for _ in range(3):
            try:
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    return int(answer.status)
            except OSError:
                continue
        return 0

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = list(pool.map(write, range(WRITERS)))

    assert set(statuses) == {200}
    lead = opened(chromium, served, day["lead"])
    lead.goto(address)
    shown = lead.inner_text("main")
    assert [at for at in range(WRITERS) if shown.count(f"mot-{at}-écrit") != 1] == []
