"""Stories from end to end, as a person lives them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest

from tests.browser.conftest import ANIMATOR, sign_in

pytestmark = pytest.mark.browser


def test_from_a_need_to_a_gap_a_sheet_and_a_correction(page):
    page.goto("/")
    page.fill("#besoin", "réhabiliter la friche de l’ancienne gare en tiers-lieu")
    page.fill("#ou", "62041")
    page.click("text=Voir qui peut aider")
    assert "Arras" in page.inner_text("h1")

    page.click("text=Signaler ce manque >> nth=0")
    assert "le manque est noté" in page.inner_text("h1")

    page.go_back()
    title = page.inner_text(".offer__title a >> nth=0")
    page.click(".offer__title a >> nth=0")
    assert page.inner_text("h1") == title
    assert page.is_visible(".home-check__answer.is-yes")

    page.click("text=Proposer une correction")
    page.fill("#text", "Le guichet a changé de nom.")
    page.wait_for_timeout(3500)  # a person takes some seconds; the form knows it
    page.click("text=Envoyer la correction")
    assert "votre correction est reçue" in page.inner_text("h1")


def test_a_place_is_chosen_with_the_keyboard_alone(page):
    page.goto("/")
    page.focus("#ou")
    page.keyboard.type("saint-denis", delay=20)
    page.wait_for_selector("[role=option]")
    assert page.get_attribute("#ou", "aria-expanded") == "true"

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    lit = page.get_attribute("#ou", "aria-activedescendant")
    label = page.inner_text(f"#{lit}").splitlines()[0]
    page.keyboard.press("Enter")

    assert page.input_value("#ou") in label
    assert page.input_value("input[name=territoire]").startswith("COM-")
    assert page.get_attribute("#ou", "aria-expanded") == "false"
    page.fill("#besoin", "une cantine")
    page.keyboard.press("Tab")
    page.click("text=Voir qui peut aider")
    assert page.input_value("input[name=territoire] >> nth=0").startswith("COM-")


def test_escape_closes_the_choices_and_keeps_what_was_typed(page):
    page.goto("/")
    page.focus("#ou")
    page.keyboard.type("arras", delay=20)
    page.wait_for_selector("[role=option]")

    page.keyboard.press("Escape")

    assert not page.is_visible("[role=listbox]")
    assert page.input_value("#ou") == "arras"


def test_everything_works_without_javascript(chromium, served):
    context = chromium.new_context(locale="fr-FR", base_url=served, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill("#besoin", "une navette pour les personnes âgées")
    page.fill("#ou", "Saint-Denis")
    page.click("text=Voir qui peut aider")
    assert page.inner_text("h1").replace("\u202f", " ") == "Quel lieu ?"

    page.click("main li a >> nth=0")
    assert "navette" in page.inner_text("h1")
    assert page.locator("table.trame td.cell").count() == 15

    page.goto("/programmes?q=velos")
    page.click(".facets a >> nth=3")
    assert page.locator(".kept li").count() >= 1
    context.close()


def test_facets_refine_in_place_and_the_back_button_returns(page):
    page.goto("/programmes")
    before = page.inner_text("#combien")

    page.click("#f-nature-CATALYST")
    page.wait_for_url("**nature=CATALYST*")
    page.wait_for_selector("#f-nature-CATALYST[aria-current]")
    after = page.inner_text("#combien")
    page.go_back()
    page.wait_for_selector("#f-nature-CATALYST:not([aria-current])")

    assert before != after
    assert page.inner_text("#combien") == before


def test_a_person_signs_up_confirms_their_address_and_protects_their_account(page, mailbox):
    email = f"personne{time.time_ns()}@exemple.test"
    page.goto("/compte/inscription")
    page.fill("input[name=email]", email)
    page.fill("input[name=password1]", "un-mot-de-passe-bien-long")
    page.fill("input[name=password2]", "un-mot-de-passe-bien-long")
    page.click("main button[type=submit]")
    link = re.search(r"http://\S+/compte/confirmation/\S+", mailbox.newest_to(email))
    page.goto(link.group(0))
    page.click("main button[type=submit]")
    sign_in(page, email, "un-mot-de-passe-bien-long")

    page.goto("/compte/double-authentification/activer")
    if "reauth" in page.url:
        page.fill("input[name=password]", "un-mot-de-passe-bien-long")
        page.click("main button[type=submit]")
    secret = page.input_value("#authenticator_secret")
    page.fill("input[name=code]", one_time_code(secret))
    page.click("main button[type=submit]")
    assert "codes-de-secours" in page.url

    page.goto("/compte/deconnexion")
    page.click("main button[type=submit]")
    page.goto("/compte/connexion")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", "un-mot-de-passe-bien-long")
    page.click("main button[type=submit]")
    assert "double-authentification/code" in page.url


def one_time_code(secret: str) -> str:
    """The six digits of RFC 6238 for this moment."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def test_an_animateur_drafts_submits_and_publishes_an_offer_that_is_then_found(page):
    sign_in(page, *ANIMATOR)
    page.goto("/mon-espace/offres/nouvelle")
    page.fill("#id_title", "Veillées des friches ternésiennes")
    page.fill("#id_description", "Des veillées sur place, avec les habitants, pour décider ensemble de la suite.")
    page.fill("#id_operator", "Collectif des veillées")
    for value in ("CATALYST", "EMERGENCE", "facilitation", "commune", "friche"):
        page.check(f"input[value={value}]")
    page.fill("#id_zones", "DEP-62")
    page.fill("#id_source_url", "https://exemple.test/veillees")
    page.click("text=Soumettre à la relecture")
    assert "est soumise" in page.inner_text(".told")

    page.goto("/animation")
    page.click("text=Veillées des friches ternésiennes")
    page.click("button[value=publier]")
    assert "C’est fait" in page.inner_text(".told")

    for _ in range(40):
        page.goto("/programmes?q=veillées+ternésiennes")
        if "Veillées des friches" in page.inner_text("#resultats"):
            break
        time.sleep(0.5)
    assert "Veillées des friches" in page.inner_text(".result__title >> nth=0")
