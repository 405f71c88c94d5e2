"""A small commons where two bodies carry offers that should know each other."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from maillage.accounts.models import Role, User
from maillage.actors.actions import put_organisations
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.inventory.actions import load_vocabulary, put_programmes
from maillage.inventory.models import Programme
from tests.factories.places import make_places
from tests.factories.records import a_programme, an_operator, an_organisation

BODIES = ("agence", "fabrique", "tiers")


def an_offer(slug: str, body: str, title: str = "Recyclage des friches", **said):
    values = {"categories": ("friche",), "operators": (an_operator(slug=body, name=body),)}
    return a_programme(title, slug=slug, **values | said)


def an_account(email: str, role: Role = Role.CONTRIBUTOR, body: str = "") -> User:
    user = User.objects.create_user(email, role=role)
    if body:
        organisation = Organisation.objects.get(slug=body)
        Membership.objects.create(user=user, organisation=organisation, state=MembershipState.CONFIRMED)
    return user


@pytest.fixture
def two_sides(db: None) -> SimpleNamespace:
    """Two offers on one object, at two stages, by two bodies; someone of each, someone of neither, an animateur."""
    make_places()
    load_vocabulary()
    put_organisations([an_organisation(body, slug=body) for body in BODIES], by=None)
    put_programmes(
        [
            an_offer("etude", "agence", "Étude des friches"),
            an_offer("travaux", "fabrique", "Travaux sur les friches", stages=("DELIVERY",), natures=("PROJECT",)),
            an_offer("suite", "fabrique", "Friches : concevoir", stages=("DESIGN",), natures=("PROJECT",)),
        ],
        by=None,
    )
    offers = {row.slug: row for row in Programme.objects.all()}
    return SimpleNamespace(
        **offers,
        of_agence=an_account("agence@exemple.test", body="agence"),
        of_fabrique=an_account("fabrique@exemple.test", body="fabrique"),
        stranger=an_account("tiers@exemple.test", body="tiers"),
        visitor=an_account("visiteur@exemple.test", Role.VISITOR, body="agence"),
        animator=an_account("animateur@exemple.test", Role.ANIMATOR),
    )
