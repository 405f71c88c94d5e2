"""XLSX workbooks, read row by row; one that hides a bomb is refused before it is opened."""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from maillage.connectors.files.text_table import PROBE, Cells, header_index
from maillage.connectors.limits import Limits
from maillage.connectors.parsed import Refusal, shown
from maillage.core.errors import UnreadableFile

ROWS = 1_048_576
"""Rows a sheet may have; a file that claims more lies."""
UNZIPPABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
BROKEN = (*UNZIPPABLE, ParseError, LookupError, ValueError, TypeError, AttributeError)
"""What openpyxl raises on a damaged workbook besides its own error, seen with truncated and edited files."""


def check_size(path: Path, limits: Limits) -> None:
    """Refuse a workbook that would fill the memory or the disk, from its table of contents alone.

    zipfile never unpacks more than the size written there, so the sum is a true bound. An entity declaration has
    no business in a workbook and is refused too. Raises UnreadableFile.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            whole = sum(part.file_size for part in parts)
            shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
            if whole > limits.unpacked_bytes or shared > limits.shared_bytes:
                raise UnreadableFile("file_unpacks_too_large", name=path.name, size=whole, limit=limits.unpacked_bytes)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")) and b"<!" in archive.open(part).read(2048):
                    raise UnreadableFile("file_declares_entities", name=path.name)
    except UNZIPPABLE as error:
        raise UnreadableFile("file_truncated", name=path.name) from error


def records(path: Path, *, wanted: frozenset[str], limits: Limits) -> Iterator[Cells | Refusal]:
    """The rows of the first sheet that has any, the header first, blank rows left out.

    What stands above the header (the row with most `wanted` names) is left out.

    Dates become ISO text, whole numbers lose their « .0 », a formula gives its last computed value. Rows narrower
    than the header are filled with blanks: workbooks do not store trailing blanks. Raises UnreadableFile.
    """
    # Imported here: 0.15 s that a server, which imports this room, need not spend before its first page.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    check_size(path, limits)
    with path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                found = False
                for record in _rows(_table(sheet, wanted), limits):
                    found = True
                    yield record
                if found:
                    return
        except (*BROKEN, InvalidFileException) as error:
            raise UnreadableFile("file_truncated", name=path.name) from error


def _table(sheet: Any, wanted: frozenset[str]) -> Iterator[Cells]:
    """The rows with something in them, from the header on."""
    rows = _filled(sheet)
    first = list(islice(rows, PROBE))
    if first:
        header = header_index([row.cells for row in first], wanted)
        yield from chain(first[header:], rows)


def _filled(sheet: Any) -> Iterator[Cells]:
    for line, values in enumerate(islice(sheet.iter_rows(values_only=True), ROWS), start=1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield Cells(line=line, cells=tuple(cells))


def _rows(table: Iterator[Cells], limits: Limits) -> Iterator[Cells | Refusal]:
    width = 0
    for row in table:
        line, cells = row.line, row.cells
        width = width or len(cells)
        problem = _misfit(cells, width, limits)
        if problem:
            value = str(len(cells)) if problem == "cell_count" else shown(cells[0])
            raw = "\t".join(cells)[: limits.record_characters].encode("utf-8", "replace")
            yield Refusal(line=line, expected=problem, value=value, facts={"width": str(width)}, raw=raw)
        else:
            yield Cells(line=line, cells=cells + ("",) * (width - len(cells)))


def _misfit(cells: tuple[str, ...], width: int, limits: Limits) -> str:
    if len(cells) > limits.columns:
        return "column_count"
    if len(cells) > width:
        return "cell_count"
    return "cell_length" if any(len(cell) > limits.cell_characters for cell in cells) else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time.min
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
