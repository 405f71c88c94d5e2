"""Names of places and people in a text, by the way French writes them: a capital inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from maillage.core.text.words import Token, tokens

_OPENING = frozenset(".!?:;\n«(–—•")
"""After one of these a capital only opens a sentence or an item."""


def without_names(text: str, known: Callable[[str], bool]) -> str:
    """The text, blanks in the place of its names: « gymnase de Saint-Selve » → « gymnase de            ».

    A name opens with a capital inside a sentence and its stem is not `known`; a text all in capitals has none to find.
    """
    if text.isupper():
        return text
    kept = list(text)
    for token in tokens(text):
        if token.surface[0].isupper() and not known(token.stem) and not _opens(text, token):
            kept[token.start : token.end] = " " * (token.end - token.start)
    return "".join(kept)


MOST_PLACED = 20
"""Names looked at: a need says where it is among the first."""
_LINK = r"(?:(?:de|du|des|la|le|les|lès|lez|sur|sous) |[dl][’'])"
_NAME = rf"[A-ZÀ-Þ][\w’'-]*(?: {_LINK}{{0,2}}[A-ZÀ-Þ][\w’'-]*)*"
_PLACED = re.compile(
    rf"(?<![\w’'-])(?:(?:à|au|aux|de|du|des|en|dans|sur|pour)(?: l[ae]s?)? |(?:[dl][’']|de l[’']))({_NAME})"
)
_BEFORE = re.compile(r"([^\W\d_][\w’'-]*)\s*$")


def names_placed(text: str) -> list[tuple[int, int]]:
    """Where a text may name a place: « à Nexon », « du Mans », « de Saint-Denis »; the spans of the names alone.

    A name tied to another word with a capital is a title (« Action Cœur de Ville »), not a place; nor is anything in a
    text all in capitals.
    """
    if text.isupper():
        return []
    found = islice(_PLACED.finditer(text), MOST_PLACED)
    return [match.span(1) for match in found if not _ends_a_title(text, match.start())]


def _ends_a_title(text: str, at: int) -> bool:
    before = _BEFORE.search(text[max(0, at - 60) : at])
    if not before or not before[1][0].isupper():
        return False
    opening = text[: max(0, at - 60) + before.start()].rstrip(" \t\u00a0\u202f'’\"")
    return bool(opening) and opening[-1] not in _OPENING


def _opens(text: str, token: Token) -> bool:
    before = text[: token.start].rstrip(" \t\u00a0\u202f'’\"")
    return not before or before[-1] in _OPENING
