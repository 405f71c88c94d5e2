"""A light French stemmer of our own: plurals, feminines and the commonest derivations.

It prefers to miss a relative than to marry strangers. Rules in order, irregular words in `words.toml`.
Method and limits: docs/method/comprehension.md.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Any

from maillage.core.text.folding import unaccented

LONGEST = 64
"""Characters of a stem at most: longer runs are noise, and engines limit the length of a term."""

# (ending, replacement, letters that must remain before it); the first that fits is applied, once.
_RULES = (
    ("ificatrice", "ifi", 2),
    ("ificateur", "ifi", 2),
    ("ification", "ifi", 2),
    ("issement", "", 4),
    ("isseuse", "", 4),
    ("isseur", "", 4),
    ("issante", "", 4),
    ("issant", "", 4),
    ("issage", "", 5),
    ("istique", "ist", 3),
    ("ologique", "olog", 2),
    ("ologie", "olog", 2),
    ("ologue", "olog", 2),
    ("graphique", "graph", 2),
    ("graphie", "graph", 2),
    ("graphe", "graph", 2),
    ("ergetique", "erg", 2),
    ("ergie", "erg", 2),
    ("ibilite", "ibl", 3),
    ("abilite", "abl", 3),
    ("thermie", "thermic", 0),
    ("ategie", "ategic", 2),
    ("agogie", "agogic", 2),
    ("cratie", "cratic", 2),
    ("metrie", "metric", 2),
    ("omique", "om", 3),
    ("omie", "om", 3),
    ("icite", "ic", 5),
    ("isme", "ist", 3),
    ("iste", "ist", 3),
    ("atrice", "", 3),
    ("ateur", "", 3),
    ("atoire", "", 4),
    ("ation", "", 3),
    ("ative", "", 3),
    ("atif", "", 3),
    ("ement", "", 3),
    ("uteur", "u", 4),
    ("utrice", "u", 4),
    ("ution", "u", 4),
    ("ctrice", "ct", 4),
    ("cteur", "ct", 4),
    ("ction", "ct", 4),
    ("trice", "t", 5),
    ("teur", "t", 5),
    ("erie", "", 4),
    ("ariat", "", 5),
    ("aire", "", 6),
    ("ionnelle", "ion", 3),
    ("ionnel", "ion", 3),
    ("elle", "", 5),
    ("elle", "el", 2),
    ("el", "", 5),
    ("ienne", "ien", 2),
    ("enne", "en", 3),
    ("ance", "", 5),
    ("ante", "", 5),
    ("ant", "", 5),
    ("age", "", 5),
    ("euse", "", 5),
    ("eur", "", 5),
    ("eux", "", 5),
    ("euse", "eux", 2),
    ("ive", "", 5),
    ("if", "", 5),
    ("ive", "if", 2),
    ("ale", "al", 3),
    ("ere", "", 4),
    ("er", "", 3),
    ("ir", "", 4),
)

# The same, for forms of a verb that no usual noun or adjective has: promises and advice are written in the imperative.
_VERBS = (
    ("erez", "er", 3),
    ("irez", "ir", 3),
    ("issez", "ir", 3),
    ("ez", "er", 3),
    ("eront", "er", 3),
    ("era", "er", 5),
)


@lru_cache(maxsize=1)
def told() -> dict[str, Any]:
    """The irregular words, stop words and pairs of `words.toml`."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=2**16)
def stem(word: str) -> str:
    """The stem shared by a word and its close relatives: stem("rénovations") == stem("rénové") == "renov".

    Takes one word, any case, accents or none; at most 64 characters come back.
    """
    lowered = (word if word.isascii() else unicodedata.normalize("NFKC", word)).lower()
    known = _irregular().get(lowered) or _irregular().get(singular(lowered))
    if known:
        return known
    plain = singular(unaccented(lowered))
    said = _irregular().get(plain)
    if not said and (verb := _infinitive(plain)):
        plain, said = verb, _irregular().get(verb)
    return (said or _regular(plain))[:LONGEST]


def _infinitive(plain: str) -> str:
    """The infinitive of a form that only a verb has: « mobilisez », « investissez », « utiliseront »; else ""."""
    for ending, infinitive, least in _VERBS:
        if plain.endswith(ending) and len(plain) - len(ending) >= least:
            return plain[: len(plain) - len(ending)] + infinitive
    return ""


def singular(word: str) -> str:
    """A lower-case word without the mark of its plural, by the regular rules; short words are left alone."""
    if len(word) < 4:
        return word
    if word.endswith("s"):
        return word if word.endswith("ss") else word[:-1]
    if not word.endswith("x"):
        return word
    if word.endswith(("eaux", "oux")) or word in _nouns_in_eux():
        return word[:-1]
    return word[:-2] + "l" if word.endswith("aux") and len(word) > 4 else word


def _regular(plain: str) -> str:
    """The stem by rules of a singular, unaccented word; digits are left alone."""
    if len(plain) < 4 or not plain.isalpha():
        return plain
    participle = plain.endswith("ee")
    root, cut = _cut(plain[:-1] if participle else plain)
    if len(root) == 3 and (cut or participle) and not root.endswith("e"):
        return root + "e"
    return _finished(root)


def _cut(word: str) -> tuple[str, bool]:
    """The word after the first rule that fits, and whether one did."""
    for ending, replacement, least in _RULES:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: len(word) - len(ending)] + replacement, True
    return word, False


def _finished(root: str) -> str:
    """Without the silent end: final e, qu written c, double consonant written once."""
    if len(root) > 4 and root.endswith("e"):
        root = root[:-1]
    if len(root) > 4 and root.endswith("qu"):
        root = root[:-2] + "c"
    if len(root) > 4 and root[-1] == root[-2]:
        root = root[:-1]
    return root


@lru_cache(maxsize=1)
def _nouns_in_eux() -> frozenset[str]:
    return frozenset(told()["nouns_in_eux"].split())


@lru_cache(maxsize=1)
def _irregular() -> dict[str, str]:
    """Stem by word, for words told in `words.toml`: as written, and without accents where that is not ambiguous."""
    stems: dict[str, str] = {}
    accented = set(told()["accented"].split())
    clashes = {unaccented(word) for word in accented}
    for word in told()["whole"].split():
        stems[word] = stems[unaccented(word)] = unaccented(word)
    for family in told()["families"]:
        first = unaccented(family[0])
        shared = stems.get(first) or _regular(singular(first))
        for word in family:
            stems[word] = shared
            if unaccented(word) not in clashes:
                stems.setdefault(unaccented(word), shared)
    return stems | {word: word for word in accented}
