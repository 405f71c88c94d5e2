"""An animateur and some organisations."""

from __future__ import annotations

import pytest

from maillage.accounts.models import User
from maillage.dialogue.models import Rotation
from tests.factories.rows import a_person, make_world
from tests.factories.workshops import a_leader, drawn


@pytest.fixture
def animator(db: None) -> User:
    """Who prepares the sessions."""
    make_world()
    return a_person()


@pytest.fixture
def leader(db: None) -> User:
    """Who leads a day of nine organisations."""
    return a_leader()


@pytest.fixture
def rotation(leader: User) -> Rotation:
    """Twenty-one people of theirs, seated at three tables."""
    return drawn(leader)
