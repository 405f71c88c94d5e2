"""An animateur and some organisations."""

from __future__ import annotations

import pytest

from maillage.accounts.models import User
from tests.factories.rows import a_person, make_world


@pytest.fixture
def animator(db: None) -> User:
    """Who prepares the sessions."""
    make_world()
    return a_person()
