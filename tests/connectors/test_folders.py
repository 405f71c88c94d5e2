"""A folder of files is read as one source; a damaged file stops nothing and is told."""

from __future__ import annotations

import json

import pytest

from maillage.connectors.files import folder as folders
from maillage.connectors.files.opened import open_file
from maillage.connectors.limits import Limits
from maillage.connectors.parsed import Refusal
from maillage.connectors.registry import recognise
from maillage.core.errors import UnreadableFile

PAGE = {"id": 1, "name": "Aide", "targeted_audiences": [], "aid_types": [], "perimeter": "France"}


@pytest.fixture
def folder(tmp_path):
    for number in (2, 1):
        rows = [{**PAGE, "id": number * 10 + rank} for rank in range(3)]
        (tmp_path / f"page-{number}.json").write_text(json.dumps({"count": 6, "next": None, "results": rows}))
    return tmp_path


def test_the_files_of_a_folder_are_read_in_order_as_one(folder):
    opened = open_file(folder)

    assert opened.kind == "folder"
    assert [json.loads(item.raw)["id"] for item in opened.items()] == [10, 11, 12, 20, 21, 22]
    assert recognise(opened.columns).slug == "aides-territoires"
    assert opened.reasons[0].sentence() == "2 fichiers du dossier lus comme un seul"


def test_the_digest_of_a_folder_is_that_of_what_it_holds(folder):
    before = open_file(folder).sha256

    assert open_file(folder).sha256 == before
    (folder / ".cache").write_text("x")
    assert open_file(folder).sha256 == before
    (folder / "page-3.json").write_text((folder / "page-1.json").read_text())
    assert open_file(folder).sha256 != before


def test_a_damaged_file_is_refused_alone(folder):
    (folder / "page-0.json").write_text("<html>Maintenance</html>")
    (folder / "page-9.json").write_text('{"a": 1, "b": 2}')
    (folder / "dedans").mkdir()

    items = list(open_file(folder).items())

    refused = [item for item in items if isinstance(item, Refusal)]
    assert [(item.expected, item.value) for item in refused] == [("readable_file", "page-0.json")] * bool(refused)
    assert len(items) - len(refused) >= 6


def test_a_folder_with_nothing_readable_says_so(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")

    with pytest.raises(UnreadableFile) as caught:
        open_file(tmp_path)

    assert caught.value.code == "folder_empty"


def test_a_folder_is_bounded_like_a_file(folder, monkeypatch):
    with pytest.raises(UnreadableFile) as caught:
        open_file(folder, limits=Limits(file_bytes=300))
    assert caught.value.code == "file_too_large"

    monkeypatch.setattr(folders, "FILES", 1)
    with pytest.raises(UnreadableFile) as caught:
        open_file(folder)
    assert caught.value.code == "folder_too_full"
