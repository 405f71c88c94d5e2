"""XLSX: values as people see them, bombs refused before they open."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from maillage.connectors.files.opened import open_file
from maillage.connectors.limits import USUAL
from maillage.core.errors import UnreadableFile


@pytest.fixture
def workbook(tmp_path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["titre", "clôture", "prix", "vide"])
    book.active.append(["A", dt.datetime(2026, 12, 31), 12.0, None])
    book.active.append([])
    book.active.append(["B", dt.datetime(2026, 1, 2, 8, 30), 1.5])
    path = tmp_path / "aides.xlsx"
    book.save(path)
    return path


def repacked(path: Path, changes: dict[str, bytes]) -> Path:
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            copy.writestr(name, changes.get(name) or source.read(name))
        for name in changes.keys() - set(source.namelist()):
            copy.writestr(name, changes[name])
    return target


def test_cells_read_as_people_see_them(workbook):
    items = list(open_file(workbook).items())

    assert [(item.line, json.loads(item.raw)) for item in items] == [
        (2, {"titre": "A", "clôture": "2026-12-31", "prix": "12", "vide": ""}),
        (4, {"titre": "B", "clôture": "2026-01-02T08:30:00", "prix": "1.5", "vide": ""}),
    ]


def test_a_bomb_is_refused_on_its_table_of_contents(workbook):
    bomb = repacked(workbook, {"xl/media/image1.bin": b"\0" * 60_000_000})
    limits = dataclasses.replace(USUAL, unpacked_bytes=50_000_000)

    with pytest.raises(UnreadableFile) as caught:
        open_file(bomb, limits=limits)

    assert bomb.stat().st_size < 200_000
    assert caught.value.code == "file_unpacks_too_large"


def test_a_size_that_lies_does_not_unpack_more(workbook):
    """The table of contents says 10 bytes for a part of 5 MB: zipfile gives 10 bytes, then a wrong checksum."""
    lying = repacked(workbook, {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 5_000_000 + b"</worksheet>"})
    raw = bytearray(lying.read_bytes())
    entry = raw.rindex(b"xl/worksheets/sheet1.xml") - 46
    raw[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    lying.write_bytes(bytes(raw))

    with pytest.raises(UnreadableFile):
        list(open_file(lying).items())


def test_entities_are_refused(workbook):
    hostile = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'

    with pytest.raises(UnreadableFile) as caught:
        open_file(repacked(workbook, {"xl/sharedStrings.xml": hostile}))

    assert caught.value.code == "file_declares_entities"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_workbook_is_said_to_be(workbook, kept):
    raw = workbook.read_bytes()
    workbook.write_bytes(raw[: int(len(raw) * kept)])

    with pytest.raises(UnreadableFile) as caught:
        open_file(workbook)

    assert caught.value.code == "file_truncated"


def test_a_sheet_that_claims_a_million_columns_costs_nothing(workbook):
    with zipfile.ZipFile(workbook) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    wide = sheet.replace(b'<dimension ref="A1:D4" />', b'<dimension ref="A1:XFD1048576" />')
    wide = wide.replace(b'<dimension ref="A1:D4"/>', b'<dimension ref="A1:XFD1048576"/>')

    items = list(open_file(repacked(workbook, {"xl/worksheets/sheet1.xml": wide})).items())

    assert wide != sheet
    assert len(items) == 2
