"""Names of places and people in a text, by the way French writes them: a capital inside a sentence."""

from __future__ import annotations

from collections.abc import Callable

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


def _opens(text: str, token: Token) -> bool:
    before = text[: token.start].rstrip(" \t\u00a0\u202f'’\"")
    return not before or before[-1] in _OPENING
