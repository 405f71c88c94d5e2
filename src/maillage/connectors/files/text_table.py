"""CSV and its cousins, cut into records one by one; a malformed line never swallows the next ones."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from maillage.connectors.files.encoding import STRAY
from maillage.connectors.limits import Limits
from maillage.connectors.parsed import Refusal, shown
from maillage.core.errors import UnreadableFile

SEPARATORS = (";", ",", "\t", "|")
PROBE = 40
PROBE_CHARACTERS = 200_000
"""Lines looked at to find the separator and the header, and characters of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of one record and the line where it starts, from 1."""

    line: int
    cells: tuple[str, ...]


class _TooLong(Exception):
    """A record spans more than a record may: somebody forgot to close a quote."""


class _Lines:
    """Physical lines one by one, with those of the current record kept at hand to be given back."""

    def __init__(self, lines: Iterable[str], limits: Limits, above: int) -> None:
        self._source = iter(lines)
        self._returned: deque[str] = deque()
        self._limits = limits
        self._size = 0
        self.taken: list[str] = []
        self.number = above
        """Number of the last line taken, from 1."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._source)
        self.number += 1
        self.taken.append(line)
        self._size += len(line)
        if len(self.taken) > self._limits.lines_per_record or self._size > self._limits.record_characters:
            raise _TooLong
        return line

    def forget(self) -> None:
        """The record is read: its lines need not be kept."""
        self.taken.clear()
        self._size = 0

    def give_back(self) -> str:
        """Return every line of the failed record but the first, which is the answer."""
        first, *others = self.taken
        self._returned.extendleft(reversed(others))
        self.number -= len(others)
        self.forget()
        return first


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a text table is written: its separator, and the lines above its header."""

    separator: str
    above: int


def dialect_of(path: Path, *, encoding: str, wanted: frozenset[str]) -> Dialect:
    """The separator whose columns agree best over the first lines, and where the header is.

    A separator or a line that shows `wanted` column names wins over any other.
    """
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        lines = [file.readline(PROBE_CHARACTERS) for _ in range(PROBE)]
    guesses = [_guess(lines, separator, wanted) for separator in SEPARATORS]
    return max(guesses, key=lambda guess: guess[0])[1]


def _guess(lines: list[str], separator: str, wanted: frozenset[str]) -> tuple[tuple[int, int, int], Dialect]:
    reader = csv.reader(lines, delimiter=separator)
    rows: list[list[str]] = []
    starts: list[int] = []
    while True:
        start = reader.line_num
        try:
            rows.append(next(reader))
        except (StopIteration, csv.Error):
            break
        starts.append(start)
    header = header_index(rows, wanted)
    width = len(rows[header]) if rows else 0
    agreeing = sum(len(row) == width for row in rows[header:]) if width > 1 else 0
    known = len(wanted.intersection(name.strip() for name in rows[header])) if rows else 0
    return (known, agreeing, width), Dialect(separator=separator, above=starts[header] if starts else 0)


def header_index(rows: Sequence[Sequence[str]], wanted: frozenset[str]) -> int:
    """Which of these first rows is the header: most `wanted` names, else the first with two cells or more."""
    known = [len(wanted.intersection(cell.strip() for cell in row)) for row in rows]
    if any(known):
        return known.index(max(known))
    filled = [sum(bool(cell.strip()) for cell in row) > 1 for row in rows]
    return filled.index(True) if any(filled) else 0


def records(path: Path, *, encoding: str, dialect: Dialect, limits: Limits) -> Iterator[Cells | Refusal]:
    """The records of a text table, the header first, blank lines left out.

    A record whose width is not the header's is refused whole. One that csv cannot read is refused and reading starts
    again on the line after its first: a quote nobody closed costs its own record, never the next ones; the lines that
    remain of it are kept with it. Raises UnreadableFile when so many lines in a row are unreadable that the file is
    not a table.
    """
    csv.field_size_limit(limits.record_characters + 1)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        lines = iter(partial(file.readline, limits.record_characters + 1), "")
        yield from _Reading(_Lines(islice(lines, dialect.above, None), limits, dialect.above), dialect, limits)


class _Reading:
    """The loop of `records`: what it knows of the table so far, and the refusal it has not told yet."""

    def __init__(self, lines: _Lines, dialect: Dialect, limits: Limits) -> None:
        self._lines = lines
        self._separator = dialect.separator
        self._limits = limits
        self._width = 0
        self._unquoted = 0
        self._untold: Refusal | None = None

    def __iter__(self) -> Iterator[Cells | Refusal]:
        reader = self._reader()
        while True:
            start = self._lines.number + 1
            try:
                cells = tuple(next(reader))
            except StopIteration:
                yield from self._told()
                return
            except (csv.Error, _TooLong) as error:
                yield from self._refuse_first_line(start, _problem(error))
                reader = self._reader()
                continue
            if not any(cell.strip() for cell in cells):
                self._lines.forget()
            elif problem := self._misfit(cells):
                yield from self._refuse(start, problem, cells)
            else:
                yield from self._told()
                self._width, self._unquoted = self._width or len(cells), 0
                self._lines.forget()
                yield Cells(line=start, cells=cells)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self._separator, strict=True)

    def _misfit(self, cells: tuple[str, ...]) -> str:
        if self._width and len(cells) != self._width:
            return "cell_count"
        if len(cells) > self._limits.columns:
            return "column_count"
        if any(len(cell) > self._limits.cell_characters for cell in cells):
            return "cell_length"
        if self._untold and "".join(self._lines.taken).count('"') % 2:
            return "quoted_cell"
        return "utf8_bytes" if any(STRAY.search(cell) for cell in cells) else ""

    def _refuse(self, start: int, problem: str, cells: tuple[str, ...]) -> Iterator[Refusal]:
        """Refuse a record that csv read whole: all its lines go with it."""
        raw = "".join(self._lines.taken).encode("utf-8", "surrogateescape")
        self._lines.forget()
        if self._untold and (len(cells) * 2 <= self._width or problem == "quoted_cell"):
            self._join(raw)
            return
        yield from self._told()
        value = str(len(cells)) if problem == "cell_count" else shown(STRAY.sub("\ufffd", cells[0]))
        self._untold = Refusal(line=start, expected=problem, value=value, facts={"width": str(self._width)}, raw=raw)

    def _refuse_first_line(self, start: int, problem: str) -> Iterator[Refusal]:
        """Refuse the first line of a record that csv could not read, and give the others another chance."""
        first = self._lines.give_back()
        self._unquoted += 1
        if self._unquoted > self._limits.bad_lines_in_a_row:
            yield from self._told()
            raise UnreadableFile("file_not_a_table", line=start, count=self._unquoted)
        raw = first.encode("utf-8", "surrogateescape")
        if self._untold and first.count(self._separator) * 2 < self._width:
            self._join(raw)
            return
        yield from self._told()
        value = shown(STRAY.sub("\ufffd", first))
        self._untold = Refusal(line=start, expected=problem, value=value, raw=raw)

    def _join(self, raw: bytes) -> None:
        """Keep what is left of a malformed record with it."""
        if self._untold:
            whole = (self._untold.raw + raw)[: self._limits.record_characters]
            self._untold = replace(self._untold, raw=whole)

    def _told(self) -> Iterator[Refusal]:
        if self._untold:
            yield self._untold
        self._untold = None


def _problem(error: Exception) -> str:
    if isinstance(error, _TooLong) or "unexpected end of data" in str(error):
        return "closed_quote"
    return "quoted_cell"
