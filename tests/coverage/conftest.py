"""A small commons with its coverage."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.coverage import atlas
from tests.factories.records import an_organisation
from tests.factories.rows import make_world


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> None:
    """Two communes of the Pas-de-Calais and one of the Hérault, two organisations, no offer yet."""
    settings.VAR = tmp_path
    atlas.forget()
    make_world(an_organisation(), an_organisation("Bureau d’études du Ternois", slug="bureau-ternois"))
