"""A body is put away, never deleted; the starter tables never undo what a source told since."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.accounts.models import Event
from maillage.actors.actions import move_organisation, put_organisations
from maillage.actors.models import Organisation
from maillage.actors.queries import told_since
from maillage.core.errors import Refused
from maillage.core.vocabulary import Status
from tests.factories.places import make_places
from tests.factories.records import an_organisation

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 8, 1)


@pytest.fixture
def body() -> Organisation:
    make_places()
    put_organisations([an_organisation(as_of=DAY, source_name="Une liste", address="1 place du Port")], by=None)
    return Organisation.objects.get()


def test_a_body_put_away_keeps_why_and_can_come_back(body):
    move_organisation(organisation=body, to=Status.ARCHIVED, by=None, why="gone_from_source")
    event = Event.objects.latest("id")

    assert (event.verb, event.facts, event.snapshot["status"]) == (
        "archived",
        {"why": "gone_from_source"},
        "archived",
    )
    with pytest.raises(Refused, match="move_not_allowed"):
        move_organisation(organisation=body, to=Status.ARCHIVED, by=None)
    move_organisation(organisation=body, to=Status.PUBLISHED, by=None, why="back_in_source")
    assert Organisation.objects.get().status == "published"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"as_of": DAY, "source_name": "Les tables"}, {"agence-ternois"}),
        ({"as_of": DAY, "source_name": "Une liste"}, set()),
        ({"as_of": dt.date(2025, 1, 1), "source_name": "Les tables"}, set()),
        ({"source_name": "Les tables"}, set()),
    ],
    ids=["another source as recent", "the same source", "more recent tables", "tables without a day"],
)
def test_what_another_source_told_since_is_left_to_it(body, said, kept):
    assert told_since([an_organisation(**said)]) == kept
