"""Two texts side by side, word by word: what one has and the other has not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST = 12_000
"""Characters compared word by word; beyond, the whole text is shown as changed."""
MOST_PIECES = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words, and whether the other text lacks it."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """Both texts cut into pieces that they share and pieces that they do not."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def side_by_side(before: str, after: str) -> SideBySide:
    """Compare two texts word by word; joined again, the pieces of each side give its text."""
    left, right = _PIECES.findall(before), _PIECES.findall(after)
    if max(len(before), len(after)) > LONGEST or max(len(left), len(right)) > MOST_PIECES or not (left and right):
        return SideBySide(before=_whole(before), after=_whole(after))
    found: tuple[list[Piece], list[Piece]] = ([], [])
    matcher = SequenceMatcher(a=left, b=right, autojunk=len(left) > 500)
    for kind, start, end, first, last in matcher.get_opcodes():
        for side, pieces in ((0, left[start:end]), (1, right[first:last])):
            if pieces:
                found[side].append(Piece("".join(pieces), kind != "equal"))
    return SideBySide(before=_joined(found[0]), after=_joined(found[1]))


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, True),) if text else ()


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Spaces alone between two changed pieces are changed too: one mark, not three."""
    kept: list[Piece] = []
    for piece in pieces:
        if kept and kept[-1].is_changed == piece.is_changed:
            kept[-1] = Piece(kept[-1].text + piece.text, piece.is_changed)
        elif len(kept) >= 2 and piece.is_changed and kept[-2].is_changed and kept[-1].text.isspace():
            space = kept.pop()
            kept[-1] = Piece(kept[-1].text + space.text + piece.text, True)
        else:
            kept.append(piece)
    return tuple(kept)
