"""axe-core on every page of the map, light and dark, on a phone and on a desk: not one violation.

On the phone, pages of the map are asked what a width or a colour may change; all the rest is asked on the desk.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.browser.conftest import ANIMATOR, ROOT, sign_in

pytestmark = pytest.mark.browser

ANSWER = "/repondre?besoin=r%C3%A9habiliter+une+friche+en+tiers-lieu&territoire=COM-62041"
LONG = "/repondre?territoire=COM-62041&besoin=" + "+".join(
    ["isoler", "et", "chauffer", "au", "bois", "la", "salle", "polyvalente", "communale", "anticonstitutionnel" * 4]
)
PUBLIC = (
    "/",
    ANSWER,
    LONG,
    ANSWER + "&etape=DESIGN&public=commune",
    "/repondre?besoin=licornes+interstellaires",
    "/repondre?besoin=&ou=Arras",
    "/repondre?besoin=v%C3%A9lo&ou=Saint-Denis",
    "/repondre?besoin=v%C3%A9lo&ou=Zzyzx",
    ANSWER.replace("/repondre", "/pourquoi") + "&fiche=fonds-vert-friches",
    ANSWER.replace("/repondre", "/pourquoi") + "&titre=friche",
    "/programmes",
    "/programmes?q=v%C3%A9lo&territoire=COM-62041&nature=PUBLIC",
    "/programmes?q=zzyzx",
    "/programmes/fonds-vert-friches?territoire=COM-62041",
    "/acteurs",
    "/acteurs/anct",
    "/besoins",
    "/besoins-types",
    "/besoins-types?q=zzyzx",
    "/besoins-types/sauver-leglise?territoire=COM-62041",
    "/besoins-sans-reponse",
    "/comprehension",
    ANSWER + "&sans=theme:friche&avec=odd:6",
    "/repondre?besoin=r%C3%A9parer+le+clocher&territoire=COM-62041",
    "/etudes",
    "/etudes?q=zzyzx",
    "/competences",
    "/competences?territoire=COM-62041",
    "/competences/groupements?competence=eau-assainissement&territoire=COM-62041",
    "/projets-finances",
    "/projets-finances?territoire=DEP-62&annee=2023",
    "/projets-finances?q=zzyzx",
    "/programmes/fonds-vert-eclairage-public",
    "/donnees",
    "/odd",
    "/odd?territoire=COM-62041",
    "/odd/11",
    "/odd/17",
    "/couverture",
    "/couverture?categorie=friche&dans=DEP-62",
    "/couverture/manques",
    "/couverture/manques/DEP-62/equipement-public",
    "/couverture/doublons",
    "/couverture/offres?lieu=DEP-62",
    "/couverture/demandes?lieu=DEP-62",
    "/rapport",
    "/rapport?territoire=DEP-62",
    "/reseau",
    "/reseau?vue=offres&montrer=ponts",
    "/reseau?territoire=COM-62041&autour=nulle-part",
    "/reseau/liens-manquants",
    "/territoires/COM-62041",
    "/territoires/PAYS-99100",
    "/veille",
    "/veille?quoi=new&territoire=COM-62041",
    "/dialogue",
    "/dialogue/gouvernance",
    "/dialogue/cycles/mise-en-communs-2024",
    "/dialogue/sessions/7",
    "/dialogue/sessions/21",
    "/veille?jour=2000-01-01&quoi=new&source=ici",
    "/alertes/nouvelle?liste=/programmes?q=friche",
    "/alertes/envoyee",
    "/alertes/effacee",
    "/alertes/inconnue",
    "/lieux?q=saint",
    "/corrections/nouvelle?fiche=/programmes/fonds-vert-friches",
    "/corrections/merci",
    "/manques/merci",
    "/a-verifier",
    "/a-propos",
    "/methode",
    "/mentions-legales",
    "/confidentialite",
    "/accessibilite",
    "/plan-du-site",
    "/compte/connexion",
    "/compte/inscription",
    "/compte/mot-de-passe/oublie",
    "/compte/confirmation",
    "/nulle-part",
    "/?inconnu=1",
)
PRIVATE = (
    "/mon-espace",
    "/mon-espace/supprimer",
    "/mon-espace/offres/nouvelle",
    "/mon-espace/fiches",
    "/mon-espace/structures?q=cerema",
    "/mon-espace/etudes",
    "/mon-espace/etudes/nouvelle",
    "/mon-espace/etudes/importer",
    "/mon-espace/fichiers",
    "/programmes/fonds-vert-friches/modifier",
    "/acteurs/anct/modifier",
    "/animation/propositions",
    "/animation/propositions?sorte=douteuses",
    "/animation/doublons",
    "/animation/doublons?sorte=acteurs",
    "/odd",
    "/animation/odd",
    "/animation/odd/cibles",
    "/couverture/manques/DEP-62/equipement-public",
    "/animation/sources",
    "/animation/travaux",
    "/animation/dialogue/nouvelle",
    "/animation/dialogue/cycles/nouveau",
    "/animation/dialogue/cycles/mise-en-communs-2024/modifier",
    "/dialogue/sessions/21/affirmations",
    "/dialogue/gouvernance",
    "/animation/dialogue/gouvernance",
    "/animation/dialogue/21",
    "/animation/dialogue/21/inscriptions",
    "/animation/dialogue/21/accueil",
    "/animation/dialogue/21/decisions",
    "/animation/dialogue/21/parole",
    "/dialogue/sessions/21/parole",
    "/mon-espace/engagements",
    "/dialogue/sessions/21/inscription",
    "/animation/fraicheur",
    "/animation/articulations",
    "/articulations/nouvelle?de=fonds-vert-friches",
    "/animation/liens",
    "/animation/avis?tous=oui",
    "/mon-espace/choix",
    "/animation",
    "/animation/fiches/fonds-vert-friches",
    "/compte/adresses",
    "/compte/mot-de-passe",
    "/compte/double-authentification",
    "/compte/deconnexion",
)
WORKED = (
    ("/animation/propositions?sorte=modifiees", "Lire et corriger"),
    ("/animation/doublons?sorte=acteurs", "Comparer"),
)
TABLE = (
    "Réf;Intitulé;Résumé;Structure;Type;Lieu\n"
    "A1;Appui aux lavoirs;Remettre en état un lavoir communal.;Syndicat d’exemple;Coup de main;DEP-62\n"
).encode()
PHONE = 360
PHONE_RULES = (
    "color-contrast",
    "link-in-text-block",
    "meta-viewport",
    "scrollable-region-focusable",
)
TARGET = "target-size"
"""Fingers want 24 px: asked of the space of dialogue, used standing. axe asks it of no page unless told."""
SCREENS = [("light", PHONE), ("dark", 1280)]
"""Both schemes and both widths, each once: the four of them take twice as long."""


@pytest.fixture(params=SCREENS, ids=[f"{scheme}-{width}" for scheme, width in SCREENS])
def screen(request, chromium, served):
    """A window of this size and scheme, where axe may run."""
    scheme, width = request.param
    context = chromium.new_context(
        locale="fr-FR",
        base_url=served,
        bypass_csp=True,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def funded(imported, house):
    """Projects of two lists, read from the samples of their sources."""
    for sample in ("dotations/sample/projets.csv", "fonds_vert/sample/2023.csv"):
        path = ROOT / "src/maillage/connectors" / sample
        command = [sys.executable, "-m", "maillage", "importer", str(path)]
        told = subprocess.run(command, env=house, cwd=ROOT, check=False, capture_output=True)
        assert told.returncode in (0, 1), "1: the samples hold lines that are refused"
    subprocess.run([sys.executable, "-m", "maillage", "suggerer-odd"], env=house, cwd=ROOT, check=True)
    subprocess.run([sys.executable, "-m", "maillage", "doublons"], env=house, cwd=ROOT, check=True)
    subprocess.run([sys.executable, "-m", "maillage", "couverture"], env=house, cwd=ROOT, check=True)
    kept = ["rapport", "--sortie", os.devnull]
    subprocess.run([sys.executable, "-m", "maillage", *kept], env=house, cwd=ROOT, check=True)


def asked_of(screen):
    """The rules asked on this screen: those a phone may break alone, or all."""
    return PHONE_RULES if screen.viewport_size["width"] == PHONE else ()


def faults(page, path, *, rules=()):
    """What axe finds on the page at this address, and whether it must be scrolled sideways."""
    page.goto(path)
    touched = rules and ("/dialogue" in path or path.endswith("/engagements"))
    return faults_here(page, path, rules=(*rules, TARGET) if touched else rules)


def faults_here(page, path, *, rules=()):
    """What axe finds on the page as it stands. `rules`: those asked, all when none is named."""
    from axe_playwright_python.sync_playwright import Axe

    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = [
        f"{path} {item['id']}: {node['html'][:160]}"
        for item in Axe().run(page, options={"resultTypes": ["violations"]} | only).response["violations"]
        for node in item["nodes"][:3]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{path} is {wide} px too wide"] if wide > 1 else [])


def test_public_pages_have_no_violation(screen, funded):
    assert [fault for path in PUBLIC for fault in faults(screen, path, rules=asked_of(screen))] == []


def test_private_pages_have_no_violation(screen, funded):
    sign_in(screen, *ANIMATOR)

    assert [fault for path in PRIVATE for fault in faults(screen, path, rules=asked_of(screen))] == []


def test_pages_reached_by_working_have_no_violation(screen, funded):
    """A proposal to reword, a pair to compare, a table to describe, two people who write at once."""
    sign_in(screen, *ANIMATOR)
    found = []
    for path, link in WORKED:
        screen.goto(path)
        screen.click(f"text={link} >> nth=0")
        found += faults_here(screen, link)
    screen.goto("/mon-espace/fichiers")
    screen.set_input_files("input[type=file]", {"name": "aides.csv", "mimeType": "text/csv", "buffer": TABLE})
    screen.get_by_role("button", name="Déposer").click()
    screen.get_by_role("heading", name="Que veulent dire ces colonnes ?").wait_for()
    found += faults_here(screen, "mapping")
    screen.goto("/programmes/fonds-vert-friches/modifier")
    screen.evaluate("document.querySelector('[name=version]').value = '0'.repeat(20)")
    screen.fill("#id_description", "Un autre texte sur la friche, assez long pour être gardé par le formulaire.")
    screen.click("form.form button[type=submit]")
    screen.wait_for_selector("[role=alert]")
    found += faults_here(screen, "conflict")

    assert found == []
