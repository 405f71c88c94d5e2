"""An index of its own for each test."""

from __future__ import annotations

import pytest

from maillage.search import engine
from tests.factories.rows import make_world


@pytest.fixture
def world(db, settings, tmp_path):
    """The small world, and an empty folder for the index."""
    settings.VAR = tmp_path
    engine.forget_reader()
    make_world()
    yield tmp_path
    engine.forget_reader()
