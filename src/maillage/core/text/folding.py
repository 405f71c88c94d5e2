"""One spelling for what people type in many ways: case, accents, ligatures, apostrophes, dashes."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
_UNIFIED = str.maketrans(
    {**dict.fromkeys("’‘ʼ`´′‛＇", "'"), **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("«»“”„", '"'), "\u00ad": None}
)
_SPACING_ACCENT = str.maketrans({"`": "'", "´": "'"})


def fold(text: str) -> str:
    """The text in lower case, without accents or ligatures, apostrophes as ' and dashes as -.

    Compatibility forms are normalised (NFKC); the length may change, so offsets do not carry over.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    plain = unicodedata.normalize("NFKC", text.translate(_SPACING_ACCENT)).lower().translate(_UNIFIED)
    return unaccented(plain)


def unaccented(lowered: str) -> str:
    """Lower-case text without its accents and ligatures; everything else is untouched."""
    if lowered.isascii():
        return lowered
    parts = unicodedata.normalize("NFD", lowered.translate(_LIGATURES))
    return "".join(char for char in parts if not unicodedata.combining(char))
