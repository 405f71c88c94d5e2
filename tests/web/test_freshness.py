"""Answer a reminder, keep one's sheets, say whom one works for: by role and by object."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from maillage.accounts.models import User
from maillage.actors.models import Membership
from maillage.curation import ladder
from maillage.curation.models import Correction
from maillage.inventory.models import Programme
from tests.factories.rows import noon

SLUG = "diagnostic-friche"


def old(slug: str = SLUG, days: int = 300) -> Programme:
    ago = noon(dt.date.today() - dt.timedelta(days=days))
    Programme.objects.filter(slug=slug).update(created_at=ago)
    return Programme.objects.get(slug=slug)


def link(row: Programme, email: str) -> str:
    user = User.objects.get(email=email)
    asked = ladder.Asked(programme=str(row.uid), user=user.pk, since=ladder.last_word(row))
    return f"/fiches/confirmer/{ladder.link_token(asked)}"


def test_following_the_link_confirms_nothing_and_its_button_does(contributor, client):
    row = old()
    address = link(row, "contributeur@exemple.test")

    page = client.get(address)
    assert (page.status_code, Programme.objects.get(pk=row.pk).verified_on) == (200, None)
    assert "toujours à jour" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]

    answer = client.post(address, {"decision": "a-jour"})
    assert "Merci" in answer.content.decode()
    assert Programme.objects.get(pk=row.pk).verified_on == dt.date.today()
    assert "Merci" in client.get(address).content.decode()


def test_the_button_needs_its_token_against_forgery(contributor):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(link(old(), "contributeur@exemple.test"), {"decision": "a-jour"}).status_code == 403


def test_an_offer_that_ended_goes_to_the_animator(contributor, client):
    page = client.post(link(old(), "contributeur@exemple.test"), {"decision": "terminee"})

    assert "Rien n’est supprimé" in page.content.decode()
    assert Correction.objects.get().programme.slug == SLUG


@pytest.mark.parametrize("token", ["abc", "a" * 400, "%3Cscript%3E"])
def test_a_link_that_is_not_ours_is_refused_in_words(commons, client, token):
    page = client.get(f"/fiches/confirmer/{token}")

    assert page.status_code == 400
    assert "Ce lien est incomplet" in page.content.decode()


def test_a_silent_sheet_says_since_when(commons, client):
    assert "Non confirmée depuis" not in client.get(f"/programmes/{SLUG}").content.decode()
    old()

    assert "Non confirmée depuis" in client.get(f"/programmes/{SLUG}").content.decode()


def test_one_says_whom_one_works_for_and_an_animator_confirms(contributor, animator):
    found = contributor.get("/mon-espace/structures?q=ternois").content.decode()
    assert "Je travaille pour Agence de l’eau du Ternois" in found
    contributor.post("/mon-espace/structures", {"structure": "agence-ternois"})
    row = Membership.objects.get()
    assert "Recyclage" not in contributor.get("/mon-espace/fiches").content.decode()

    assert "Nom de contributor" in animator.get("/animation").content.decode()
    animator.post(f"/animation/structures/{row.pk}", {"decision": "confirmer"})

    page = contributor.get("/mon-espace/fiches").content.decode()
    assert "Recyclage des friches" in page
    assert "donnez un guichet ou une page de contact" in page
    assert "sur 100" in page


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("visitor", "/mon-espace/fiches", 403),
        ("visitor", "/mon-espace/structures", 403),
        ("visitor", "/animation/fraicheur", 403),
        ("contributor", "/animation/fraicheur", 403),
        ("contributor", "/mon-espace/fiches", 200),
        ("animator", "/animation/fraicheur", 200),
    ],
)
def test_each_page_is_for_its_role(request, who, path, status):
    assert request.getfixturevalue(who).get(path).status_code == status


def test_a_contributor_confirms_nobody(contributor, animator):
    contributor.post("/mon-espace/structures", {"structure": "agence-ternois"})

    refused = contributor.post(f"/animation/structures/{Membership.objects.get().pk}", {"decision": "confirmer"})

    assert (refused.status_code, Membership.objects.get().state) == (403, "asked")


def test_the_animator_reads_what_would_raise_a_sheet(animator):
    old()

    listed = animator.get("/animation/fraicheur").content.decode()
    sheet = animator.get(f"/animation/fiches/{SLUG}").content.decode()

    assert "Diagnostic de friche" in listed
    assert "confirmez qu’elle est à jour" in sheet


def test_the_list_costs_the_same_with_one_sheet_and_three(animator, django_assert_max_num_queries):
    old(days=300)
    with django_assert_max_num_queries(40) as one:
        animator.get("/animation/fraicheur")
    for slug in ("recyclage-friches", "reseau-tiers-lieux"):
        old(slug)
    with django_assert_max_num_queries(len(one.captured_queries)):
        animator.get("/animation/fraicheur")
