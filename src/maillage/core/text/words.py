"""From a French text to words and stems: elision, compounds, inclusive writing, acronyms, numbers.

`tokens` keeps the place of each word in the original text; `stems` is the quick way to index or to ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from maillage.core.text.folding import fold, unaccented
from maillage.core.text.stemmer import LONGEST, singular, stem, told

LONGEST_RUN = 80
"""Characters read of an unbroken run: what follows is noise (a pasted key, an address)."""

REMEMBERED_RUNS = 2**16
_QUOTES = "'’‘ʼ`´′"
_HYPHENS = "\\-‐‑–_"
_DOTS = "·•‧⋅∙"
_ENDINGS = "euresse|trice|rice|euse|ière|ère|enne|onne|ice|ive|sse|ne|le|te|ve|fe|se|e"
_SLASHED = "euresse|trice|rice|euse|ière|ère|enne|onne|ive|sse|ne|e"
_UNIT = r"(?:[%‰]|[kKmM]?\s?(?:€|euros?\b)|millions?\s(?:€|d[’']euros\b))"
_WORD = r"[^\W_][^\W_\u0300-\u036f\u00ad]*+(?:[\u0300-\u036f\u00ad]++[^\W_]*+)*+"
_RAW = re.compile(
    rf"""
    (?=[^\W_])(?:                                                         # what separates words is passed over at once
    [^\W\d_]{{2,}}+(?![\w{_QUOTES}{_HYPHENS}{_DOTS}.(°º\u0300-\u036f\u00ad]|/(?:{_SLASHED})s?(?![^\W_]))  # quickly
    | (?:(?:[ldn]|qu)[{_QUOTES}])?(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![^\W_]))? # P.L.U., l’O.P.A.H.
    | n[°º]\s?\d++                                                       # n°3
    | (?:\d{{1,3}}(?:[\s.]\d{{3}})+(?!\d)|\d++)(?:[.,]\d++)?(?:\s?{_UNIT}|(?![^\W_])) # 12 000, 3,5 %, 40 k€
    | {_WORD}
      (?: [{_QUOTES}{_HYPHENS}]{_WORD}                                   # l’école, tiers-lieu
        | [{_DOTS}](?:{_ENDINGS}|[xs])(?:[{_DOTS}]?s)?(?![^\W_])         # habitant·e·s
        | \.(?:e\.s|ne\.s|rice\.s|trice\.s|euse\.s|es?)(?![^\W_])        # habitant.e.s
        | \((?:(?:{_ENDINGS})s?|[sx])\)[sx]?                             # agriculteur(trice)s
        | (?<=[^\W\d_]{{4}})/(?:{_SLASHED})s?(?![^\W_])                    # animateur/trice
      )*
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ELIDED = re.compile(rf"(?:(?:l|d|j|m|t|s|c|n|qu|jusqu|lorsqu|puisqu|quoiqu|presqu)[{_QUOTES}](?=.))+", re.IGNORECASE)
_INCLUSIVE = re.compile(
    rf"(?: [{_DOTS}](?:{_ENDINGS}|[xs])(?:[{_DOTS}]?s)? | \((?:(?:{_ENDINGS})s?|[sx])\)[sx]?"
    rf"    | /(?:{_SLASHED})s?"
    r"    | \.(?:e\.s|ne\.s|rice\.s|trice\.s|euse\.s|es?) | -(?:e|es|e-s|ne-s|rice-s|trice-s) )$",
    re.VERBOSE | re.IGNORECASE,
)
_PART = re.compile(rf"[^{_HYPHENS}]+")


class Token(NamedTuple):
    """A word of the original text: `text[start:end] == surface`."""

    # A named tuple because a page makes thousands: 0.5 µs each against 1.8 for a frozen dataclass (2026-11-21).

    surface: str
    start: int
    end: int
    stem: str


_made: Callable[[type[Token], tuple[str, int, int, str]], Token] = tuple.__new__
"""A token of its four values, in a third of the time of calling its class."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word inside a run, with its place there; `needed` is False where its neighbours already say it."""

    start: int
    end: int
    stem: str
    content: bool = True
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken run of text, read.

    `plain` is its word when it is only one, `opens` the same word when it may join the next (« éco quartier »). `said`:
    the pieces that carry meaning, (start, end, stem, surface), and `ends` whether the last one is among them.
    """

    pieces: tuple[_Piece, ...]
    said: tuple[tuple[int, int, str, str], ...]
    ends: bool
    stems: tuple[str, ...]
    plain: str
    opens: str


@lru_cache(maxsize=16)
def tokens(text: str) -> tuple[Token, ...]:
    """Every word of the text, function words included, in reading order.

    A compound gives itself, then its parts. Elided articles (« l’ ») are left out. Offsets are those of the text given.
    The last texts are remembered: four rooms read the same need.
    """
    found: list[Token] = []
    before, before_at = "", 0
    for match in _RAW.finditer(text):
        at, run = match.start(), _RUNS[match[0]]
        if before and (joined := joined_stem(before, run.plain)):
            found.insert(-1, Token(text[before_at : match.end()], before_at, match.end(), joined))
        for piece in run.pieces:
            start, end = at + piece.start, at + piece.end
            found.append(_made(Token, (text[start:end], start, end, piece.stem)))
        before, before_at = run.opens, at
    return tuple(found)


def words_said(text: str) -> tuple[Token, ...]:
    """The words of the text that carry meaning: `content_tokens(tokens(text))`, without making the others."""
    found: list[Token] = []
    before, before_at, ends = "", 0, False
    for match in _RAW.finditer(text):
        raw, at = match[0], match.start()
        run = _RUNS[raw]
        if before and (joined := joined_stem(before, run.plain)):
            found.insert(len(found) - ends, Token(text[before_at : match.end()], before_at, match.end(), joined))
        for start, end, meant, surface in run.said:
            found.append(_made(Token, (surface, at + start, at + end, meant)))
        before, before_at, ends = run.opens, at, run.ends
    return tuple(found)


@lru_cache(maxsize=512)
def written(text: str) -> tuple[str, ...]:
    """The unbroken runs of a text as they are written, in order. The last texts are remembered: finding them is half of
    what reading a text costs, and a sheet is read by several."""
    return tuple(_RAW.findall(text))


def run_of(raw: str) -> Run:
    """One of the runs `written` in a text, read."""
    return _RUNS[raw]


def content_tokens(words: Iterable[Token]) -> tuple[Token, ...]:
    """The tokens that carry meaning: of `tokens(text)`, they give `stems(text)`."""
    return tuple(token for token in words if not _is_function_token(token.surface))


def stems_of(parts: Iterable[str]) -> tuple[str, ...]:
    """The stems of each part, one after the other; words of two parts are never read as one compound."""
    return tuple(chain.from_iterable(map(stems, parts)))


@lru_cache(maxsize=512)
def stems(text: str) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order, repeated as often as they are said.

    The same function reads sheets and questions. A compound gives the joined stem and its parts, so that
    « tiers-lieu », « tiers lieux » and « tierslieu » meet. The last texts are remembered: a sheet is read by several,
    and labels and names come back all the time.
    """
    runs = [_RUNS[raw] for raw in written(text)]
    if not any(run.opens for run in runs):
        return tuple(chain.from_iterable([run.stems for run in runs]))
    found: list[str] = []
    before = ""
    for run in runs:
        if before and (joined := joined_stem(before, run.plain)):
            found.insert(-1, joined)
        found += run.stems
        before = run.opens
    return tuple(found)


@lru_cache(maxsize=16)
def required_stems(text: str) -> tuple[str, ...]:
    """The stems a sheet must hold to hold every word of the text: each once, a compound by its parts.

    « éco-quartier » and « éco quartier » are required joined, since their first part says nothing alone.
    """
    needed: list[str] = []
    before = ""
    for raw in _RAW.findall(text):
        run = _RUNS[raw]
        if needed and before in _leaders() and (joined := joined_stem(before, run.plain)):
            needed[-1] = joined
        else:
            needed += [piece.stem for piece in run.pieces if piece.content and piece.needed]
        before = run.opens
    return tuple(dict.fromkeys(needed))


def is_stopword(word: str) -> bool:
    """Whether a word, any case, only serves grammar; a letter alone counts as one."""
    lowered = fold(word)
    return (len(lowered) == 1 and not lowered.isdigit()) or lowered in _stopwords()


@lru_cache(maxsize=2**16)
def _is_function_token(surface: str) -> bool:
    """Whether the surface of a token is a function word, inclusive writing apart (« tous·tes »)."""
    return is_stopword(_INCLUSIVE.sub("", surface))


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    return frozenset(fold(word) for word in told()["stop"].split())


class _Runs(dict[str, Run]):
    """Runs of text, each read once and remembered: a text of 400 words asks 400 times."""

    def __missing__(self, raw: str) -> Run:
        if raw.isascii() and raw.isdigit():
            return _of_digits(raw[:LONGEST_RUN])  # not remembered: a list numbers its sheets, none twice
        run = _read(raw[:LONGEST_RUN])
        if len(self) >= REMEMBERED_RUNS:
            self.clear()
        self[raw] = run
        return run


_RUNS = _Runs()


def _of_digits(raw: str) -> Run:
    """What `_read` makes of digits alone, at once."""
    meant = raw[:LONGEST]
    piece = _Piece(0, len(raw), meant)
    return Run(pieces=(piece,), said=((0, len(raw), meant, raw),), ends=True, stems=(meant,), plain="", opens="")


def _read(raw: str) -> Run:
    """A run of text, read."""
    if raw[0].isdigit() or "°" in raw or "º" in raw:
        pieces = _number(raw)
    elif (at := _elided(raw)) >= 0 and raw[at + 1 : at + 2] == "." and raw[at + 2 : at + 3].isalpha():
        pieces = (_Piece(at, len(raw), _of_word(raw[at:].replace(".", ""))),)
    else:
        pieces = _of_words(raw)
    single = len(pieces) == 1 and pieces[0].end - pieces[0].start == len(raw)
    plain = fold(raw) if single and raw.isalpha() else ""
    opens = plain if plain in _leaders() or stem(plain) in _openers() else ""
    said = tuple(piece for piece in pieces if not _is_function_token(raw[piece.start : piece.end]))
    return Run(
        pieces=pieces,
        said=tuple((piece.start, piece.end, piece.stem, raw[piece.start : piece.end]) for piece in said),
        ends=bool(said) and said[-1] is pieces[-1],
        stems=tuple(piece.stem for piece in pieces if piece.content),
        plain=plain,
        opens=opens,
    )


def _number(raw: str) -> tuple[_Piece, ...]:
    """The piece of a number, an amount or a word that opens with a digit: « 12 000 » → 12000, « 40 k€ » → 40000€."""
    match = re.match(r"(?:n[°º]\s?)?([\d\s.]*\d(?:,\d+)?)\s*(.*)$", raw, re.IGNORECASE | re.DOTALL)
    unit = fold(match[2]) if match else ""
    if not match or (
        unit and not unit.startswith(("%", "‰", "€", "k€", "k €", "m€", "m €", "euro", "k euro", "m euro", "million"))
    ):
        return _of_words(raw)
    value = _plain_number(match[1])
    if unit and unit[0] in "km":
        value = f"{float(value) * (1_000 if unit[0] == 'k' else 1_000_000):.0f}"
    mark = unit[0] if unit[:1] in {"%", "‰"} else "€" * bool(unit)
    return (_Piece(0, len(raw), (value + mark)[:LONGEST]),)


def _plain_number(written: str) -> str:
    """« 12 000,5 » as 12000.5; a point is a decimal one unless it parts thousands."""
    digits = "".join(written.split()).replace(",", ".")
    return (
        re.sub(r"\.(?=\d{3}(?:\D|$))", "", digits) if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:\.\d+)?", digits) else digits
    )


def _of_words(raw: str) -> tuple[_Piece, ...]:
    """The pieces of a word or compound: the compound first, then its parts."""
    kept = len(raw)
    if ending := _INCLUSIVE.search(raw):
        raw = raw[: ending.start()]
    if is_stopword(raw):
        return (_Piece(0, kept, fold(raw), content=False),)
    if fold(raw) in _kept_compounds():
        return (_Piece(0, kept, _of_word(raw)),)
    parts = [(part.start(), part[0]) for part in _PART.finditer(raw)]
    parts = [(at + cut, word[cut:]) for at, word in parts if (cut := _elided(word)) < len(word)]
    if len(parts) == 1:
        at, word = parts[0]
        return (_Piece(at, kept, _of_word(word), content=not is_stopword(word)),)
    return _of_compound(raw, parts)


def _of_compound(raw: str, parts: list[tuple[int, str]]) -> tuple[_Piece, ...]:
    """The pieces of a hyphenated word: itself unless it is a verb and its pronoun, then its parts."""
    folded = [fold(word) for _, word in parts]
    leads = folded[0] in _leaders() or len(folded[0]) == 1
    alone = leads or sum(not is_stopword(word) for word in folded) < 2
    pieces = [
        _Piece(at, at + len(word), _of_word(word), content=not is_stopword(word), needed=not alone)
        for at, word in parts[1 if leads and len(parts) > 1 else 0 :]
    ]
    if not parts or is_stopword(folded[-1]) or all(word.isdigit() for word in folded):
        return tuple(replace(piece, needed=True) for piece in pieces)
    whole = "".join(singular(word) for word in folded)
    return (_Piece(parts[0][0], len(raw), stem(whole), needed=alone), *pieces)


def _elided(word: str) -> int:
    """How many characters of elided words open it: 2 for « l’école », 0 for « aujourd’hui »."""
    match = _ELIDED.match(word)
    return match.end() if match else 0


def _of_word(word: str) -> str:
    """The stem of one word, its inner apostrophes and soft hyphens closed up."""
    return stem("".join(char for char in word if char.isalnum() or "\u0300" <= char <= "\u036f"))


def joined_stem(first: str, second: str) -> str:
    """The stem of two words written apart that are also written in one, else ""."""
    if len(second) < 4 or is_stopword(second):
        return ""
    if first in _leaders() and len(first) > 1:
        return stem(first + singular(second))
    if (stem(first), stem(second)) in _pairs():
        return stem(singular(first) + singular(second))
    return ""


@lru_cache(maxsize=1)
def _kept_compounds() -> frozenset[str]:
    return frozenset(fold(word) for word in told()["compounds"].split())


@lru_cache(maxsize=1)
def _leaders() -> frozenset[str]:
    return frozenset(unaccented(word) for word in told()["leaders"].split())


@lru_cache(maxsize=1)
def _openers() -> frozenset[str]:
    return frozenset(first for first, _ in _pairs())


@lru_cache(maxsize=1)
def _pairs() -> frozenset[tuple[str, str]]:
    pairs = (pair.split() for pair in told()["pairs"].split(","))
    return frozenset((stem(first), stem(second)) for first, second in pairs)
