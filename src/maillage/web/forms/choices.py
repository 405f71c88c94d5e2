"""The choices of a closed vocabulary, in the language of the page when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext

Pairs = Iterable[tuple[str, str]]
"""Code and French label."""


def in_words(pairs: Callable[[], Pairs]) -> Callable[[], list[tuple[str, str]]]:
    """What a field asks for each time it is shown: the same codes, their labels translated."""
    return lambda: [(code, gettext(label)) for code, label in pairs()]
