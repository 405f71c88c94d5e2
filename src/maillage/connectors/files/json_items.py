"""JSON and JSONL, cut into objects one by one without loading the file.

Three shapes are known: one object per line (JSONL), one array of objects, and an object that holds such an array
next to a few words about it (`{"count": 3, "results": [{…}, {…}]}`, as web interfaces answer).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any, TextIO

from maillage.connectors.limits import Limits
from maillage.connectors.parsed import RawItem, Refusal, shown
from maillage.core.errors import UnreadableFile

PIECE = 64 * 1024
BLANK = re.compile(r"[ \t\r\n]*")
TAIL = re.compile(r"[ \t\r\n,]*")
AFTER_OBJECT = re.compile(r"(?<=\})[ \t\r\n]*,[ \t\r\n]*(?=\{)")
DECODER = json.JSONDecoder()
WRAPPER = 8
"""Keys a web interface puts around its list of results, at most; a sheet has more."""


class _Window:
    """A part of the text, read on when more is needed; counts the lines left behind."""

    def __init__(self, file: TextIO, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._ended = False
        self.text = ""
        self.line = 1

    def more(self) -> bool:
        """Read on. False when the file has ended or a single value outgrows what a record may weigh."""
        if self._ended or len(self.text) > self._limits.record_characters:
            return False
        piece = self._file.read(PIECE)
        self._ended = not piece
        self.text += piece
        return bool(piece)

    def skip(self, count: int) -> None:
        """Leave `count` characters behind."""
        self.line += self.text.count("\n", 0, count)
        self.text = self.text[count:]

    def peek(self, blank: re.Pattern[str] = BLANK) -> str:
        """The next character that is not blank, "" at the end; blanks are left behind."""
        while True:
            match = blank.match(self.text)
            self.skip(match.end() if match else 0)
            if self.text or not self.more():
                return self.text[:1]

    def seek(self, mark: re.Pattern[str]) -> bool:
        """Leave everything behind up to the next `mark`, at least one character on. False when there is none."""
        self.skip(1)
        while not (match := mark.search(self.text)):
            self.skip(max(0, len(self.text) - 200))
            if not self.more():
                return False
        self.skip(match.start())
        return True

    def value(self) -> tuple[Any, str]:
        """The next value and its own text. Raises JSONDecodeError when it is malformed, cut or too large."""
        while True:
            try:
                found, end = DECODER.raw_decode(self.text)
            except JSONDecodeError:
                if not self.more():
                    raise
            else:
                if end < len(self.text) or not self.more():
                    text = self.text[:end]
                    self.skip(end)
                    return found, text


def items(path: Path, *, encoding: str, limits: Limits) -> Iterator[RawItem | Refusal]:
    """The objects of the file, in order, as their own text.

    A malformed line of JSONL, or a malformed object of an array, is refused alone: reading starts again at the
    next object. Raises UnreadableFile when there is no list of objects at all.
    """
    lines = is_lines(path, encoding=encoding)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        yield from _lines(file, limits) if lines else _array(_Window(file, limits), path.name)


def is_lines(path: Path, *, encoding: str) -> bool:
    """True when the file holds one object per line."""
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        line = _next_line(file)
        following = _next_line(file).lstrip()
    if not line.lstrip().startswith("{"):
        return False
    if following:
        return following.startswith("{")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return len(found) > WRAPPER or not any(_is_list_of_objects(value) for value in found.values())


def _next_line(file: TextIO) -> str:
    """The start of the next line with something in it; the rest of a very long one is passed over."""
    while (line := file.readline(PIECE * 16)) and not line.strip():
        pass
    rest = line
    while rest and not rest.endswith(("\n", "\r")):
        rest = file.readline(PIECE * 16)
    return line


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _lines(file: TextIO, limits: Limits) -> Iterator[RawItem | Refusal]:
    number = 0
    while line := file.readline(limits.record_characters + 1):
        number += 1
        text = line.strip()
        if not text:
            continue
        raw = text.encode("utf-8", "surrogateescape")
        if len(line) > limits.record_characters:
            while line and not line.endswith(("\n", "\r")):
                line = file.readline(limits.record_characters)
            yield Refusal(line=number, expected="record_length", value=shown(text), raw=raw[: limits.cell_characters])
        else:
            yield RawItem(line=number, raw=raw)


def _array(window: _Window, name: str) -> Iterator[RawItem | Refusal]:
    if window.peek() == "{" and not _enter_list(window):
        raise UnreadableFile("json_without_a_list", name=name)
    window.skip(1)
    next_object = AFTER_OBJECT
    while (sign := window.peek(TAIL)) != "]":
        line = window.line
        if not sign:
            yield Refusal(line=line, expected="json_end", value=name)
            return
        try:
            found, text = window.value()
        except (JSONDecodeError, RecursionError) as error:
            yield _refusal(error, window, line=line)
            if not window.seek(next_object):
                return
            continue
        if isinstance(found, dict) and found:
            key = json.dumps(next(iter(found)), ensure_ascii=False)
            next_object = re.compile(r"\{[ \t\r\n]*(?=" + re.escape(key) + r"[ \t]*:)")
        yield RawItem(line=line, raw=text.encode("utf-8", "surrogateescape"))


def _refusal(error: Exception, window: _Window, *, line: int) -> Refusal:
    expected = "json_object"
    if isinstance(error, RecursionError):
        expected = "json_depth"
    elif len(window.text) > PIECE * 15:
        expected = "record_length"
    elif isinstance(error, JSONDecodeError) and _is_cut(error, window.text):
        expected = "json_end"
    cut = window.text[:PIECE].encode("utf-8", "surrogateescape")
    return Refusal(line=line, expected=expected, value=shown(window.text[:300]), raw=cut)


def _is_cut(error: JSONDecodeError, text: str) -> bool:
    """True when the value is well formed as far as it goes: nothing is wrong but its end."""
    return error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip())


def _enter_list(window: _Window) -> bool:
    """Move to the first array of objects among the values of the opening object."""
    window.skip(1)
    try:
        while window.peek(TAIL) == '"':
            window.value()
            if window.peek() != ":":
                return False
            window.skip(1)
            if window.peek() == "[" and _holds_objects(window):
                return True
            window.value()
    except (JSONDecodeError, RecursionError):
        return False
    return False


def _holds_objects(window: _Window) -> bool:
    while not (match := re.match(r"\[[ \t\r\n]*([^ \t\r\n])", window.text)):
        if not window.more():
            return False
    return match[1] == "{"
