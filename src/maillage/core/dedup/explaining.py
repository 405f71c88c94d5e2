"""Points put into words: for each thing compared, a code and what was seen on both sides."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.core.dedup.comparing import operators_alike, shared_place
from maillage.core.dedup.reading import TITLE_READ, Corpus
from maillage.core.dedup.shapes import Clue, Sheet
from maillage.core.matching import quoted
from maillage.core.text import content_tokens, tokens
from maillage.core.wording import Reason, because

WORDS_SHOWN = 6


def clues(corpus: Corpus, rows: tuple[int, int], points: Mapping[str, float]) -> tuple[Clue, ...]:
    """The clues of two rows, the strongest first; what adds no point is left out."""
    told = [Clue(_reason(name, corpus, rows, value), value) for name, value in points.items() if value]
    return tuple(sorted(told, key=lambda clue: (-abs(clue.points), clue.reason.code)))


def _reason(name: str, corpus: Corpus, rows: tuple[int, int], points: float) -> Reason:
    left, right = (corpus.sheets[row] for row in rows)
    if name == "prior":
        return because("dup_prior")
    if name == "words":
        return because("dup_words", words=_shared_words(corpus, rows))
    if name == "letters":
        return because("dup_letters")
    if name == "numbers":
        return because("dup_numbers", left=_numbers(corpus, rows[0]), right=_numbers(corpus, rows[1]))
    if name == "text":
        return because("dup_text_alike") if points > 0 else because("dup_text_other")
    return _reason_around(name, left, right, points)


def _reason_around(name: str, left: Sheet, right: Sheet, points: float) -> Reason:
    """What stands around the title: who, where, when, which list."""
    if name == "operator":
        percent = round(100 * operators_alike(*sorted((left.operator.lower(), right.operator.lower()))))
        return because("dup_operator", left=left.operator, right=right.operator, percent=percent)
    if name == "place":
        return because("dup_place", place=shared_place(left.zones, right.zones))
    if name == "zones":
        return because("dup_zones", left=", ".join(left.zones), right=", ".join(right.zones))
    if name == "closing":
        if left.closes_on == right.closes_on:
            return because("dup_closing_same", day=left.closes_on)
        return because("dup_closing_other", left=left.closes_on, right=right.closes_on)
    if name == "address":
        return because("dup_address", address=left.address)
    if name == "identifier":
        if points > 0:
            return because("dup_identifier_same", value=min({*left.identifiers} & {*right.identifiers}))
        return because("dup_identifier_other", left=", ".join(left.identifiers), right=", ".join(right.identifiers))
    return because("dup_source", source=left.source) if name == "source" else because("dup_rivals")


def _shared_words(corpus: Corpus, rows: tuple[int, int]) -> str:
    """The first words of the left title that the right one says too, as written."""
    left, right = rows
    heard = {token.stem for token in tokens(corpus.sheets[right].title[:TITLE_READ])}
    written: dict[str, str] = {}
    for token in content_tokens(tokens(corpus.sheets[left].title[:TITLE_READ])):
        if token.stem in heard:
            written.setdefault(token.stem, token.surface)
    return quoted(list(written.values())[:WORDS_SHOWN])


def _numbers(corpus: Corpus, row: int) -> str:
    return ", ".join(sorted(corpus.numbers[row], key=lambda number: (len(number), number)))
