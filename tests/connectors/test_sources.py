"""Each source is complete, registered, and reads its own sample the same way twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import maillage.connectors
from maillage.connectors.connector import Connector
from maillage.connectors.files.opened import open_file
from maillage.connectors.parsed import ParsedProgramme
from maillage.connectors.registry import REGISTRY, recognise
from maillage.connectors.table.connector import CONNECTOR as TABLE

ROOM = Path(maillage.connectors.__file__).parent
FOLDERS = sorted(path.parent for path in ROOM.glob("*/connector.py"))
CONNECTORS = [*REGISTRY.values(), TABLE]


def folder_of(connector: Connector) -> Path:
    return ROOM / connector.package.rpartition(".")[2]


def samples_of(connector: Connector) -> list[Path]:
    found = sorted((folder_of(connector) / "sample").iterdir())
    known = [path for path in found if connector.mapping.columns & set(connector_columns(path))]
    return [path for path in known if recognise(connector_columns(path)) in (connector, None)] or known


def connector_columns(path: Path) -> tuple[str, ...]:
    return open_file(path, wanted=TABLE.mapping.columns).columns


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_is_complete(folder):
    names = {path.name for path in folder.iterdir()}

    assert {"connector.py", "mapping.csv", "sample", "README.md"} <= names
    assert any(name.startswith("test_") for name in names)
    assert folder in {folder_of(connector) for connector in CONNECTORS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_says_its_licence_its_rhythm_and_its_quirks(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")

    assert {"**Licence**", "**Rhythm**", "**Quirks**"} <= {line.split(" ")[0] for line in text.splitlines()}


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.slug)
def test_a_sample_parses_and_twice_gives_the_same(connector):
    for path in samples_of(connector):
        first = list(connector.parse_file(path))

        assert any(isinstance(parsed, ParsedProgramme) for parsed in first)
        assert first == list(connector.parse_file(path))


def test_a_source_is_told_by_its_columns():
    assert recognise(["id", "titre", "texte"]) is REGISTRY["aides-territoires-2022-textes"]
    assert recognise(["id", "titre"]) is None


def test_names_of_sources_are_their_keys():
    assert {slug: connector.slug for slug, connector in REGISTRY.items()} == {slug: slug for slug in REGISTRY}


def test_the_page_of_sources_is_fresh():
    script = ROOM.parents[2] / "scripts/build_source_page.py"

    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 0
