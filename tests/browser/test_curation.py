"""An animateur's morning: the queue, then the duplicates, on a phone and on a desk."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.browser.conftest import ANIMATOR, ROOT, sign_in

pytestmark = pytest.mark.browser


def test_the_queue_fits_a_phone_and_a_desk_and_works_with_the_keyboard(page, imported):
    sign_in(page, *ANIMATOR)

    page.goto("/animation/propositions?sorte=modifiees")
    fits(page)
    assert "Deux fois par an" in page.inner_text(".duo ins >> nth=0")
    page.click("text=Lire et corriger >> nth=0")
    fits(page)
    page.fill("#valeur-description", "Un texte relu avant d’entrer.")
    page.click("button[value=corrigee]")
    assert "C’est noté" in page.inner_text(".told")

    page.goto("/animation/propositions")
    page.check("input[name=choix] >> nth=0")
    page.click(".queue__bulk button[value=ecarter]")
    fits(page)
    assert page.inner_text("h1").startswith("Écarter 1 proposition")
    page.click("text=Non, revenir à la file")

    page.goto("/animation/propositions?sorte=douteuses")
    fits(page)
    page.focus("button[value=nouvelle] >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector(".told")
    assert "C’est noté" in page.inner_text(".told")


def test_two_actors_are_compared_side_by_side(page, imported, house):
    subprocess.run([sys.executable, "-m", "maillage", "doublons"], env=house, cwd=ROOT, check=True)
    sign_in(page, *ANIMATOR)

    page.goto("/animation/doublons?sorte=acteurs")
    fits(page)
    before = page.inner_text("#combien")
    page.click("text=Comparer >> nth=0")
    fits(page)
    assert page.locator(".reasons tbody tr").count() >= 1
    page.click("button[value=distinctes]")
    assert "jamais" in page.inner_text(".told")
    assert page.inner_text("#combien") != before


def fits(page) -> None:
    """Nothing hangs out of the page on its side, on a phone or on a desk."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
