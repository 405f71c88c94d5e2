from __future__ import annotations

import pytest

from maillage.accounts.models import Event, User
from maillage.core.vocabulary import Status
from maillage.inventory.actions import signal_need
from maillage.inventory.models import Need, Programme
from tests.web.conftest import opened
from tests.web.test_contributing import GAP

OFFER = {
    "title": "Atelier des friches du Ternois",
    "promise": "Regardez votre friche avec des voisins",
    "description": "Trois demi-journées sur place avec des habitants, des élus et des entreprises pour décider.",
    "operator": "Agence de l’eau du Ternois",
    "natures": ["CATALYST"],
    "echelon": "LOCAL",
    "stages": ["EMERGENCE"],
    "aid_types": ["facilitation"],
    "audiences": ["commune"],
    "categories": ["friche"],
    "zones": "62041, 62119",
    "price": "FREE",
    "source_url": "https://exemple.test/atelier",
}
PRIVATE = ("/mon-espace", "/mon-espace/mes-donnees.json", "/mon-espace/supprimer")
CONTRIBUTORS = ("/mon-espace/offres/nouvelle",)
ANIMATORS = ("/animation", "/animation/fiches/recyclage-friches")
DECISIONS = (
    "/animation/fiches/recyclage-friches/decision",
    "/animation/besoins/00000000-0000-0000-0000-000000000000",
    "/animation/corrections/1",
    "/animation/propositions/1",
    "/liens/ecarter",
)


@pytest.mark.parametrize("path", [*PRIVATE, *CONTRIBUTORS, *ANIMATORS])
def test_a_private_page_asks_to_sign_in_and_comes_back(commons, client, path):
    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"] == f"/compte/connexion?next={path}"


@pytest.mark.parametrize("path", DECISIONS)
def test_a_decision_is_for_animateurs_only(commons, client, visitor, contributor, path):
    assert client.post(path, {"decision": "publier"}).status_code == 302
    assert visitor.post(path, {"decision": "publier"}).status_code == 403
    assert contributor.post(path, {"decision": "publier"}).status_code == 403


@pytest.mark.parametrize("path", ANIMATORS)
def test_the_queues_are_for_animateurs_only(visitor, contributor, animator, path):
    assert visitor.get(path).status_code == 403
    assert contributor.get(path).status_code == 403
    assert animator.get(path).status_code == 200


def test_a_visitor_becomes_a_contributor_under_the_name_they_choose(visitor):
    assert visitor.get("/mon-espace/offres/nouvelle").status_code == 403

    visitor.post("/mon-espace/contribuer", {"name": "  Camille  "})

    user = User.objects.get(email="visiteur@exemple.test")
    assert (user.role, user.name) == ("contributor", "Camille")
    assert visitor.get("/mon-espace/offres/nouvelle").status_code == 200


def test_a_draft_is_kept_gone_on_with_submitted_then_published(contributor, animator):
    contributor.post("/mon-espace/offres/nouvelle", OFFER | {"garder": "1"})
    row = Programme.objects.get(title=OFFER["title"])
    page = contributor.get(f"/mon-espace/offres/{row.slug}").content.decode()
    contributor.post(f"/mon-espace/offres/{row.slug}", OFFER | {"price": "SHARED", "soumettre": "1"})
    row.refresh_from_db()
    submitted = row.status
    animator.post(f"/animation/fiches/{row.slug}/decision", {"decision": "publier"})
    row.refresh_from_db()

    assert "COM-62041, COM-62119" in page
    assert (submitted, row.status, row.price) == ("review", "published", "SHARED")
    assert {zone.territory.code for zone in row.zones.all()} == {"COM-62041", "COM-62119"}
    assert [part.organisation.slug for part in row.parts.all()] == ["agence-ternois"]


def test_a_wrong_draft_says_what_is_wrong_and_keeps_everything(contributor):
    response = contributor.post("/mon-espace/offres/nouvelle", OFFER | {"zones": "62041, 99999", "garder": "1"})
    page = response.content.decode()

    assert response.status_code == 400
    assert "99999" in page
    assert OFFER["description"] in page
    assert not Programme.objects.filter(title=OFFER["title"]).exists()


def test_someone_elses_draft_cannot_be_opened(contributor, visitor):
    contributor.post("/mon-espace/offres/nouvelle", OFFER | {"garder": "1"})
    slug = Programme.objects.get(title=OFFER["title"]).slug
    visitor.post("/mon-espace/contribuer", {"name": "Autre"})

    assert visitor.get(f"/mon-espace/offres/{slug}").status_code == 404
    assert visitor.get(f"/programmes/{slug}").status_code == 404
    assert contributor.get(f"/programmes/{slug}").status_code == 200


def test_one_takes_away_ones_data_then_ones_account(contributor):
    contributor.post("/mon-espace/offres/nouvelle", OFFER | {"garder": "1"})

    data = contributor.get("/mon-espace/mes-donnees.json").json()
    contributor.post("/mon-espace/supprimer", {"sure": "oui"})

    assert data["email"] == "contributeur@exemple.test"
    assert [event["target_type"] for event in data["events"]] == ["programme"]
    assert not User.objects.filter(email="contributeur@exemple.test").exists()
    assert Programme.objects.filter(title=OFFER["title"]).exists()
    assert Event.objects.filter(target_type="programme").latest("id").by is None


def test_asking_once_does_not_erase_an_account(contributor):
    contributor.post("/mon-espace/supprimer", {})

    assert User.objects.filter(email="contributeur@exemple.test").exists()


def test_an_animateur_lets_a_need_through_or_not(commons, animator):
    shown = signal_need(text="Une cantine", territory=commons["COM-62041"], by=None)
    aside = signal_need(text="Du bruit", territory=None, by=None)

    animator.post(f"/animation/besoins/{shown.uid}", {"decision": "publier"})
    animator.post(f"/animation/besoins/{aside.uid}", {"decision": "archiver"})

    assert Need.objects.get(uid=shown.uid).status == Status.PUBLISHED
    assert Need.objects.get(uid=aside.uid).status == Status.ARCHIVED
    assert animator.post(f"/animation/besoins/{shown.uid}", {"decision": "peut-être"}).status_code == 400


def test_an_animateur_reads_and_decides_a_correction(animator, client):
    client.post(
        "/corrections/nouvelle",
        {"fiche": "/programmes/recyclage-friches", "text": "Le guichet a changé.", "ouvert": opened()},
    )
    page = animator.get("/animation").content.decode()
    from maillage.curation.models import Correction

    animator.post(f"/animation/corrections/{Correction.objects.get().pk}", {"decision": "retenir"})

    assert "Le guichet a changé." in page
    assert Correction.objects.get().state == "accepted"


def test_an_animateur_says_a_sheet_was_checked_today(animator):
    animator.post("/animation/fiches/recyclage-friches/decision", {"decision": "verifier"})

    assert Programme.objects.get(slug="recyclage-friches").verified_on is not None
    assert "Vérifiée le" in animator.get("/programmes/recyclage-friches").content.decode()


def test_a_signed_in_persons_gap_is_logged_as_theirs_without_its_words(contributor):
    contributor.post("/manques", GAP)

    event = Event.objects.get(target_type="need")
    assert event.by.email == "contributeur@exemple.test"
    assert "friche" not in str(event.facts)


@pytest.mark.parametrize(
    "path",
    [
        "/compte/connexion",
        "/compte/inscription",
        "/compte/mot-de-passe/oublie",
        "/compte/mot-de-passe/oublie/envoye",
        "/compte/confirmation",
    ],
)
def test_account_pages_wear_our_look_in_french(commons, client, path):
    page = client.get(path).content.decode()

    assert 'class="masthead"' in page
    assert "Sign" not in page


@pytest.mark.parametrize(
    "path",
    ["/compte/adresses", "/compte/mot-de-passe", "/compte/double-authentification", "/compte/deconnexion"],
)
def test_pages_of_ones_own_account_open(visitor, path):
    page = visitor.get(path, follow=True).content.decode()

    assert 'class="masthead"' in page
    assert "Two-Factor" not in page
