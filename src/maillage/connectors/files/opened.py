"""A file someone brings: what it is, how we know, and its raw items one by one."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from maillage.connectors.files import feed, json_items, text_table, workbook
from maillage.connectors.files.encoding import fingerprint
from maillage.connectors.files.folder import parts_of, sha256_of_parts
from maillage.connectors.files.kinds import kind_of
from maillage.connectors.files.text_table import Cells, Dialect
from maillage.connectors.files.unpacking import is_packed, unpacked
from maillage.connectors.limits import USUAL, Limits
from maillage.connectors.parsed import RawItem, Refusal
from maillage.core.errors import UnreadableFile
from maillage.core.wording import Reason, because

NAMES = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON", "jsonl": "JSONL", "feed": "flux RSS ou Atom"}
SEPARATOR_NAMES = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A readable file, or folder of files. `kind`: csv, xlsx, json, jsonl, feed or folder.

    `columns`: its header, or the keys of its first object. `reasons`: how format, encoding and separator were found,
    for the person who asks. `parts`: the files of a folder, `damaged`: those that cannot be read. `home`: the folder
    that holds the file while it is used, when it came compressed.
    """

    path: Path
    kind: str
    sha256: str
    size: int
    encoding: str
    columns: tuple[str, ...]
    reasons: tuple[Reason, ...]
    dialect: Dialect
    wanted: frozenset[str]
    limits: Limits
    parts: tuple[OpenedFile, ...] = ()
    damaged: tuple[Refusal, ...] = ()
    home: tempfile.TemporaryDirectory[str] | None = field(default=None, compare=False, repr=False)

    def items(self) -> Iterator[RawItem | Refusal]:
        """Its records in order, each as the source wrote it; the same at every call. Raises UnreadableFile."""
        if self.kind == "folder":
            yield from _items_of(self)
        elif self.kind == "feed":
            yield from feed.items(self.path, encoding=self.encoding)
        elif self.kind in ("json", "jsonl"):
            yield from json_items.items(self.path, encoding=self.encoding, limits=self.limits)
        else:
            yield from _as_objects(_cells(self))


def open_file(path: Path, *, wanted: frozenset[str] = frozenset(), limits: Limits = USUAL) -> OpenedFile:
    """The file, once we know what it is, or the folder. `wanted`: column names that help to find its header.

    Raises UnreadableFile when it is too large, empty, or not one of the formats we read.
    """
    if path.is_dir():
        return _folder(path, wanted, limits)
    home = None
    size = path.stat().st_size
    if is_packed(path):
        path, home = unpacked(path, limits=limits)
    if size > limits.file_bytes:
        raise UnreadableFile("file_too_large", name=path.name, size=size, limit=limits.file_bytes)
    kind = kind_of(path)
    if kind == "xlsx":
        workbook.check_size(path, limits)
    prints = fingerprint(path)
    if kind != "xlsx" and not prints.encoding:
        raise UnreadableFile("file_binary", name=path.name)
    if kind == "feed":
        feed.check(path, size=size, encoding=prints.encoding)
    if kind == "json" and json_items.is_lines(path, encoding=prints.encoding):
        kind = "jsonl"
    dialect = Dialect(separator="", above=0)
    if kind == "csv":
        dialect = text_table.dialect_of(path, encoding=prints.encoding, wanted=wanted)
    opened = OpenedFile(
        path=path,
        kind=kind,
        sha256=prints.sha256,
        size=prints.size,
        encoding="" if kind == "xlsx" else prints.encoding,
        columns=(),
        reasons=_reasons(path, kind, dialect, None if kind == "xlsx" else prints.why),
        dialect=dialect,
        wanted=wanted,
        limits=limits,
        home=home,
    )
    return _with_columns(opened)


def _folder(path: Path, wanted: frozenset[str], limits: Limits) -> OpenedFile:
    """The files of a folder as one; its columns are those of the first that can be read."""
    parts, damaged = parts_of(path, limits=limits, opened=lambda part: open_file(part, wanted=wanted, limits=limits))
    return replace(
        parts[0],
        path=path,
        kind="folder",
        sha256=sha256_of_parts((part.path.name, part.sha256) for part in parts),
        size=sum(part.size for part in parts),
        reasons=(because("folder_found", count=len(parts)), *parts[0].reasons),
        parts=parts,
        damaged=damaged,
    )


def _items_of(folder: OpenedFile) -> Iterator[RawItem | Refusal]:
    """What every file of the folder gives; one that turns out to be damaged stops nothing."""
    yield from folder.damaged
    for part in folder.parts:
        try:
            yield from part.items()
        except UnreadableFile as error:
            yield Refusal(line=1, expected="readable_file", value=part.path.name, facts={"code": error.code})


def _reasons(path: Path, kind: str, dialect: Dialect, why: Reason | None) -> tuple[Reason, ...]:
    said = path.suffix.lower().lstrip(".")
    lies = said in NAMES and said != kind and {said, kind} != {"json", "jsonl"}
    return (
        because("format_found", format=NAMES[kind]),
        *([because("extension_differs", extension=f".{said}", format=NAMES[kind])] if lies else []),
        *([why] if why else []),
        *([because("separator_found", separator=SEPARATOR_NAMES[dialect.separator])] if dialect.separator else []),
        *([because("lines_above_header", count=dialect.above)] if dialect.above else []),
    )


def _with_columns(opened: OpenedFile) -> OpenedFile:
    columns: tuple[str, ...] = ()
    if opened.kind in ("csv", "xlsx"):
        header = next(_cells(opened), None)
        columns = column_names(header.cells) if isinstance(header, Cells) else ()
    else:
        first = next((item for item in opened.items() if isinstance(item, RawItem)), None)
        found = _object(first.raw) if first else {}
        columns = tuple(found)
    if not columns:
        raise UnreadableFile("file_without_columns", name=opened.path.name)
    return replace(opened, columns=columns)


def _object(raw: bytes) -> dict[str, object]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _cells(opened: OpenedFile) -> Iterator[Cells | Refusal]:
    if opened.kind == "xlsx":
        return workbook.records(opened.path, wanted=opened.wanted, limits=opened.limits)
    return text_table.records(opened.path, encoding=opened.encoding, dialect=opened.dialect, limits=opened.limits)


def _as_objects(records: Iterator[Cells | Refusal]) -> Iterator[RawItem | Refusal]:
    names: tuple[str, ...] = ()
    for record in records:
        if isinstance(record, Refusal):
            yield record
        elif not names:
            names = column_names(record.cells)
        else:
            row = dict(zip(names, record.cells, strict=True))
            yield RawItem(line=record.line, raw=json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns: trimmed, composed, never empty, never twice (« nom », « nom (2) »)."""
    trimmed = [" ".join(unicodedata.normalize("NFC", cell).strip("\ufeff").split()) for cell in header]
    named = [name or f"colonne {place}" for place, name in enumerate(trimmed, start=1)]
    seen: Counter[str] = Counter()
    names: list[str] = []
    for name in named:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)
