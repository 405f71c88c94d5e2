"""A small commons with its index, for the pages."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from maillage.accounts.models import Role, User
from maillage.actors.actions import put_organisations
from maillage.inventory.actions import load_vocabulary, put_links, put_programmes
from maillage.search import actions, engine
from maillage.web.pace import SALT
from tests.factories.places import make_places
from tests.factories.records import a_link, a_programme, an_operator, an_organisation

PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

RECORDS = (
    a_programme(
        "Recyclage des friches",
        slug="recyclage-friches",
        promise="Faites renaître une friche",
        description="Une aide pour dépolluer et réhabiliter une friche. " * 6,
        stages=("DESIGN", "FUNDING"),
        aid_types=("grant",),
        categories=("friche",),
        keywords=("friche", "réhabilitation"),
        operators=(an_operator(),),
        zones=("DEP-62",),
        echelon="DEPARTMENTAL",
        conditions=("Être propriétaire du site",),
        how_to="Écrivez à la préfecture.",
    ),
    a_programme(
        "Diagnostic de friche",
        slug="diagnostic-friche",
        description="Un premier regard sur la friche, gratuit, avant toute étude. " * 5,
        stages=("EMERGENCE",),
        categories=("friche",),
        keywords=("friche",),
        price="FREE",
        operators=(an_operator(),),
    ),
    a_programme(
        "Réseau des tiers-lieux",
        slug="reseau-tiers-lieux",
        description="Rencontrer d’autres porteurs de tiers-lieux. " * 5,
        natures=("CATALYST",),
        stages=("EMERGENCE", "EVALUATION"),
        aid_types=("facilitation",),
        categories=("tiers-lieux",),
        keywords=("tiers-lieu",),
        operators=(an_operator(),),
    ),
)


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Style and script files by their own names: nothing needs to be collected to test a page."""
    settings.STORAGES = PLAIN_FILES


@pytest.fixture
def commons(db: None, settings: Any, tmp_path: Path) -> Any:
    """Two communes and their zones, one organisation, three programmes, one articulation, all indexed."""
    settings.VAR = tmp_path
    engine.forget_reader()
    places = make_places()
    load_vocabulary()
    put_organisations([an_organisation()], by=None)
    put_programmes(RECORDS, by=None)
    put_links([a_link("diagnostic-friche", "recyclage-friches")], by=None)
    actions.rebuild()
    yield places
    engine.forget_reader()


def person(role: Role, email: str) -> User:
    """A confirmed account."""
    return User.objects.create_user(email, "un-mot-de-passe-long", role=role, name=f"Nom de {role}")


def signed_in(user: User) -> Client:
    """A browser where this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def opened(seconds: int = 60) -> str:
    """The mark of a form opened that many seconds ago."""
    return signing.dumps(int(time.time()) - seconds, salt=SALT)


@pytest.fixture
def visitor(commons: Any) -> Client:
    """An account without any right."""
    return signed_in(person(Role.VISITOR, "visiteur@exemple.test"))


@pytest.fixture
def contributor(commons: Any) -> Client:
    """An account that may draft."""
    return signed_in(person(Role.CONTRIBUTOR, "contributeur@exemple.test"))


@pytest.fixture
def animator(commons: Any) -> Client:
    """An account that may decide."""
    return signed_in(person(Role.ANIMATOR, "animateur@exemple.test"))
