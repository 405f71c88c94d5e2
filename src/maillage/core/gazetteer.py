"""Find a place as one types: names without accents or hyphens, « st » for « saint », post codes, INSEE codes, SIREN.

Every name is kept under each of its words (« ré » finds Saint-Martin-de-Ré) in one sorted list: what starts with the
text is a slice of it. Exact names come first, then names that start so, then names with a word that starts so; within
each, communes and the places people vote for before groupings and parts, then the most populated.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from maillage.core.places import Place
from maillage.core.text.folding import fold

ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ARTICLES = frozenset({"l", "le", "la", "les"})
LINKS = ARTICLES | {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "sous", "sur"}
GROUPINGS = {
    "cc": ("communaute", "de", "communes"),
    "ca": ("communaute", "d", "agglomeration"),
    "cu": ("communaute", "urbaine"),
    "metropole": ("metropole",),
}
PLACE_KINDS = frozenset({"COM", "COMD", "ARM", "EPCI", "EPT", "DEP", "REG", "COMO"})
IMPORTANCE = {"COM": 0, "DEP": 0, "REG": 0, "COMO": 0, "PAYS": 0, "EPCI": 1, "EPT": 1, "ARM": 2, "COMD": 4, "QPV": 5}
NAMED_ORDER = ("COM", "DEP", "COMO", "REG", "PAYS", "EPCI", "EPT", "ARM")
CODED_ORDER = ("ARM", *NAMED_ORDER)
SHORTEST_SIREN, SHORTEST_TYPO = 6, 4
FULL, INNER = 0, 1
LAST = "\uffff"
WORD = re.compile(r"[a-z0-9]+")

Ranks = NDArray[np.int32]
Bools = NDArray[np.bool_]


class How(StrEnum):
    """What of the place answered the text."""

    NAME = "name"
    FORMER_NAME = "former_name"
    POSTCODE = "postcode"
    INSEE = "insee"
    SIREN = "siren"
    TYPO = "typo"


CODE_KINDS = (How.POSTCODE, How.INSEE, How.SIREN)
POSTCODE, INSEE, SIREN = range(3)


@dataclass(frozen=True, slots=True)
class Match:
    """A place found; `matched`: the code, or the name the commune had before a merger, that answered the text."""

    place: Place
    how: How
    matched: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Strings in order, each with the rank of its entry and a mark; what starts with a text is a slice."""

    texts: Sequence[str]
    ranks: Ranks
    marks: Ranks

    def exact(self, text: str) -> slice:
        """Where the string is `text`."""
        return slice(bisect_left(self.texts, text), bisect_right(self.texts, text))

    def starting(self, text: str) -> slice:
        """Where the string starts with `text`."""
        return slice(bisect_left(self.texts, text), bisect_left(self.texts, text + LAST))


def shelve(lines: Iterable[tuple[str, int, int]]) -> Shelf:
    """The shelf of (string, rank, mark), given in any order."""
    ordered = sorted(lines, key=itemgetter(0))
    return Shelf(
        texts=[text for text, _, _ in ordered],
        ranks=np.fromiter((rank for _, rank, _ in ordered), dtype=np.int32, count=len(ordered)),
        marks=np.fromiter((mark for _, _, mark in ordered), dtype=np.int32, count=len(ordered)),
    )


def words_of(text: str) -> list[str]:
    """The words of a name, folded and spelt out: `St-Denis s/ Loire` gives saint, denis, sur, loire."""
    return _spelt(fold(text))


def _spelt(folded: str) -> list[str]:
    plain = folded.replace(" s/", " sur ") if "/" in folded else folded
    return [ABBREVIATIONS.get(word, word) for word in WORD.findall(plain)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the gazetteer: a place by its name, or by the name of a commune it took the place of."""

    place: Place
    former: str = ""

    @property
    def name(self) -> str:
        """The name this line is found by."""
        return self.former or self.place.name

    @property
    def kind(self) -> str:
        """The kind of place, that of a part for a former name."""
        return "COMD" if self.former else self.place.kind

    def order(self) -> tuple[int, int, str]:
        """Sorts the lines by importance; arrondissements by number, as people count them."""
        people = 0 if self.kind == "ARM" else self.place.population or 0
        return IMPORTANCE.get(self.kind, 3), -people, self.place.code


class Gazetteer:
    """All the places by their names and codes. Lines are sorted by importance once: rank 0 is the first to show."""

    def __init__(self, places: Iterable[Place], former: Iterable[tuple[str, str]] = ()) -> None:
        """`former`: (name a commune had, typed code of the commune that replaced it)."""
        known = {place.code: place for place in places}
        lines = [Entry(place) for place in known.values()]
        lines += [Entry(known[code], former=name) for name, code in _telling(former, known)]
        self.entries = sorted(lines, key=Entry.order)
        self._kinds = np.array([entry.kind for entry in self.entries])
        self._by_kinds: dict[frozenset[str], Bools] = {}
        spelt = zip(self.entries, (words_of(entry.name) for entry in self.entries), strict=True)
        self._names = shelve(
            line for rank, (entry, words) in enumerate(spelt) for line in _name_lines(entry, words, rank)
        )
        self._codes = shelve(line for rank, entry in enumerate(self.entries) for line in _code_lines(entry, rank))
        homes = [known.get(entry.place.parent, entry.place) for entry in self.entries]
        self._departments = np.array([home.department for home in homes])
        self._regions = np.array([home.region for home in homes])
        self._glued = _glue(self._names)

    def search(self, text: str, *, limit: int = 10, kinds: Set[str] = PLACE_KINDS) -> list[Match]:
        """The best places for what has been typed so far, at most `limit`; [] for a text without letter or digit.

        Words may come in any order, with a département’s name or number, when nothing starts with the text as
        written. Small mistakes are forgiven only when nothing else is found.
        """
        if not self.entries:
            return []
        allowed = self._allowed(frozenset(kinds))
        code = re.sub(r"[\s.]", "", text).upper()
        if re.fullmatch(r"\d[\dAB]?\d*", code):
            return self._by_code(code, allowed=allowed, limit=limit)
        spellings = _spellings(text)
        if not spellings:
            return []
        ranks = self._starting(spellings, allowed=allowed, limit=limit) or self._holding(spellings[-1], allowed=allowed)
        if ranks:
            return self._matches(ranks, How.NAME)[:limit]
        return self._matches(self._resembling(spellings[-1], allowed=allowed), How.TYPO)[:limit]

    def named(self, name: str, *, limit: int = 10, kinds: Set[str] = PLACE_KINDS) -> list[Match]:
        """The places of this very name, written as one likes: the most important first, at most `limit`."""
        if not self.entries:
            return []
        same = self._exact(_spellings(name), allowed=self._allowed(frozenset(kinds)))
        return self._matches(same, How.NAME)[:limit]

    def _exact(self, spellings: Iterable[Sequence[str]], *, allowed: Bools) -> list[int]:
        """Lines with this very name, by kind then by importance."""
        found: list[int] = []
        for text in map(" ".join, spellings):
            same = self._names.exact(text)
            found += self._names.ranks[same][self._names.marks[same] == FULL].tolist()
        kept = (rank for rank in found if allowed[rank])
        return sorted(kept, key=lambda rank: (_place_in(NAMED_ORDER, self.entries[rank].kind), rank))

    def _allowed(self, kinds: frozenset[str]) -> Bools:
        if kinds not in self._by_kinds:
            self._by_kinds[kinds] = np.isin(self._kinds, list(kinds))
        return self._by_kinds[kinds]

    def _matches(self, ranks: Sequence[int], how: How) -> list[Match]:
        """The places of these lines, each once."""
        matches: dict[str, Match] = {}
        for entry in map(self.entries.__getitem__, ranks):
            told = How.FORMER_NAME if entry.former and how is How.NAME else how
            matches.setdefault(entry.place.code, Match(entry.place, told, entry.former))
        return list(matches.values())

    def _starting(self, spellings: Sequence[Sequence[str]], *, allowed: Bools, limit: int) -> list[int]:
        """Lines with this very name, then those that start so, then those with a word that starts so."""
        exact = self._exact(spellings, allowed=allowed)
        keys = []
        for text in map(" ".join, spellings):
            found = self._names.starting(text)
            keys.append(self._names.marks[found] * len(self.entries) + self._names.ranks[found])
        key = np.concatenate(keys)
        key = key[allowed[key % len(self.entries)]]
        wanted = 3 * limit
        best = np.sort(np.partition(key, wanted)[:wanted] if len(key) > wanted else key) % len(self.entries)
        return list(dict.fromkeys([*exact, *best.tolist()]))

    def _holding(self, words: Sequence[str], *, allowed: Bools) -> list[int]:
        """Lines that hold every word, in any order; a word may also be the département, the région or a code."""
        telling = [word for word in words if word not in LINKS] or list(words)
        held = allowed.copy()
        for word in telling:
            held &= self._with_word(word)
        opening = self._names.starting(next((word for word in telling if word.isalpha()), telling[0]))
        first = np.zeros(len(self.entries), dtype=np.bool_)
        first[self._names.ranks[opening][self._names.marks[opening] == FULL]] = True
        return [*np.flatnonzero(held & first).tolist(), *np.flatnonzero(held & ~first).tolist()]

    def _with_word(self, word: str) -> Bools:
        """Lines with a word that starts so in their name or codes, or in the name of their département or région."""
        held = np.zeros(len(self.entries), dtype=np.bool_)
        ranks = self._names.ranks[self._names.starting(word)]
        held[ranks] = True
        for kind, of_line in (("DEP", self._departments), ("REG", self._regions), ("COMO", self._regions)):
            named = ranks[self._kinds[ranks] == kind].tolist()
            held |= np.isin(of_line, [self.entries[rank].place.insee for rank in named])
        if word[0].isdigit():
            found = self._codes.starting(word.upper())
            held[self._codes.ranks[found][self._codes.marks[found] != SIREN]] = True
            held |= self._departments == word.upper()
        return held

    def _by_code(self, code: str, *, allowed: Bools, limit: int) -> list[Match]:
        """Places with this very code, then those with a code that starts so."""
        same, found = self._codes.exact(code), self._codes.starting(code)
        fits = allowed[self._codes.ranks[found]]
        if len(code) < SHORTEST_SIREN:
            fits &= self._codes.marks[found] != SIREN
        lines = np.flatnonzero(fits) + found.start
        exact = sorted(lines[lines < same.stop].tolist(), key=self._code_order)
        more = lines[lines >= same.stop]
        more = more[np.argsort(self._codes.ranks[more], kind="stable")[: 3 * limit]].tolist()
        matches: dict[int, Match] = {}
        for line in (*exact, *more):
            rank, how = int(self._codes.ranks[line]), CODE_KINDS[int(self._codes.marks[line])]
            matches.setdefault(rank, Match(self.entries[rank].place, how, self._codes.texts[line]))
        return list(matches.values())[:limit]

    def _code_order(self, line: int) -> tuple[int, int, int]:
        rank = int(self._codes.ranks[line])
        return int(self._codes.marks[line]), _place_in(CODED_ORDER, self.entries[rank].kind), rank

    def _resembling(self, words: Sequence[str], *, allowed: Bools) -> list[int]:
        """Lines whose name, or the start of it, is a few letters away; those with the same first letter win."""
        text = "".join(words)
        if len(text) < SHORTEST_TYPO:
            return []
        alike, ranks = self._glued.get(text[:1], ([], []))
        every, all_ranks = self._glued[""]
        tries = (alike, ranks), ([name[: len(text)] for name in alike], ranks), (every, all_ranks)
        for choices, ranks_of in tries:
            found = [rank for rank in _nearest(text, choices, ranks_of) if allowed[rank]]
            if found:
                return found
        return []


def _glue(shelf: Shelf) -> dict[str, tuple[list[str], list[int]]]:
    """Whole names without blanks and their ranks, by first letter, and all of them under the empty text."""
    whole = np.flatnonzero(shelf.marks == FULL)
    names, ranks = [shelf.texts[line].replace(" ", "") for line in whole.tolist()], shelf.ranks[whole].tolist()
    glued: dict[str, tuple[list[str], list[int]]] = {"": (names, ranks)}
    for name, rank in zip(names, ranks, strict=True):
        alike, theirs = glued.setdefault(name[:1], ([], []))
        alike.append(name)
        theirs.append(rank)
    return glued


def _telling(former: Iterable[tuple[str, str]], known: Mapping[str, Place]) -> list[tuple[str, str]]:
    """Former names that say more than the commune’s own name or that of one of its parts."""
    parts = {(place.name, place.parent) for place in known.values() if place.parent}
    return [(name, code) for name, code in sorted(set(former) - parts) if code in known and known[code].name != name]


def _nearest(text: str, choices: Sequence[str], ranks: Sequence[int]) -> list[int]:
    """Ranks of the choices within 1 mistake per 4 letters (3 at most), the nearest first, then the most important."""
    most = min(3, max(1, len(text) // 4))
    found = process.extract(text, choices, scorer=OSA.distance, score_cutoff=most, limit=50)
    return list(
        dict.fromkeys(ranks[at] for _, mistakes, at in sorted(found, key=lambda each: (each[1], ranks[each[2]])))
    )


def _spellings(text: str) -> list[list[str]]:
    """The words typed, and when the last may be an abbreviation or the start of a word, both readings."""
    words = words_of(text)
    last = re.search(r"[a-z0-9]+$", fold(text))
    if words and last and last[0] in ABBREVIATIONS:
        return [[*words[:-1], last[0]], words]
    return [words] if words else []


def _name_lines(entry: Entry, words: Sequence[str], rank: int) -> Iterator[tuple[str, int, int]]:
    """The name from its first word, from the word after an article or the sort of grouping, and from each other one."""
    yield " ".join(words), rank, FULL
    if words and words[0] in GROUPINGS and entry.kind == "EPCI":
        yield " ".join((*GROUPINGS[words[0]], *words[1:])), rank, FULL
    whole = True
    for start in range(1, len(words)):
        before = words[start - 1]
        whole = whole and (before in LINKS if start > 1 else before in ARTICLES or before in GROUPINGS)
        if words[start] not in LINKS:
            yield " ".join(words[start:]), rank, FULL if whole else INNER


def _code_lines(entry: Entry, rank: int) -> Iterator[tuple[str, int, int]]:
    place = entry.place
    if entry.former:
        return
    if place.insee:
        yield place.insee, rank, INSEE
    if place.siren:
        yield place.siren, rank, SIREN
    for postcode in place.postcodes:
        yield postcode, rank, POSTCODE


def _place_in(order: Sequence[str], kind: str) -> int:
    return order.index(kind) if kind in order else len(order)
