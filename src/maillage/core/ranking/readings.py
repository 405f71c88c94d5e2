"""What is read of a document once and kept beside it, so that some hundreds are ranked in milliseconds.

A reading holds the stems of the three fields, the groups of letters, the sense, the themes and the step: what
`Collection` works out again for a few texts. Readings are laid end to end in three arrays that may stand in files.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from maillage.core.ranking.documents import Document, stems_read
from maillage.core.ranking.glued import unglued
from maillage.core.ranking.learned import learned_words
from maillage.core.ranking.letters import COLUMNS, groups_of
from maillage.core.ranking.steps import step_said, themes_said
from maillage.core.vocabulary import categories

Heads = npt.NDArray[np.void]
Words = npt.NDArray[np.void]
Letters = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.uint32]

SENSE = 120
"""Numbers of a learned vector."""

HEAD = np.dtype(
    [
        ("words_at", "<u8"),
        ("letters_at", "<u8"),
        ("words", "<u4"),
        ("letters", "<u4"),
        ("letters_length", "<f4"),
        ("lengths", "<u4", (3,)),
        ("step", "<f2"),
        ("stated", "u1"),
        ("sense", "<f2", (SENSE,)),
        ("title_sense", "<f2", (SENSE,)),
        ("themes", "<f2", (len(categories()),)),
    ]
)
WORD = np.dtype([("code", "<u4"), ("times", "u1", (3,))])
LETTER = np.dtype("<u4")
TIMES_FROM = COLUMNS.bit_length() - 1
"""In a group of letters, the bit where the number of times begins; below it, its column."""
MOST_TIMES = 255
TITLE, KEYWORDS, BODY = 1, 2, 4
"""Where a document holds a word, as bits of one number, in the order of `times`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One document, read: its head (offsets and `letters_length` still at 0), its words, its groups of letters."""

    head: Heads
    words: Words
    letters: Letters


@dataclass(frozen=True, slots=True)
class Table:
    """Readings laid end to end; the arrays may be files read in place.

    `vectors`: a row per reading, as the language model of this mark read it; none when the index was made without.
    """

    heads: Heads
    words: Words
    letters: Letters
    vectors: npt.NDArray[np.float16] | None = None
    mark: str = ""


@lru_cache(maxsize=2**16)
def code_of(stem: str) -> int:
    """The number that stands for a stem; two of 100 000 stems share one about once."""
    return zlib.crc32(stem.encode())


@lru_cache(maxsize=1)
def learned_codes() -> Codes:
    """The code of each learned word, in the order of their numbers."""
    return np.array([code_of(stem) for stem in learned_words().numbers], dtype=np.uint32)


Said = tuple[Sequence[str], Sequence[str], Sequence[str]]
"""The stems of the title, the keywords and the body of a document."""
Asked = tuple[Document, Said, str, Mapping[str, float], bool]
"""A document to read, its stems, whole text and themes, and whether its sheet states these."""


def read_all(asked: Sequence[Asked]) -> Table:
    """These documents read, laid end to end."""
    return laid([_read(*one) for one in asked])


def read(document: Document, *, themes: Iterable[str] = ()) -> Reading:
    """Everything ranking needs of a document. `themes`: the categories its sheet states, else those its words say."""
    stated = dict.fromkeys(themes, 1.0)
    whole = unglued(document.text())
    return _read(document, stems_read(document), whole, stated or themes_said(document.text()), bool(stated))


def _read(document: Document, said: Said, whole: str, themes: Mapping[str, float], is_stated: bool) -> Reading:
    counts = [Counter(field) for field in said]
    head = np.zeros(1, dtype=HEAD)
    words = _words(counts)
    columns, times = groups_of(whole)
    letters = (columns | np.minimum(times, MOST_TIMES) << TIMES_FROM).astype(np.uint32)
    head["words"], head["letters"] = len(words), len(letters)
    head["lengths"] = [max(1, len(field)) for field in said]
    head["step"] = step_said(document.title)
    head["title_sense"] = learned_words().sense_of(counts[0])
    head["sense"] = learned_words().sense_of(_together(counts))
    head["stated"] = is_stated
    for code, points in themes.items():
        head["themes"][0, theme_places()[code]] = points
    return Reading(head, words, letters)


def _together(counts: Sequence[Counter[str]]) -> dict[str, int]:
    """How often a document says each stem, the title counting twice."""
    title, keywords, body = counts
    found = {stem: 2 * times for stem, times in title.items()}
    for field in (keywords, body):
        for stem, times in field.items():
            found[stem] = found.get(stem, 0) + times
    return found


def _words(counts: Sequence[Counter[str]]) -> Words:
    held: dict[str, int] = {}
    for place, field in enumerate(counts):
        for stem, times in field.items():
            held[stem] = held.get(stem, 0) | min(times, MOST_TIMES) << 8 * place
    found = np.zeros(len(held), dtype=WORD)
    found["code"] = [code_of(stem) for stem in held]
    # An octet per field: the three counts of a word are one whole number.
    found["times"] = np.array(list(held.values()), dtype="<u4").view(np.uint8).reshape(-1, 4)[:, :3]
    return found


@lru_cache(maxsize=1)
def theme_places() -> Mapping[str, int]:
    """Category → its place in a head."""
    return {code: place for place, code in enumerate(categories())}


def _end_to_end(parts: Sequence[npt.NDArray[np.void]], kind: np.dtype[np.void]) -> npt.NDArray[np.void]:
    """What np.concatenate does of rows of several columns, whose columns it compares at each part."""
    return np.frombuffer(bytearray(b"".join([part.tobytes() for part in parts])), dtype=kind)


def laid(readings: Sequence[Reading]) -> Table:
    """These readings end to end."""
    heads = _end_to_end([one.head for one in readings], HEAD)
    words = _end_to_end([one.words for one in readings], WORD)
    letters = np.concatenate([one.letters for one in readings]) if readings else np.zeros(0, dtype=np.uint32)
    heads["words_at"] = np.cumsum(heads["words"]) - heads["words"]
    heads["letters_at"] = np.cumsum(heads["letters"]) - heads["letters"]
    return Table(heads, words, letters)
