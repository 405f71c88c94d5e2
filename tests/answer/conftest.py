"""An inventory and its index, small enough to read in one look."""

from __future__ import annotations

import pytest

from maillage.inventory.actions import put_programmes
from maillage.search import engine
from maillage.search.actions import rebuild
from tests.factories.rows import make_world


@pytest.fixture
def hold(db, settings, tmp_path):
    """Put these records in the inventory and the index."""
    settings.VAR = tmp_path
    engine.forget_reader()
    make_world()

    def put_and_index(*records) -> None:
        outcomes = put_programmes(records, by=None)
        assert [outcome.refusal for outcome in outcomes] == [None] * len(records)
        rebuild()

    yield put_and_index
    engine.forget_reader()
