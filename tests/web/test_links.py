"""What the link checker found, on the sheet and for animateurs."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.curation.models import CheckedAddress, MoveState
from maillage.inventory.models import Programme

URL = "https://exemple.test/fiche"


@pytest.fixture
def dead(commons) -> CheckedAddress:
    return CheckedAddress.objects.create(
        url=URL, status=404, failures=3, failed_on=dt.date(2026, 11, 4), why="link_broken"
    )


def test_a_sheet_says_that_its_link_is_to_check(dead, client):
    page = client.get("/programmes/recyclage-friches").content.decode()

    assert "Lien à vérifier" in page
    assert "répond par une erreur (404)" in page


def test_two_failures_are_not_told_yet(dead, client):
    CheckedAddress.objects.update(failures=2)

    assert "Lien à vérifier" not in client.get("/programmes/recyclage-friches").content.decode()


def test_the_animator_sees_the_sheets_of_each_dead_link(dead, animator):
    assert "1 lien à vérifier" in animator.get("/animation").content.decode()

    page = animator.get("/animation/liens").content.decode()
    assert "Recyclage des friches" in page
    assert "Diagnostic de friche" in page


def test_the_animator_takes_a_new_address(commons, animator):
    row = CheckedAddress.objects.create(url=URL, moved_to="https://exemple.test/neuve", move=MoveState.PENDING)
    assert "https://exemple.test/neuve" in animator.get("/animation/liens").content.decode()

    animator.post(f"/animation/liens/{row.pk}", {"decision": "prendre"})

    assert set(Programme.objects.values_list("source_url", flat=True)) == {"https://exemple.test/neuve"}


@pytest.mark.parametrize("who", ["visitor", "contributor"])
def test_the_queue_is_for_animators(request, who):
    client = request.getfixturevalue(who)
    row = CheckedAddress.objects.create(url=URL, moved_to="https://exemple.test/neuve", move=MoveState.PENDING)

    assert client.get("/animation/liens").status_code == 403
    assert client.post(f"/animation/liens/{row.pk}", {"decision": "prendre"}).status_code == 403
    row.refresh_from_db()
    assert row.move == MoveState.PENDING
