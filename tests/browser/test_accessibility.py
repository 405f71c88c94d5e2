"""axe-core on every page of the map, light and dark, on a phone and on a desk: not one violation."""

from __future__ import annotations

import pytest

from tests.browser.conftest import ANIMATOR, sign_in

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
    "/programmes",
    "/programmes?q=v%C3%A9lo&territoire=COM-62041&nature=PUBLIC",
    "/programmes?q=zzyzx",
    "/programmes/fonds-vert-friches?territoire=COM-62041",
    "/acteurs",
    "/acteurs/anct",
    "/besoins",
    "/etudes",
    "/territoires/COM-62041",
    "/territoires/PAYS-99100",
    "/veille",
    "/veille?quoi=new&territoire=COM-62041",
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
    "/animation/fraicheur",
    "/animation/liens",
    "/animation",
    "/animation/fiches/fonds-vert-friches",
    "/compte/adresses",
    "/compte/mot-de-passe",
    "/compte/double-authentification",
    "/compte/deconnexion",
)
SCREENS = [(scheme, width) for scheme in ("light", "dark") for width in (360, 1280)]


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


def faults(page, path):
    """What axe finds on a page, and whether it must be scrolled sideways."""
    from axe_playwright_python.sync_playwright import Axe

    page.goto(path)
    found = [
        f"{path} {item['id']}: {node['html'][:160]}"
        for item in Axe().run(page).response["violations"]
        for node in item["nodes"][:3]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{path} is {wide} px too wide"] if wide > 1 else [])


def test_public_pages_have_no_violation(screen):
    assert [fault for path in PUBLIC for fault in faults(screen, path)] == []


def test_private_pages_have_no_violation(screen):
    sign_in(screen, *ANIMATOR)

    assert [fault for path in PRIVATE for fault in faults(screen, path)] == []
