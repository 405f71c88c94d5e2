"""From sheets to what is compared: words, groups of letters, numbers, and the rest as numbered values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maillage.core.dedup.rows import Ints, Rows, flattened, numbered, weighted
from maillage.core.dedup.shapes import Sheet
from maillage.core.text import fold, stem, stems

TITLE_READ, TEXT_READ = 400, 1200
"""Characters read of a title, of a text: what follows is detail, and reading stays bounded."""
GRAMS = (3, 4)
GRAM_COLUMNS = 1 << 18
"""Groups of letters are folded into that many columns; two of them share one rarely, and it matters little."""
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_NO_DATE = -1


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sheets read, in the order of their keys: row `i` of everything is sheet `i`.

    `numbers`: the numbers its title says. The other integers number equal values, -1 where nothing is said.
    """

    sheets: tuple[Sheet, ...]
    titles: tuple[str, ...]
    words: Rows
    letters: Rows
    texts: Rows
    numbers: tuple[frozenset[str], ...]
    operators: Ints
    zones: Ints
    sources: Ints
    addresses: Ints
    opens: Ints
    closes: Ints
    rare: tuple[tuple[int, ...], ...]


def read(sheets: Sequence[Sheet]) -> Corpus:
    """Read sheets, whose keys are distinct, in the order given."""
    own = [_own_words(sheet.own_name) for sheet in sheets]
    titles = tuple(_plain(sheet.title, names) for sheet, names in zip(sheets, own, strict=True))
    said = [_stems(sheet.title, names) for sheet, names in zip(sheets, own, strict=True)]
    further = [_stems(sheet.text[:TEXT_READ], names) for sheet, names in zip(sheets, own, strict=True)]
    words, columns = _word_rows(said)
    return Corpus(
        sheets=tuple(sheets),
        titles=titles,
        words=words,
        letters=_letter_rows(titles),
        texts=_word_rows(further)[0],
        numbers=tuple(frozenset(number.lstrip("0") or "0" for number in _NUMBER.findall(title)) for title in titles),
        operators=numbered(" ".join(sorted(_WORD.findall(fold(sheet.operator)))) for sheet in sheets),
        zones=numbered("|".join(sorted(sheet.zones)) for sheet in sheets),
        sources=numbered(sheet.source for sheet in sheets),
        addresses=numbered(plain_address(sheet.address) for sheet in sheets),
        opens=_days([sheet.opens_on for sheet in sheets]),
        closes=_days([sheet.closes_on for sheet in sheets]),
        rare=_rarest(columns, words),
    )


def plain_address(address: str) -> str:
    """A web or postal address in one spelling: no protocol, no « www. », no punctuation, no closing slash."""
    plain = re.sub(r"^https?://(www\.)?", "", fold(address.strip()))
    return " ".join(_WORD.findall(plain))


def _own_words(name: str) -> frozenset[str]:
    return frozenset(stems(name)) | frozenset(stem(word) for word in _WORD.findall(fold(name)))


def _stems(text: str, own: frozenset[str]) -> tuple[str, ...]:
    """The stems of a text without those of its holder's name; all of them when nothing else is said."""
    said = stems(text[:TITLE_READ] if len(text) > TEXT_READ else text)
    return tuple(word for word in said if word not in own) or said


def _plain(title: str, own: frozenset[str]) -> str:
    words = _WORD.findall(fold(title[:TITLE_READ]))
    return " ".join([word for word in words if stem(word) not in own] or words)


def _word_rows(said: Sequence[Sequence[str]]) -> tuple[Rows, list[list[int]]]:
    numbers: dict[str, int] = {}
    columns = [[numbers.setdefault(word, len(numbers)) for word in words] for words in said]
    owners, terms = flattened(columns)
    return weighted(owners, terms, count=len(said), width=max(1, len(numbers))), columns


def _letter_rows(titles: Sequence[str]) -> Rows:
    """One row per title: its groups of 3 and 4 letters inside words, a space on each side of a word."""
    padded = [f" {title} ".encode("ascii", "replace") for title in titles]
    owners = np.repeat(np.arange(len(padded)), [len(title) for title in padded])
    letters = np.frombuffer(b"".join(padded), dtype=np.uint8).astype(np.int64)
    blank = letters == ord(" ")
    found = [_grams(owners, letters, blank, size) for size in GRAMS]
    return weighted(
        np.concatenate([rows for rows, _ in found]),
        np.concatenate([codes for _, codes in found]),
        count=len(titles),
        width=GRAM_COLUMNS,
    )


def _grams(owners: Ints, letters: Ints, blank: np.ndarray, size: int) -> tuple[Ints, Ints]:
    count = max(0, len(letters) - size + 1)
    code = np.zeros(count, dtype=np.int64)
    whole = owners[:count] == owners[len(owners) - count :]
    for step in range(size):
        code = code * 257 + letters[step : step + count]
        if 0 < step < size - 1:
            whole &= ~blank[step : step + count]
    return owners[:count][whole], (code[whole] * 2_654_435_761 >> 7) % GRAM_COLUMNS


def _rarest(columns: Sequence[Sequence[int]], words: Rows) -> tuple[tuple[int, ...], ...]:
    """The words of each title, the rarest first, each once."""
    rarity = words.rarity.tolist()
    return tuple(tuple(sorted(set(row), key=lambda term: (-rarity[term], term))) for row in columns)


def _days(days: Sequence[object]) -> Ints:
    return np.array([day.toordinal() if hasattr(day, "toordinal") else _NO_DATE for day in days], dtype=np.int64)
