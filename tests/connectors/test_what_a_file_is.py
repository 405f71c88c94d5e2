"""A file is told by its content; one that is not what it says is named for what it is."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from maillage.connectors.files.opened import open_file
from maillage.connectors.limits import Limits
from maillage.core.errors import UnreadableFile
from maillage.core.wording import error_sentence


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


FOREIGN = {
    "file_empty": b"",
    "file_is_html": b"<!DOCTYPE html><html><body><table><tr><td>a;b</td></tr></table></body></html>",
    "file_is_pdf": b"%PDF-1.7 a,b,c",
    "file_is_xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "file_is_gzip": gzip.compress(gzip.compress(b"a,b\n1,2\n")),
    "file_is_image": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    "file_is_xml": b'<?xml version="1.0"?><aides><aide/></aides>',
    "file_is_docx": zipped("word/document.xml"),
    "file_is_ods": zipped("content.xml", "mimetype"),
    "file_is_zip": zipped("aides.csv"),
    "file_binary": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("code", FOREIGN)
def test_a_file_that_is_not_a_table_is_named_for_what_it_is(tmp_path, code):
    path = tmp_path / "aides.csv"
    path.write_bytes(FOREIGN[code])

    with pytest.raises(UnreadableFile) as caught:
        open_file(path)

    assert caught.value.code == code
    assert "aides.csv" in error_sentence(caught.value)
    assert str(tmp_path) not in error_sentence(caught.value)


def test_a_workbook_called_csv_is_read_as_a_workbook_and_said_so(tmp_path):
    path = tmp_path / "aides.csv"
    book = openpyxl.Workbook()
    book.active.append(["titre", "lieu"])
    book.active.append(["A", "DEP-62"])
    book.save(path)

    opened = open_file(path)

    assert (opened.kind, opened.columns) == ("xlsx", ("titre", "lieu"))
    assert "le nom dit .csv, le contenu est XLSX" in [reason.sentence() for reason in opened.reasons]


def test_a_table_of_text_called_xlsx_is_read_as_text(tmp_path):
    path = tmp_path / "aides.xlsx"
    path.write_text("titre;lieu\nA;DEP-62\n", encoding="utf-8")

    assert open_file(path).kind == "csv"


def test_a_file_beyond_the_bound_is_refused_unread(tmp_path):
    path: Path = tmp_path / "aides.csv"
    path.write_text("titre,lieu\n" + "A,B\n" * 100, encoding="utf-8")

    with pytest.raises(UnreadableFile) as caught:
        open_file(path, limits=Limits(file_bytes=100))

    assert caught.value.code == "file_too_large"
