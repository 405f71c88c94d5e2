"""A whole session with five browsers at once, from the invitation to the relay; then a day ordered by its handles."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest

from tests.browser.conftest import opened, told_by

pytestmark = pytest.mark.browser
NUMBER, NEXT = 930, 931
PATIENCE_S = 60
HERE, DESK = f"/dialogue/sessions/{NUMBER}", f"/animation/dialogue/{NUMBER}"
SEED = """
from maillage.accounts.models import Role, User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.dialogue.models import GovernanceRole
homes = [
    Organisation.objects.create(slug=f"ingenierie-{name.lower()}", name=f"Ingénierie {name}", kind="association",
        natures=("CATALYST",), echelon="LOCAL", status="published")
    for name in ("Aube", "Brume", "Cime", "Dune", "Ancienne")
]
people = []
for home in homes[:4]:
    user = User.objects.create(email=f"{home.slug}@exemple.test", name=home.name, role=Role.CONTRIBUTOR)
    Membership.objects.create(user=user, organisation=home, state=MembershipState.CONFIRMED)
    people.append(key(user))
GovernanceRole.objects.filter(kind="lead", is_over=False).update(is_over=True)
GovernanceRole.objects.create(kind="lead", organisation=homes[4], since_told="depuis toujours")
lead = User.objects.create(email="meneur-du-jour@exemple.test", name="Meneur", role=Role.ANIMATOR)
Membership.objects.create(user=lead, organisation=homes[4], state=MembershipState.CONFIRMED)
print(json.dumps({"lead": key(lead), "people": people}))
"""


@pytest.fixture(scope="module")
def cast(served, house) -> dict:
    """Four organisations with a person each, and an animateur of the one that leads."""
    return told_by(house, SEED)


def said(page) -> str:
    """What the page says, its spaces made plain."""
    return " ".join(page.inner_text("main").replace("\u00a0", " ").replace("\u202f", " ").split())


def prepare(lead, number: int, title: str, **fields: str) -> None:
    """A session from the form, its day from the model with workshops."""
    lead.goto("/animation/dialogue/nouvelle")
    lead.fill("#id_number", str(number))
    lead.fill("#id_title", title)
    lead.select_option("#id_mode", "on_site")
    for name, value in fields.items():
        lead.fill(f"#id_{name}", value)
    lead.get_by_role("button", name="Enregistrer").click()
    lead.select_option("#id_modele", "plan:journee-ateliers")
    lead.get_by_role("button", name="Commencer ainsi").click()


def letter(mailbox, address: str, words: str) -> str:
    """The newest letter to this address that says these words, waited for: it is sent by the worker of the house."""
    for _ in range(PATIENCE_S * 10):
        for message in reversed(mailbox.messages):
            text = message.get_body(("plain",)).get_content()
            if address in message["To"] and words in text:
                return text
        time.sleep(0.1)
    raise AssertionError(f"no letter to {address} says {words}")


def day(ahead: int = 0) -> str:
    """Today, or some days later, as a form takes it."""
    return (dt.datetime.now().astimezone().date() + dt.timedelta(days=ahead)).isoformat()


def link_in(text: str, kind: str) -> str:
    """The path of the link of this kind in a letter."""
    return re.search(rf"https?://\S+?(/dialogue/{kind}/\S+)", text)[1]


def test_five_browsers_live_a_session_from_the_invitation_to_the_relay(chromium, served, mailbox, cast):
    lead = opened(chromium, served, cast["lead"], width=1280)
    phones = [opened(chromium, served, key) for key in cast["people"]]

    the_day_is_prepared(lead)
    the_room_fills_and_the_waiting_list_moves(lead, phones, mailbox)
    four_people_come_in(lead, phones)
    three_rounds_leave_their_notes(lead, phones)
    four_write_at_the_same_time(lead, phones)
    they_decide_and_say_what_follows(lead, phones)
    the_synthesis_is_amended_and_sealed(lead, *phones[:2])
    the_next_session_recalls_it_and_the_lead_passes_on(lead, phones[0])


def the_day_is_prepared(lead) -> None:
    soon = (dt.datetime.now().astimezone() + dt.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    prepare(lead, NUMBER, "Agir ensemble", starts_at=soon, seats="3", place="Arras")
    lead.get_by_role("button", name="Publier le programme").click()
    lead.get_by_role("button", name="Annoncer la session").click()
    lead.goto(f"{DESK}/inscriptions")
    lead.fill("#structure", "Ingénierie Aube")
    lead.fill("#adresse", "invitee-aube@exemple.test")
    lead.get_by_role("button", name="Envoyer l’invitation").click()


def the_room_fills_and_the_waiting_list_moves(lead, phones, mailbox) -> None:
    aube, brume, cime, dune = phones
    aube.goto(link_in(letter(mailbox, "invitee-aube@exemple.test", "est invitée"), "invitations"))
    for phone in (brume, cime, dune):
        phone.goto(f"{HERE}/inscription")
    for place, phone in enumerate(phones):
        phone.fill("#id_delegate_name", f"Délégué {place}")
        phone.get_by_role("button", name="Inscrire").click()
    assert "liste d’attente" in said(dune), "the room is full"
    brume.goto(link_in(letter(mailbox, "ingenierie-brume@exemple.test", "est confirmée"), "inscriptions"))
    brume.get_by_role("button", name="Annuler cette inscription").click()
    letter(mailbox, "ingenierie-dune@exemple.test", "Une place s’est libérée")
    lead.reload()
    assert "3 places prises, 0 en attente" in said(lead)


def four_people_come_in(lead, phones) -> None:
    aube, _brume, cime, dune = phones
    for phone in (aube, cime, dune):
        phone.goto(f"{HERE}/inscription")
        code = re.search(r"Code à l’accueil : (\w+)", said(phone))[1]
        lead.goto(f"{DESK}/accueil")
        lead.fill("#code", code.lower())
        lead.get_by_role("button", name="Faire entrer").first.click()
    lead.get_by_text("Quelqu’un sans inscription").click()
    lead.fill("#structure", "Ingénierie Brume")
    lead.get_by_role("button", name="Faire entrer").last.click()
    assert "4 personnes sont là · 4 structures" in said(lead)


def three_rounds_leave_their_notes(lead, phones) -> None:
    lead.goto(DESK)
    lead.get_by_role("link", name="Mener les ateliers").click()
    lead.get_by_label("Un sujet par ligne").fill("Mobilités\nFriches\nCofinancer")
    lead.get_by_role("button", name="Garder ces ateliers").click()
    lead.get_by_role("button", name="Tirer les places").click()
    room = lead.get_by_role("link", name="La page des participants").get_attribute("href")
    for turn in range(3):
        lead.get_by_role("button", name="Commencer la ronde suivante").click()
        for phone in phones:
            phone.goto(room)
            assert f"Ronde {turn + 1} sur 3" in said(phone)
        assert [one for one in (lead, *phones) if not re.search(r"\d+ min \d\d s", said(one))] == [], "a clock stands"
        all_write(phones, f"ronde {turn + 1}, idée")


def all_write(phones, words: str) -> None:
    """Each fills a note, then all send it before any answer is waited for."""
    for place, phone in enumerate(phones):
        phone.get_by_label("Ajouter une note").fill(f"{words} {place}")
    for phone in phones:
        phone.get_by_role("button", name="Laisser cette note").click(no_wait_after=True)
    for phone in phones:
        phone.get_by_text("Note gardée.").wait_for()


def four_write_at_the_same_time(lead, phones) -> None:
    phones[0].goto(HERE)
    notes = phones[0].get_by_role("link", name="Notes Échanges avec les participants").get_attribute("href")
    for phone in phones:
        phone.goto(notes)
    all_write(phones, "dit en même temps par")
    lead.goto(notes)
    assert [place for place in range(4) if said(lead).count(f"dit en même temps par {place}") != 1] == []


def they_decide_and_say_what_follows(lead, phones) -> None:
    lead.goto(f"{DESK}/decisions")
    lead.get_by_label("Proposition").fill("Ouvrir un guichet commun")
    lead.get_by_role("button", name="Proposer").click()
    for phone in phones:
        phone.goto(f"{HERE}#decisions")
        phone.get_by_label("consent", exact=True).check()
        phone.get_by_role("button", name="Donner cette voix").click()
    lead.goto(f"{DESK}/decisions")
    lead.get_by_role("button", name="Compter les voix et clore").click()
    assert "adoptée" in said(lead)
    follow = lead.locator("#suites")
    follow.get_by_label("Ce qui sera fait").fill("Écrire la règle du guichet")
    follow.get_by_label("Par quelle structure").fill("Ingénierie Cime")
    follow.get_by_label("Pour le").fill(day(30))
    follow.get_by_role("button", name="Écrire cette suite").click()


def the_synthesis_is_amended_and_sealed(lead, one, other) -> None:
    lead.goto(DESK)
    lead.get_by_role("button", name="Dire qu’elle s’est tenue").click()
    lead.get_by_role("button", name="Assembler un brouillon").click()
    draft = said(lead)
    held = ("ronde 3, idée 2", "dit en même temps par 3", "Ouvrir un guichet commun", "Écrire la règle du guichet")
    assert [words for words in held if words not in draft] == []
    lead.fill("#jusqu", day())
    lead.get_by_role("button", name="Ouvrir aux amendements").click()
    one.goto(f"{HERE}/synthese")
    one.fill("#texte", "Aube ajoute ceci.")
    one.get_by_role("button", name="Proposer cet amendement").click()
    lead.goto(f"{HERE}/synthese")
    lead.get_by_role("button", name="Retenir", exact=True).click()
    lead.get_by_role("button", name="Figer pour toujours").click()
    other.goto(f"{HERE}/synthese")
    assert "Aube ajoute ceci." in said(other)
    assert "Empreinte du texte" in said(other)


def the_next_session_recalls_it_and_the_lead_passes_on(lead, heir) -> None:
    prepare(lead, NEXT, "La suivante")
    assert "Écrire la règle du guichet" in said(lead), "what is left to do opens the next session"
    lead.goto("/animation/dialogue/gouvernance")
    lead.fill("#id_successor", "Ingénierie Aube")
    lead.fill("#id_accepted_by", "Bureau d’Ingénierie Aube")
    lead.fill("#id_accepted_on", day())
    lead.fill("#id_scope", "L’animation de l’espace.")
    lead.get_by_role("button", name="Relayer, pour de bon").click()
    assert "retiré à 1, donné à 1" in said(lead)
    assert heir.goto(f"/animation/dialogue/{NEXT}").status == 200
    assert lead.goto(f"/animation/dialogue/{NEXT}").status == 403


def test_a_moment_is_moved_by_its_handle_with_the_arrows(chromium, served, house, cast):
    aube = opened(chromium, served, cast["people"][0], width=1280)
    aube.goto(f"/animation/dialogue/{NEXT}")

    def titles() -> list[str]:
        return aube.locator(".day__moment h3").all_inner_texts()

    before = titles()
    with aube.expect_navigation():
        aube.locator("[data-handle]").first.press("ArrowDown")
    after = titles()
    assert after[:2] == [before[1], before[0]]
