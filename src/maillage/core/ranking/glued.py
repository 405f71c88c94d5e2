"""Words that a bad reading of a page glued together, cut again: « lasuppression », « adressesde », « finEn »."""

from __future__ import annotations

import re
from functools import lru_cache

from maillage.core.ranking.learned import learned_words
from maillage.core.text import is_stopword, stem, written

SHORTEST = 6
"""Letters of a word that may be two."""
LEAST = 4
"""Letters of the part that carries the meaning."""
REMEMBERED = 2**16
"""Words kept that stay whole, and runs of text that hold no other: texts share theirs."""
_WHOLE: set[str] = set()
_WHOLE_RUNS: set[str] = set()
_WORD = re.compile(r"[^\W\d_]{6,}")
_SEAM = re.compile(r"(?<=[a-zà-ÿ]{2})(?=[A-ZÀ-Þ][a-zà-ÿ])")
_OPENS = frozenset(
    "le la les un une des du au aux ce ces cet cette son ses leur leurs notre nos votre vos de que qui pour avec dans "
    "par sur vous nous ils ne et ou est sont".split()
)
_ENDS = frozenset(
    "le la les un une des du de au aux ce ces cette votre vos vous nous pour avec dans par sur que qui et ou est sont "
    "si en ici afin lorsque pas plus soit auprès".split()
)
"""Small words that open or end no usual word: « es », « te », « re » do."""


def unglued(text: str) -> str:
    """The text with the words that nobody knows cut where a small word meets a known one; capitals inside a word too.

    A known word is one that public texts taught (`learned_words`). Meant for documents read from pages.
    """
    if _WHOLE_RUNS.issuperset(raws := written(text)):
        return text  # most texts: read, never written again
    words = _WORD.findall(text)
    if _WHOLE.issuperset(words):
        if len(_WHOLE_RUNS) > REMEMBERED:
            _WHOLE_RUNS.clear()
        _WHOLE_RUNS.update(raws)
        return text
    unknown = set(words) - _WHOLE
    glued = {word: cut for word in unknown if (cut := _cut(word)) != word}
    if len(_WHOLE) > REMEMBERED:
        _WHOLE.clear()
    _WHOLE.update(unknown - glued.keys())
    return _WORD.sub(lambda found: glued.get(found[0], found[0]), text) if glued else text


@lru_cache(maxsize=REMEMBERED)
def _cut(word: str) -> str:
    """The word, or its parts with a blank between; a name written with a capital inside stays beside its parts."""
    if len(parts := _SEAM.split(word)) > 1:
        return " ".join([word, *(_cut(part) for part in parts)])
    if _is_known(word):
        return word
    lowered = word.lower()  # with its accents: « dé » opens many words, « de » none
    places = [at for at in range(2, len(word) - 1) if _is_seam(lowered[:at], lowered[at:])]
    if not places:
        return word
    at = max(places, key=lambda at: max(at, len(word) - at))
    return f"{word[:at]} {word[at:]}"


def _is_seam(first: str, second: str) -> bool:
    opens = first in _OPENS and len(second) >= LEAST and _is_known(second)
    return opens or (second in _ENDS and len(first) >= LEAST and _is_known(first))


def _is_known(word: str) -> bool:
    return is_stopword(word) or stem(word) in learned_words()
