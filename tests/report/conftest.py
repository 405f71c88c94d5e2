"""A small commons with what its report needs: offers, a link, gaps with their demand, members of a network."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from maillage.accounts.models import Event
from maillage.actors.actions import put_organisations
from maillage.core.vocabulary import Status
from maillage.coverage import atlas
from maillage.inventory.actions import put_links, put_programmes, review_need, signal_need
from maillage.inventory.models import Need
from maillage.territories.models import Territory
from tests.factories.records import a_link, a_programme, an_operator, an_organisation
from tests.factories.rows import a_person, make_world

OFFERS = (
    a_programme("Étude des friches", slug="etude", categories=("friche",), operators=(an_operator(),)),
    a_programme(
        "Travaux sur les friches",
        slug="travaux",
        stages=("DELIVERY",),
        natures=("PROJECT",),
        echelon="DEPARTMENTAL",
        zones=("DEP-62",),
        categories=("friche",),
        operators=(an_operator("bureau-ternois", "Bureau d’études du Ternois"),),
    ),
    a_programme(
        "Friches : concevoir",
        slug="suite",
        stages=("DESIGN",),
        natures=("PROJECT",),
        categories=("friche",),
        operators=(an_operator("bureau-ternois", "Bureau d’études du Ternois"),),
    ),
    a_programme("Conseil aux communes", slug="conseil", categories=("eau-potable",), operators=(an_operator(),)),
)


@pytest.fixture
def inventory(db: None, settings: Any, tmp_path: Path) -> None:
    """Four offers and a link, all known since yesterday; a need in the Hérault; one member of a network."""
    settings.VAR = tmp_path
    atlas.forget()
    member = an_organisation("ADIL du Pas-de-Calais", slug="adil-62", network="adil", zones=("DEP-62",))
    make_world(an_organisation(), an_organisation("Bureau d’études du Ternois", slug="bureau-ternois"))
    put_organisations([member], by=None)
    put_programmes(OFFERS, by=None)
    put_links([a_link("etude", "travaux")], by=None)
    need = signal_need(
        text="Dépolluer une friche", territory=Territory.objects.get(code="COM-34333"), by=None, categories=["friche"]
    )
    review_need(need=need, to=Status.PUBLISHED, by=a_person("relit@exemple.test"))
    since = timezone.now() - dt.timedelta(days=1)
    Event.objects.update(at=since)
    Need.objects.update(created_at=since)


@pytest.fixture
def yesterday() -> dt.date:
    """The day the inventory was known."""
    return timezone.localdate() - dt.timedelta(days=1)
