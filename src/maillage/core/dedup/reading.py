"""From sheets to what is compared: words, groups of letters, numbers, and the rest as numbered values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from maillage.core.dedup.rows import Ints, Rows, counted, flattened, numbered, unit_rows, weighted
from maillage.core.dedup.shapes import Sheet
from maillage.core.text import fold, stem, stems
from maillage.core.text.groups import GROUP_COLUMNS, letter_groups

TITLE_READ, TEXT_READ = 400, 400
"""Characters read of a title, of a text: what follows is detail, and reading stays bounded."""
GRAMS = (3, 4)
_WORD = re.compile(r"\w+")
_ACCENT = re.compile("[\u0300-\u036f]+")
_NUMBER = re.compile(r"\d+")
_NO_DATE = -1


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sheets read, in the order of their keys: row `i` of everything is sheet `i`.

    `columns`: the column of each word of a title. `numbers`: the numbers its title says. The other integers number
    equal values, -1 where nothing is said.
    """

    sheets: tuple[Sheet, ...]
    titles: tuple[str, ...]
    words: Rows
    letters: Rows
    columns: Mapping[str, int]
    numbers: tuple[frozenset[str], ...]
    operators: Ints
    zones: Ints
    sources: Ints
    addresses: Ints
    closes: Ints
    rare: tuple[tuple[int, ...], ...]


def read(sheets: Sequence[Sheet]) -> Corpus:
    """Read the titles of sheets, and what stands around them; texts wait until two sheets look alike."""
    titles = tuple(_plain(sheet.title, _own_words(sheet.own_name)) for sheet in sheets)
    columns: dict[str, int] = {}
    held = [
        [columns.setdefault(word, len(columns)) for word in _stems(sheet.title[:TITLE_READ], sheet.own_name)]
        for sheet in sheets
    ]
    words = weighted(*flattened(held), count=len(sheets), width=max(1, len(columns)))
    return Corpus(
        sheets=tuple(sheets),
        titles=titles,
        words=words,
        letters=_letter_rows(titles),
        columns=columns,
        numbers=tuple(frozenset(number.lstrip("0") or "0" for number in _NUMBER.findall(title)) for title in titles),
        operators=numbered(plain_name(sheet.operator) for sheet in sheets),
        zones=numbered("|".join(sorted(sheet.zones)) for sheet in sheets),
        sources=numbered(sheet.source for sheet in sheets),
        addresses=numbered(page_address(sheet.address) for sheet in sheets),
        closes=_days([sheet.closes_on for sheet in sheets]),
        rare=_rarest(held, words),
    )


def text_rows(corpus: Corpus, members: Ints) -> Rows:
    """The words of the texts of these rows, the other rows empty. Rarity is that of titles; a new word is rarest."""
    columns = dict(corpus.columns)
    held: list[list[int]] = [[] for _ in corpus.sheets]
    for row in np.unique(members).tolist():
        sheet = corpus.sheets[row]
        said = _stems(sheet.text[:TEXT_READ], sheet.own_name)
        held[row] = [columns.setdefault(word, len(columns)) for word in said]
    unknown = np.full(len(columns) - len(corpus.columns), np.log1p(len(corpus.sheets)))
    rarity = np.concatenate((corpus.words.rarity[: len(corpus.columns)], unknown))
    return unit_rows(*counted(*flattened(held), width=max(1, len(rarity))), rarity, count=len(held))


def plain_address(address: str) -> str:
    """A web or postal address in one spelling: no protocol, no « www. », no punctuation, no closing slash."""
    plain = re.sub(r"^https?://(www\.)?", "", fold(address.strip()[:TITLE_READ]))
    return " ".join(_WORD.findall(plain))


def page_address(address: str) -> str:
    """The same, "" for the front page of a site, which every sheet of the site may give."""
    plain = plain_address(address)
    front = re.fullmatch(r"(https?://)?[^/\s]+/?", address.strip()) is not None
    return "" if front else plain


@lru_cache(maxsize=2**14)
def _own_words(name: str) -> frozenset[str]:
    return frozenset(stems(name)) | frozenset(stem(word) for word in _WORD.findall(fold(name)))


def _stems(text: str, own_name: str) -> tuple[str, ...]:
    """The stems of a text without those of its holder's name; all of them when nothing else is said."""
    said = stems(text)
    if not own_name:
        return said
    own = _own_words(own_name)
    return tuple(word for word in said if word not in own) or said


def _plain(title: str, own: frozenset[str]) -> str:
    words = _WORD.findall(_ACCENT.sub("", unicodedata.normalize("NFKD", title[:TITLE_READ].lower())))
    return " ".join((words if not own else [word for word in words if stem(word) not in own]) or words)


@lru_cache(maxsize=2**14)
def plain_name(name: str) -> str:
    """A name in one spelling: no case, accents or punctuation, its words in alphabetical order."""
    return " ".join(sorted(_WORD.findall(fold(name))))


def _letter_rows(titles: Sequence[str]) -> Rows:
    """One row per title: its groups of 3 and 4 letters inside words, a space on each side of a word."""
    padded = [f" {title} ".encode("ascii", "replace") for title in titles]
    owners = np.repeat(np.arange(len(padded)), [len(title) for title in padded])
    found = [_groups_of_one(owners, b"".join(padded), size) for size in GRAMS]
    return weighted(
        np.concatenate([rows for rows, _ in found]),
        np.concatenate([codes for _, codes in found]),
        count=len(titles),
        width=GROUP_COLUMNS,
    )


def _groups_of_one(owners: Ints, text: bytes, size: int) -> tuple[Ints, Ints]:
    """The owner and column of each group of letters that does not run from one title into the next."""
    starts, columns = letter_groups(text, size)
    own = owners[starts] == owners[starts + size - 1]
    return owners[starts][own], columns[own]


def _rarest(columns: Sequence[Sequence[int]], words: Rows) -> tuple[tuple[int, ...], ...]:
    """The words of each title that another title says too, the rarest first, each once."""
    rarity = words.rarity.tolist()
    shared = np.bincount(words.terms, minlength=len(rarity)).tolist()
    return tuple(
        tuple(sorted((term for term in set(row) if shared[term] > 1), key=lambda term: (-rarity[term], term)))
        for row in columns
    )


def _days(days: Sequence[object]) -> Ints:
    return np.array([day.toordinal() if hasattr(day, "toordinal") else _NO_DATE for day in days], dtype=np.int64)
