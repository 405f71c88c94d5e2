"""What a file is, told by its first bytes: its name may lie."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path

from maillage.connectors.files.feed import is_feed
from maillage.core.errors import UnreadableFile

HEAD = 4096
FOREIGN = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"SQLite format 3\0", "sqlite"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "rtf"),
)
PAGES = ("<!doctype html", "<html", "<head", "<body", "<script")


def kind_of(path: Path) -> str:
    """`xlsx`, `json`, `feed` or `csv` (any table of text), by content alone.

    Raises UnreadableFile naming what the file really is when it is something else: a web page saved instead of
    the data, a PDF, an old workbook, an archive, an empty file.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise UnreadableFile("file_empty", name=path.name)
    if head.startswith(b"PK"):
        return _zipped(path)
    for mark, name in FOREIGN:
        if head.startswith(mark):
            raise UnreadableFile(f"file_is_{name}", name=path.name)
    return _text_kind(head, path)


def _text_kind(head: bytes, path: Path) -> str:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = (
        head.decode("utf-16", "replace") if wide else head.lstrip(b"\xef\xbb\xbf \t\r\n\0").decode("utf-8", "replace")
    )
    start = text.lstrip()
    lowered = start[:200].lower()
    if lowered.startswith(PAGES) or ("<!doctype html" in lowered and lowered.startswith("<")):
        raise UnreadableFile("file_is_html", name=path.name)
    if is_feed(start):
        return "feed"
    if lowered.startswith("<?xml"):
        raise UnreadableFile("file_is_html" if "<html" in start.lower() else "file_is_xml", name=path.name)
    return "json" if start.startswith(("{", "[")) else "csv"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFile("file_truncated", name=path.name) from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        raise UnreadableFile("file_is_docx", name=path.name)
    if "content.xml" in names:
        raise UnreadableFile("file_is_ods", name=path.name)
    raise UnreadableFile("file_is_zip", name=path.name)
