"""Identifiers of sheets, organisations and pages, checked for their shape."""

from __future__ import annotations

import re
import uuid

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
ADDRESS = re.compile(
    r"https?://[^\s/@?#:<>\"'\\]+\.[^\s/@?#:<>\"'\\]{2,}(?::\d{1,5})?(?:[/?#][^\s<>\"\\]*)?$", re.IGNORECASE
)
BARE = re.compile(r"(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}(?:/[^\s<>\"\\]*)?$", re.IGNORECASE)
ADDRESS_LENGTH = 500


def uid_of(text: str) -> str:
    """The UUID in its usual form. Raises ValueError."""
    text = text.strip().lower()
    if not UUID.match(text):
        raise ValueError(text)
    return str(uuid.UUID(text))


def siren_of(text: str) -> str:
    """The nine digits of a SIREN, spaces removed. Raises ValueError when the shape or the check digit is wrong."""
    digits = "".join(text.split())
    if not re.fullmatch(r"\d{9}", digits) or _luhn(digits) % 10:
        raise ValueError(text)
    return digits


def siret_of(text: str) -> str:
    """The fourteen digits of a SIRET, spaces removed. Raises ValueError when the shape is wrong.

    Its key is not checked: those of La Poste do not follow the rule.
    """
    digits = "".join(text.split())
    if not re.fullmatch(r"\d{14}", digits):
        raise ValueError(text)
    return digits


def _luhn(digits: str) -> int:
    doubled = [int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled)


def address_of(text: str) -> str:
    """The web address, `https://` added when only the site's name is given.

    Raises ValueError for another scheme (`javascript:`, `file:`), for what is not an address, and beyond 500
    characters.
    """
    text = text.strip()
    if BARE.match(text):
        text = f"https://{text}"
    if not ADDRESS.match(text) or len(text) > ADDRESS_LENGTH:
        raise ValueError(text)
    return text
