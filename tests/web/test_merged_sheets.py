"""The address of a sheet that was merged."""

from __future__ import annotations

import pytest

from maillage.accounts.models import User
from maillage.curation.actions import merge_programmes, undo_merge
from maillage.inventory.models import Programme
from maillage.search import actions


@pytest.fixture
def merged(commons, animator):
    kept, absorbed = (Programme.objects.get(slug=slug) for slug in ("recyclage-friches", "diagnostic-friche"))
    done = merge_programmes(kept=kept, absorbed=absorbed, by=User.objects.get(role="animator"))
    actions.catch_up()
    return done


def test_the_old_address_leads_for_ever_to_the_kept_sheet(merged, client):
    response = client.get("/programmes/diagnostic-friche?territoire=COM-62041")

    assert response.status_code == 301
    assert response.headers["Location"] == "/programmes/recyclage-friches?territoire=COM-62041"


def test_through_two_merges_the_first_address_still_leads_there_at_once(merged, client):
    last = Programme.objects.get(slug="reseau-tiers-lieux")
    merge_programmes(kept=last, absorbed=Programme.objects.get(slug="recyclage-friches"), by=None)

    assert client.get("/programmes/diagnostic-friche").headers["Location"] == "/programmes/reseau-tiers-lieux"


def test_what_sleeps_is_listed_nowhere_and_comes_back_when_woken(merged, client):
    asleep = client.get("/programmes?q=diagnostic").content.decode()
    undo_merge(merge=merged, by=None)
    actions.catch_up()
    woken = client.get("/programmes?q=diagnostic").content.decode()

    assert "/programmes/diagnostic-friche" not in asleep
    assert "/programmes/diagnostic-friche" in woken
    assert client.get("/programmes/diagnostic-friche").status_code == 200


def test_nobody_moves_a_sleeping_sheet(merged, animator):
    animator.post("/animation/fiches/diagnostic-friche/decision", {"decision": "publier"})

    assert Programme.objects.get(slug="diagnostic-friche").status == "merged"
