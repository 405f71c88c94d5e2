"""How a source is told from another. That each is complete and replayable: `tests/repository/test_connectors.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from maillage.connectors.registry import REGISTRY, recognise

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("columns", "slug"),
    [
        (["id", "titre", "texte", "labels"], "aides-territoires-2022-textes"),
        (["name", "url"], "aides-territoires-2022-titres"),
        (["name", "url", "id", "targeted_audiences", "aid_types", "perimeter"], "aides-territoires"),
        (["name", "url", "price"], ""),
        (["id", "titre"], ""),
    ],
    ids=["one column more", "exactly", "the richest wins", "common columns of somebody else", "too few"],
)
def test_a_source_is_told_by_its_columns(columns, slug):
    found = recognise(columns)

    assert (found.slug if found else "") == slug


def test_names_of_sources_are_their_keys():
    assert {slug: connector.slug for slug, connector in REGISTRY.items()} == {slug: slug for slug in REGISTRY}


def test_the_page_of_sources_is_fresh():
    script = ROOT / "scripts/build_source_page.py"

    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 0
