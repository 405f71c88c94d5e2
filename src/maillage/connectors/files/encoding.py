"""Which encoding a text file is in, found by reading it once in small pieces."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from maillage.core.wording import Reason, because

PIECE = 1024 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
STRAY = re.compile("[\udc80-\udcff]")
"""A byte that is not UTF-8, as Python's `surrogateescape` shows it."""
UNDEFINED = re.compile("[\udc81\udc8d\udc8f\udc90\udc9d]")
"""The stray bytes that windows-1252 leaves without a character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What one reading of a file tells: the sha256 of its bytes, its size, its encoding.

    `encoding` is "" when the bytes are not text. `why`: how it was found.
    """

    sha256: str
    size: int
    encoding: str
    why: Reason | None


@dataclass(slots=True)
class _Tally:
    """What the bytes seen so far look like."""

    accents: int = 0
    stray: int = 0
    undefined: int = 0
    nulls: int = 0

    def add(self, text: str) -> None:
        if text.isascii():
            self.nulls += text.count("\0")
            return
        stray = len(STRAY.findall(text))
        self.accents += len(text) - len(text.encode("ascii", "ignore")) - stray
        self.stray += stray
        self.undefined += len(UNDEFINED.findall(text)) if stray else 0
        self.nulls += text.count("\0")


def fingerprint(path: Path) -> Fingerprint:
    """Hash and encoding of a file, in one pass and constant memory.

    UTF-8 unless its bytes say otherwise. A few stray bytes in a UTF-8 file stay stray bytes (their lines are
    refused one by one) instead of turning every accent of the file into nonsense.
    """
    digest, size, tally, head = hashlib.sha256(), 0, _Tally(), b""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            head = head or piece[:4]
            digest.update(piece)
            size += len(piece)
            tally.add(decoder.decode(piece))
    tally.add(decoder.decode(b"", final=True))
    encoding, why = _encoding(head, tally, size=size)
    return Fingerprint(sha256=digest.hexdigest(), size=size, encoding=encoding, why=why)


def _encoding(head: bytes, tally: _Tally, *, size: int) -> tuple[str, Reason | None]:
    for mark, name in MARKS:
        if head.startswith(mark):
            return name, because("encoding_marked")
    if tally.nulls > size // 1000:
        return "", None
    if not tally.stray:
        return "utf-8", because("encoding_utf8")
    if tally.accents > tally.stray:
        return "utf-8", because("encoding_utf8_damaged")
    if tally.undefined:
        return "", None
    return "cp1252", because("encoding_windows")


def sha256_of(path: Path) -> str:
    """The sha256 of the bytes of a file, read in small pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
