"""Two people, or two windows, that change one sheet at once: no text is lost."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from maillage.accounts.models import User
from maillage.inventory.models import Programme
from tests.web.conftest import signed_in
from tests.web.test_people import OFFER


@pytest.fixture
def two(contributor) -> tuple[Client, Client, str]:
    """Two browsers open on the same draft."""
    contributor.post("/mon-espace/offres/nouvelle", OFFER | {"garder": "1"})
    slug = Programme.objects.get(title=OFFER["title"]).slug
    other = signed_in(User.objects.get(email="contributeur@exemple.test"))
    return contributor, other, f"/mon-espace/offres/{slug}"


def version_in(page: str) -> str:
    return re.search(r'name="version" value="([0-9a-f]+)"', page).group(1)


def test_the_second_sees_both_texts_and_can_bring_them_together(two):
    first, second, path = two
    read = version_in(first.get(path).content.decode())
    words = "Trois demi-journées sur place, avec des habitants du canton et un goûter partagé."
    others = "Trois demi-journées sur place avec des élus, des entreprises, et une visite finale."

    one = first.post(path, OFFER | {"version": read, "description": others, "price": "SHARED", "garder": "1"})
    clash = second.post(path, OFFER | {"version": read, "description": words, "garder": "1"})
    page = clash.content.decode()
    row = Programme.objects.get(title=OFFER["title"])

    assert (one.status_code, clash.status_code) == (302, 409)
    assert row.description == others
    assert words in page, "what the second typed is still in the form"
    assert "visite" in page, "and what the first wrote is beside it"
    assert 'value="SHARED" selected' in page, "what only the first changed is taken"

    both = f"{others} {words}"
    again = second.post(
        path, OFFER | {"version": version_in(page), "description": both, "price": "SHARED", "garder": "1"}
    )
    row.refresh_from_db()
    assert (again.status_code, row.description, row.price) == (302, both, "SHARED")


def test_writing_one_after_the_other_asks_nothing(two):
    first, second, path = two

    for client, price in ((first, "SHARED"), (second, "PAID")):
        read = version_in(client.get(path).content.decode())
        assert client.post(path, OFFER | {"version": read, "price": price, "garder": "1"}).status_code == 302

    assert Programme.objects.get(title=OFFER["title"]).price == "PAID"


def test_a_version_nobody_remembers_takes_nothing_for_granted(two):
    first, _, path = two

    response = first.post(path, OFFER | {"version": "0" * 20, "title": "Un autre nom", "garder": "1"})

    assert response.status_code == 409
    assert "Un autre nom" in response.content.decode()
    assert Programme.objects.filter(title=OFFER["title"]).exists()
