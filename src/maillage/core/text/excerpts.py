"""What a page shows of a text: the words found marked, the best window, a short beginning."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from maillage.core.text.words import Token, tokens

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text, marked or not; put end to end, segments give the text back."""

    text: str
    marked: bool = False


def highlight(text: str, stems: Collection[str]) -> tuple[Segment, ...]:
    """The text in segments, the words whose stem is in `stems` marked; () for an empty text."""
    segments: list[Segment] = []
    at = 0
    for start, end in _spans(tokens(text), frozenset(stems)):
        if start > at:
            segments.append(Segment(text[at:start]))
        segments.append(Segment(text[start:end], marked=True))
        at = end
    if at < len(text):
        segments.append(Segment(text[at:]))
    return tuple(segments)


def extract(text: str, stems: Collection[str], width: int = 240) -> tuple[Segment, ...]:
    """The window of about `width` characters that says most of `stems`, marked, cut at words with ellipses.

    The most different stems win, then the most marks, then the earliest. White space is reduced to single spaces.
    """
    flat = " ".join(text.split())
    if len(flat) <= width:
        return highlight(flat, stems)
    wanted = frozenset(stems)
    start = _best_start(flat, [token for token in tokens(flat) if token.stem in wanted], width)
    shown = summary(flat[start:], width)
    return highlight(ELLIPSIS * bool(start) + shown, wanted)


def summary(text: str, limit: int) -> str:
    """The beginning of the text in at most `limit` characters, cut at a word and ended by « … » when cut."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    room = max(limit - 1, 0)
    cut = flat[:room]
    if flat[room] != " " and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:.–—-(«’'") + ELLIPSIS if limit > 0 else ""


def _spans(words: tuple[Token, ...], wanted: frozenset[str]) -> list[tuple[int, int]]:
    """The places of the wanted words, in order, overlapping ones merged."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((token.start, token.end) for token in words if token.stem in wanted):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _best_start(flat: str, hits: list[Token], width: int) -> int:
    """Where the window opens: a little before its first hit, at a sentence if one opens there, else at a word."""
    if not hits or hits[-1].end <= width:
        return 0
    best, best_score, last = 0, (0, 0), 0
    for first, hit in enumerate(hits):
        last = max(last, first)
        while last + 1 < len(hits) and hits[last + 1].end - hit.start <= width * 3 // 4:
            last += 1
        score = (len({token.stem for token in hits[first : last + 1]}), last - first + 1)
        if score > best_score:
            best, best_score = hit.start, score
    return _opening(flat, best, width // 5)


def _opening(flat: str, at: int, before: int) -> int:
    """The start of a sentence within `before` characters of a place, else of the word found there."""
    floor = max(at - before, 0)
    if floor == 0:
        return 0
    for mark in (". ", "! ", "? ", "… ", "; "):
        if (found := flat.rfind(mark, floor, at)) >= 0:
            return found + len(mark)
    return flat.find(" ", floor, at) + 1 or at
