"""The words of a search or a need, as the index knows them: typing mistakes corrected, neighbours named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from maillage.core.spelling import nearest_word
from maillage.core.tagging import expand
from maillage.core.text import fold, required_stems, stems, tokens
from maillage.search import engine
from maillage.search.ranking import Near, near_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a search: stems as typed or corrected, those a sheet holding every word must hold, neighbours.

    `neighbours`: synonyms and acronyms of the lexicon; `near`: words learned from public texts, when they were asked.
    """

    stems: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    surfaces: Mapping[str, str] = field(default_factory=dict)
    corrected: tuple[tuple[str, str], ...] = ()
    neighbours: Mapping[str, str] = field(default_factory=dict)
    near: tuple[Near, ...] = ()


def read_words(text: str) -> Words:
    """The content words of a search, each unknown one replaced by its nearest known writing."""
    held = engine.reader()
    written: dict[str, str] = {}
    for token in tokens(text):
        written.setdefault(token.stem, token.surface)
    read: dict[str, str] = {}
    corrected: list[tuple[str, str]] = []
    for stem in dict.fromkeys(stems(text)):
        typed = written.get(stem, stem)
        meant, surface = (None if _is_known(held, stem) else _nearest(held, stem, typed)) or (stem, typed)
        if surface != typed:
            corrected.append((typed, surface))
        read.setdefault(meant, surface)
    required = tuple(stem for stem in required_stems(text) if stem in read) or tuple(read)
    # An expression (« piste cyclable ») is not proposed by its parts: « piste » alone would find anything.
    single = [(item.source, item.stems[0]) for item in expand(tuple(read)) if len(item.stems) == 1]
    neighbours = {stem: source for source, stem in single if stem not in read}
    return Words(stems=tuple(read), required=required, surfaces=read, corrected=tuple(corrected), neighbours=neighbours)


def _nearest(held: engine.Reader, stem: str, surface: str) -> tuple[str, str] | None:
    """The word nearest to what was typed, stem and writing: a mistake may hide the ending that the stemmer cuts."""
    if writing := nearest_word(fold(surface), held.near_writings):
        return held.writings[writing]
    near = nearest_word(stem, held.near_stems)
    return (near, held.spelling[near]) if near else None


def _is_known(held: engine.Reader, stem: str) -> bool:
    return bool(held.searcher.doc_freq("words", stem) or expand((stem,)))


def with_near(words: Words) -> Words:
    """The same words, with those that public texts use in their company."""
    return replace(words, near=near_words(words.stems))
