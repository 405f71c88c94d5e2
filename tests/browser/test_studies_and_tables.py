"""Two stories end to end, with a keyboard and no script of ours: code a study, describe a table."""

from __future__ import annotations

import pytest

from tests.browser.conftest import ANIMATOR, sign_in
from tests.factories.documents import a_pdf

pytestmark = pytest.mark.browser

TABLE = (
    "Réf;Intitulé;Résumé;Structure;Type;Lieu\n"
    "A1;Appui aux lavoirs;Remettre en état un lavoir communal.;Syndicat d’exemple;Subvention;DEP-62\n"
    "A2;Conseil aux puits;Un conseil sur les puits.;Syndicat d’exemple;Coup de main;DEP-62\n"
)


def test_a_study_is_brought_coded_by_keyboard_and_published(page):
    sign_in(page, *ANIMATOR)
    page.goto("/mon-espace/etudes/nouvelle")
    page.get_by_label("Titre de l’étude").fill("Enquête sur les lavoirs")
    page.get_by_label("Qui l’a publiée").fill("Observatoire d’exemple")
    page.get_by_label("Territoire étudié").fill("Arras")
    file = {"name": "enquete.pdf", "mimeType": "application/pdf", "buffer": a_pdf("Les lavoirs manquent de soins.")}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Garder, puis coder les besoins").click()
    page.wait_for_url("**/coder")

    page.get_by_text("Les lavoirs manquent de soins.").wait_for()
    assert page.evaluate("document.activeElement.id") == "texte-0"
    page.keyboard.type("Un diagnostic de friche près du lavoir")
    page.keyboard.press("Enter")
    page.get_by_text("1 besoin codé").wait_for()
    page.get_by_label("étape : Émergence").uncheck()
    page.locator("#texte-0").focus()
    page.keyboard.type("Une subvention pour le toit")
    page.keyboard.press("Enter")
    page.get_by_text("2 besoins codés").wait_for()
    first = page.locator("li", has_text="Un diagnostic de friche")
    assert first.get_by_text("Friche", exact=True).is_visible()
    assert first.get_by_text("Suggéré").count() == 0

    page.get_by_role("button", name="Publier l’étude et ses besoins").click()
    page.wait_for_url("**/etudes/enquete-sur-les-lavoirs")
    assert page.get_by_text("2 besoins tirés de cette étude").is_visible()
    with page.expect_download() as got:
        page.get_by_role("link", name="Télécharger le PDF").click()
    assert got.value.suggested_filename == "enquete.pdf"


def test_a_table_is_described_previewed_and_proposed(page):
    sign_in(page, *ANIMATOR)
    page.goto("/mon-espace/fichiers")
    page.set_input_files("input[type=file]", {"name": "aides.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    page.get_by_role("button", name="Déposer").click()
    page.get_by_role("heading", name="Que veulent dire ces colonnes ?").wait_for()
    assert page.get_by_text("Appui aux lavoirs").first.is_visible()

    page.get_by_label("Son nom, affiché avec les fiches").fill("Aides du Ternois")
    page.get_by_text("mots à traduire").first.click()
    page.locator("#mot-4-1").select_option("technical_engineering")
    page.get_by_role("button", name="Garder et voir l’aperçu").click()
    page.wait_for_load_state()
    assert page.locator(".field__error").count() == 0
    page.get_by_role("button", name="Importer : proposer ces fiches").click()

    page.get_by_text("2 fiches attendent un animateur.").wait_for()
    page.goto("/animation/propositions")
    assert page.get_by_text("Conseil aux puits").first.is_visible()
