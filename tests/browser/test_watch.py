"""From a search to the letter, and out again in one gesture, as a person lives it."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys

import pytest

from tests.browser.conftest import ANIMATOR, ROOT, sign_in

pytestmark = pytest.mark.browser

READER = "lectrice@exemple.test"
OFFER = {
    "title": "Atelier des friches ferroviaires",
    "promise": "Regardez votre friche avec des voisins",
    "description": "Trois demi-journées sur place avec des habitants, des élus et des entreprises pour décider.",
    "operator": "Atelier des gares",
    "zones": "62041",
    "source_url": "https://exemple.test/atelier",
}
TICKED = {"natures": "CATALYST", "stages": "EMERGENCE", "aid_types": "facilitation", "audiences": "commune"}


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def send_letters(house) -> None:
    tomorrow = (dt.date.today() + dt.timedelta(days=2)).isoformat()
    command = [sys.executable, "-m", "maillage", "envoyer", "--jour", tomorrow]
    subprocess.run(command, env=house, cwd=ROOT, check=True, capture_output=True)


def test_from_a_search_to_a_letter_and_out_again(page, house, mailbox):
    page.goto("/programmes?q=friches+ferroviaires&territoire=COM-62041")
    page.click("text=M’avertir par courriel")
    page.fill("#email", READER)
    page.check("text=chaque jour")
    page.click("main button[type=submit]")
    assert "Regardez votre courrier" in page.inner_text("h1")

    asked = re.search(r"http://\S+/alertes/confirmer/\S+", mailbox.newest_to(READER)).group(0)
    page.goto(path_of(asked))
    page.click("text=Oui, m’avertir")
    assert page.inner_text("h1") == "Mes alertes"
    assert "friches ferroviaires" in page.inner_text(".alerts h2")

    sign_in(page, *ANIMATOR)
    page.goto("/mon-espace/offres/nouvelle")
    for name, value in OFFER.items():
        page.fill(f"main [name={name}]", value)
    for name, value in TICKED.items():
        page.check(f"main [name={name}][value={value}]")
    page.select_option("main [name=echelon]", "LOCAL")
    page.select_option("main [name=price]", "FREE")
    page.click("main [name=garder]")
    page.goto("/animation/fiches/atelier-des-friches-ferroviaires")
    page.click("text=Publier")

    send_letters(house)
    letter = mailbox.newest_to(READER)
    assert "Atelier des friches ferroviaires" in letter
    assert "Une nouvelle pour votre recherche" in letter
    send_letters(house)
    assert len([message for message in mailbox.messages if READER in message["To"]]) == 2

    message = mailbox.messages[-1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = path_of(re.search(r"<(\S+)>", message["List-Unsubscribe"]).group(1))
    answer = page.request.post(stop, form={"List-Unsubscribe": "One-Click"})
    assert answer.status == 200
    page.goto(stop)
    assert page.inner_text("h1") == "C’est effacé"
