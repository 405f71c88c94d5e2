"""Other words for the same thing, with the reason: acronyms both ways, and families of synonyms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from maillage.core.lexicon.lists import need_stems, read_list
from maillage.core.text import required_stems
from maillage.core.wording import Reason, because


@dataclass(frozen=True, slots=True)
class Expansion:
    """Another way to say a word of the need.

    `source`: the stem of the need it stands for, the most telling one of an expression. `stems`: what to look
    for as well, all of them together. `because`: the reason, « PCAET » signifie « plan climat air énergie… ».
    """

    source: str
    stems: tuple[str, ...]
    because: Reason


@dataclass(frozen=True, slots=True)
class _Other:
    """Another way to say an expression."""

    asked: str
    other: str
    stems: tuple[str, ...]
    kind: str


def expand(stems: Sequence[str]) -> tuple[Expansion, ...]:
    """Other ways to say what the stems of a question say, in their order, each once.

    Takes the stems as `core.text.stems` gives them; what the question already says is not proposed again.
    """
    others, longest = _others(), _longest()
    said = set(stems)
    found: dict[tuple[str, ...], Expansion] = {}
    for at in range(len(stems)):
        for size in range(min(longest.get(stems[at], 0), len(stems) - at), 0, -1):
            for other in others.get(tuple(stems[at : at + size]), ()):
                if other.stems not in found and not said.issuperset(other.stems):
                    source = max(stems[at : at + size], key=_telling)
                    found[other.stems] = Expansion(source, other.stems, _reason(other))
    return tuple(found.values())


def _telling(stem: str) -> tuple[bool, int]:
    """How much a stem says of its expression: « climat » more than « territorial », then the longest."""
    return stem not in need_stems(), len(stem)


def _reason(other: _Other) -> Reason:
    if other.kind == "meaning":
        return because("acronym_means", asked=other.asked, other=other.other)
    if other.kind == "acronym":
        return because("written_as_acronym", asked=other.asked, other=other.other)
    return because("synonym", asked=other.asked, other=other.other)


def spelt_out(stems: Sequence[str]) -> str:
    """The meanings of the acronyms among these stems, the first one of each: « ecs » → « eau chaude sanitaire »."""
    meanings = _meanings()
    return ", ".join(meanings[stem] for stem in dict.fromkeys(stems) if stem in meanings)


@lru_cache(maxsize=1)
def _meanings() -> dict[str, str]:
    """The first meaning of each acronym written in one word, by its stem."""
    found: dict[str, str] = {}
    for short, meanings in acronyms().items():
        key = required_stems(short)
        if len(key) == 1:
            found.setdefault(key[0], meanings[0])
    return found


@lru_cache(maxsize=1)
def acronyms() -> dict[str, tuple[str, ...]]:
    """The meanings of each acronym, upper case."""
    listed = read_list("acronyms").items()
    return {short: (meaning,) if isinstance(meaning, str) else tuple(meaning) for short, meaning in listed}


@lru_cache(maxsize=1)
def families() -> tuple[tuple[str, ...], ...]:
    """The families of synonyms."""
    return tuple(tuple(family) for family in read_list("synonyms")["families"])


@lru_cache(maxsize=1)
def _others() -> dict[tuple[str, ...], list[_Other]]:
    """The other ways to say each expression, by its stems."""
    others: dict[tuple[str, ...], list[_Other]] = {}

    def add(asked: str, other: str, kind: str) -> None:
        key, stems = required_stems(asked), required_stems(other)
        if key != stems:
            others.setdefault(key, []).append(_Other(asked, other, stems, kind))

    for short, meanings in acronyms().items():
        for meaning in meanings:
            add(short, meaning, "meaning")
            add(meaning, short, "acronym")
    for family in families():
        for asked in family:
            for other in family:
                add(asked, other, "synonym")
    return others


@lru_cache(maxsize=1)
def _longest() -> dict[str, int]:
    """How many stems the longest expression has, by the first of them."""
    found: dict[str, int] = {}
    for key in _others():
        found[key[0]] = max(found.get(key[0], 0), len(key))
    return found
