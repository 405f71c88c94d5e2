"""Cells as values: clean text from whatever a source puts in a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from maillage.connectors.markup import text_of
from maillage.core.text import fold

Row = Mapping[str, Any]
"""A record of a source: text in a table; text, numbers, lists and objects in JSON."""

UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2060\ufeff\ufffe\uffff]")
"""Characters that no reader sees and that databases or pages refuse: controls, lone surrogates, zero widths."""
OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of the text, used to disguise an address."""
RUNS = re.compile(r"\t[ \t]*| [ \t]+")
"""What is written as one space: a lone space already is."""
REMEMBERED = 400
"""Characters of the texts whose folding is kept: words of a vocabulary come back on every line, and several rules
read the same cell."""
LINES = re.compile(r"\n{3,}")


def key_of(text: str) -> str:
    """The text as compared with others: folded, spaces reduced."""
    return _remembered_key(text) if len(text) <= REMEMBERED else _key(text)


def _key(text: str) -> str:
    return " ".join(fold(text).split())


_remembered_key = lru_cache(maxsize=20_000)(_key)


def plain_line(value: str) -> str:
    """The value as one line of clean text, without markup."""
    return " ".join(_visible(text_of(value)).split())


def plain_text(value: str) -> str:
    """The value as clean paragraphs, without markup; French spaces before « : ; ! ? » are kept."""
    text = _visible(text_of(value)).replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.strip(" \t\u00a0") for line in RUNS.sub(" ", text).split("\n")]
    return LINES.sub("\n\n", "\n".join(lines)).strip()


def _visible(text: str) -> str:
    if text.replace("\n", "").replace("\u00a0", "").isprintable():
        return unicodedata.normalize("NFC", text)  # no control, surrogate or format character: nothing to look for
    if text.isascii():
        return UNWANTED.sub("", text)
    return OVERRIDES.sub("", UNWANTED.sub("", unicodedata.normalize("NFC", text)))


def texts(value: Any) -> Iterator[str]:
    """Every text inside a value, in order: itself, or what its lists and objects hold; blanks left out."""
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, bool):
        yield "oui" if value else "non"
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)


def at(row: Row, path: str) -> Any:
    """The value of a column, or of `a/b` inside objects and lists of objects; None when the row has none."""
    if path in row:
        return row[path]
    found: Any = row
    for step in path.split("/"):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list):
            found = [item.get(step) for item in found if isinstance(item, Mapping)]
        else:
            return None
    return found


def depth_of(value: Any, *, limit: int) -> int:
    """How many lists and objects are inside one another, counted up to `limit` + 1."""
    level, current = 0, [value]
    while current and level <= limit:
        inside = [item for item in current if isinstance(item, list | dict)]
        current = [child for item in inside for child in (item.values() if isinstance(item, dict) else item)]
        level += bool(inside)
        if not inside:
            break
    return level
