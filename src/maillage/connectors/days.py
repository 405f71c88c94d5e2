"""Days, in the ways French sources write them."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from maillage.core.text import fold

PARIS = ZoneInfo("Europe/Paris")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")
FRENCH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")
WORDS = re.compile(r"(?:\w+ )?(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})$")
MONTHS = (
    [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    ],
    ["janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"],
)
FIRST, LAST = 1900, 2200


def day_of(text: str) -> dt.date:
    """The day, from `2026-11-21`, `2026-11-21T22:00:00Z`, `21/11/2026` or `21 novembre 2026`.

    A moment with a time zone gives the day it is then in Paris. Raises ValueError for anything else, and for years
    out of 1900-2200.
    """
    day = _read(text.strip())
    if not FIRST <= day.year <= LAST:
        raise ValueError(text)
    return day


def _read(text: str) -> dt.date:
    if match := ISO.match(text):
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    if match := FRENCH.match(text):
        return dt.date(int(match[3]), int(match[2]), int(match[1]))
    if match := WORDS.match(fold(text)):
        return dt.date(int(match[3]), _month(match[2]), int(match[1]))
    moment = dt.datetime.fromisoformat(text.replace(" ", "T", 1) if " " in text else text)
    return moment.astimezone(PARIS).date() if moment.tzinfo else moment.date()


def _month(word: str) -> int:
    for names in MONTHS:
        if word in names:
            return names.index(word) + 1
    raise ValueError(word)
