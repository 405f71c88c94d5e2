"""Duplicates among what real sources publish, read in place."""

from __future__ import annotations

import time

import pytest
from django.db.models import Count

from maillage.accounts.models import User
from maillage.curation import actions
from maillage.curation.models import FieldOrigin
from maillage.curation.queries import pending_proposals
from maillage.inventory.actions import load_vocabulary
from maillage.inventory.models import Programme
from tests.factories.imports import imported_as

pytestmark = pytest.mark.django_db


@pytest.mark.data
def test_on_the_real_packs_an_offer_that_three_sources_list_counts_once(shared_data, geography):
    """The ministry, Aides-territoires in 2022 and the Région Île-de-France, as they publish; a person says yes."""
    load_vocabulary()
    person = User.objects.create_user("relectrice@exemple.test", role="animator")
    packs = {
        "mte": "programmes_mte/programmes.jsonl",
        "aides-territoires-2022-titres": "programmes_aides_territoires_2022/titres_url_2022.csv",
        "ile-de-france": "programmes_idf/iledefrance_aides.jsonl",
    }
    for slug, name in packs.items():
        imported_as(slug, shared_data / name)
    entered = Programme.objects.count()

    for waiting in pending_proposals().exclude(programme=None):
        actions.accept(proposal=waiting, by=person)
    began = time.process_time()
    found = actions.find_duplicates()
    spent = time.process_time() - began

    told = FieldOrigin.objects.filter(field="title").values("key").annotate(count=Count("id"))
    assert max(row["count"] for row in told) == 3
    assert Programme.objects.count() == entered, "what another source tells makes no second sheet"
    assert 0 < found.same + found.doubtful < found.sheets / 10
    assert spent < 20
