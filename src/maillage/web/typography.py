"""French typography for text that comes from data: apostrophes, non-breaking spaces, numbers, days, counts."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language

NBSP = "\u00a0"
NARROW = "\u202f"

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_BEFORE = re.compile(r"[ \u00a0]+([:»%€])(?=$|[\s<.,;)\]])")
_BEFORE_NARROW = re.compile(r"[ \u00a0]+([;!?])(?=$|[\s<.,)\]»])")
_AFTER = re.compile(r"«[ \u00a0]*")
_GROUPS = re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))")


REMEMBERED = 300
"""Characters under which a text is likely a label or a title, met again and again."""


def french(text: str) -> str:
    """The text with ’ for ' inside words, and spaces that do not break where French wants them.

    Only spaces that are already there change: addresses and times keep their shape.
    """
    return _short(text) if len(text) < REMEMBERED else _spaced(text)


def _spaced(text: str) -> str:
    text = _APOSTROPHE.sub("’", text)
    text = _BEFORE.sub(rf"{NBSP}\1", text)
    text = _BEFORE_NARROW.sub(rf"{NARROW}\1", text)
    text = _AFTER.sub(f"«{NBSP}", text)
    return _GROUPS.sub(NARROW, text)


_short = lru_cache(maxsize=4096)(_spaced)


def in_french() -> bool:
    """Whether the page being told is in French."""
    return (get_language() or "fr").startswith("fr")


def day_in_words(day: dt.date) -> str:
    """`12 juin 2026`, `1er juin 2026` ; `12 June 2026` in English."""
    text = formats.date_format(day, "DATE_FORMAT")
    if day.day == 1 and in_french():
        text = re.sub(r"^1 ", "1er ", text)
    return text.replace(" ", NBSP)


def in_quotes(words: str) -> str:
    """`« mots »`, or `“words”` in English."""
    return f"« {words} »" if in_french() else f"“{words}”"


def number_in_words(value: int) -> str:
    """`12 345` with narrow non-breaking spaces, whatever the language of the page says elsewhere."""
    if -1000 < value < 1000:
        return str(value)
    separator = NARROW if in_french() else ","
    return f"{value:,}".replace(",", separator)
