"""Every connector folder is complete, registered, and its sample parses, twice the same."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from maillage.connectors.files.opened import open_file
from maillage.connectors.parsed import RawItem, Refusal
from maillage.connectors.registry import REGISTRY, known_columns, recognise
from tests.repository.sources import PACKAGE

FOLDERS = sorted(path.parent for path in (PACKAGE / "connectors").glob("*/connector.py"))
SAMPLES = [path for folder in FOLDERS for path in sorted((folder / "sample").glob("*")) if folder.name != "table"]


def test_every_folder_is_registered_and_every_registered_source_has_its_folder():
    registered = {connector.package.rsplit(".", 1)[-1] for connector in REGISTRY.values()}

    assert registered == {folder.name for folder in FOLDERS} - {"table"}, "table serves mappings that people write"
    assert len(FOLDERS) > 5


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_is_complete(folder):
    readme = (folder / "README.md").read_text(encoding="utf-8").lower()

    assert (folder / "mapping.csv").is_file()
    assert any((folder / "sample").iterdir())
    assert any(folder.glob("test_*.py"))
    assert [word for word in ("licen", "rhythm", "rythme", "quirk", "particularit") if word in readme][1:], (
        "licence, rhythm and quirks are told"
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_line_of_a_mapping_has_the_cells_of_its_header(folder):
    with (folder / "mapping.csv").open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)

    assert rows
    assert [row for row in rows if len(row) != len(header)] == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.parent.name}-{path.name}")
def test_a_sample_is_recognised_parses_and_parses_twice_the_same(path: Path):
    opened = open_file(path, wanted=known_columns())
    home = f".{path.parent.parent.name}"
    by_name_only = [each for each in REGISTRY.values() if each.package.endswith(home) and not each.signature]
    connector = recognise(opened.columns)
    assert connector is not None, f"nobody recognises {opened.columns}"
    if not connector.package.endswith(home):
        assert by_name_only, f"{connector.slug} takes it for its own"
        (connector,) = by_name_only

    first, second = (
        [
            parsed
            for item in opened.items()
            if isinstance(item, RawItem)
            for parsed in connector.parse(item.raw, line=item.line)
        ]
        for _ in range(2)
    )

    assert first == second
    assert any(not isinstance(parsed, Refusal) for parsed in first)
