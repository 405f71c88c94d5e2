"""Adding a source is one folder and one line of the registry: this adds one, and counts what the others cost."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import types
from pathlib import Path

import pytest

from maillage.connectors import registry
from maillage.connectors.connector import Connector, fetch_source
from maillage.connectors.files.opened import open_file
from maillage.connectors.registry import REGISTRY
from tests.factories.sources import open_site, page
from tests.repository.sources import PACKAGE, ROOT, files

CONNECTORS = PACKAGE / "connectors"
FOLDERS = sorted(path.parent.name for path in CONNECTORS.glob("*/connector.py"))
TABLE = "table"
"""Serves the mappings that people write: the harvest names it."""
MAPPING = "colonne,valeur,champ,devient,separateur,intitule,mode,note\ncle,,origin_id,,,,,\nintitule,,title,,,,,\n"


@pytest.mark.parametrize("name", [name for name in FOLDERS if name != TABLE])
def test_a_source_is_named_by_the_registry_and_by_nothing_else(name):
    word = re.compile(rf"maillage\.connectors\.{name}\b")
    naming = {
        path.relative_to(PACKAGE).as_posix()
        for path in files(".py", under=PACKAGE)
        if CONNECTORS / name not in path.parents and word.search(path.read_text(encoding="utf-8"))
    }
    built_on_it = {path for path in naming if path.count("/") > 1 and path.startswith("connectors/")}

    assert naming - built_on_it == {"connectors/registry.py"}


def test_one_folder_and_one_line_make_a_source_that_is_fetched_recognised_and_read(tmp_path, monkeypatch):
    folder = tmp_path / "une_source_neuve"
    folder.mkdir()
    (folder / "mapping.csv").write_text(MAPPING, encoding="utf-8")
    (folder / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "une_source_neuve", _package(folder))
    new = Connector(
        slug="neuve",
        name="Une source neuve",
        package="une_source_neuve",
        signature=frozenset({"cle", "intitule", "mot"}),
        origin="neuve",
        source_name="Une source neuve",
        licence="Licence Ouverte 2.0",
    )
    monkeypatch.setitem(registry.REGISTRY, new.slug, new)

    with open_site() as site, site.client() as client:
        site.pages["/liste.json"] = page(json.dumps([{"cle": "1", "intitule": "Un titre", "mot": "x"}]).encode())
        fetched = fetch_source(new, folder=tmp_path / "recu", client=client, address=f"{site.url}/liste.json")
    opened = open_file(fetched.path)
    found = registry.recognise(opened.columns)

    assert found is new
    assert [parsed.record.title for parsed in found.parse_file(fetched.path)] == ["Un titre"]


def _package(folder: Path) -> types.ModuleType:

    spec = importlib.util.spec_from_file_location(
        "une_source_neuve", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", FOLDERS)
def test_a_public_address_nobody_tried_says_so(name):
    readme = (CONNECTORS / name / "README.md").read_text(encoding="utf-8")
    addresses = {
        connector.default_address
        for connector in REGISTRY.values()
        if connector.package.endswith(f".{name}") and connector.default_address
    }

    assert all(address.startswith("https://") for address in addresses)
    assert not addresses or ("à vérifier" in readme and all(address in readme for address in addresses))


def test_the_guide_tells_how():
    guide = (ROOT / "docs/guide/importer.md").read_text(encoding="utf-8")

    assert "un dossier et une ligne" in guide
    for part in ("connector.py", "mapping.csv", "sample/", "README.md", "registry.py"):
        assert part in guide
