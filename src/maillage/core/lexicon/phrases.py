"""Finding expressions in a text by their stems: the longest first, each word used once.

« plan d’eau » is found before « eau » and uses it up, so an expression never counts twice in one book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, Protocol

from maillage.core.text import Run, Token, joined_stem, run_of, stem, words_said, written

_STREETS = "rue avenue boulevard chemin impasse allée quai place hameau lieu-dit route"
_PUNCTUATION = frozenset(".,;:()!?/–—\n")


class Said(Protocol):
    """What expressions are looked for in: the stems of single words in order, the joined words by their place."""

    @property
    def stems(self) -> tuple[str, ...]: ...

    @property
    def joined(self) -> Mapping[int, tuple[str, int]]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A text ready to be searched: its single words in order, and the joined words by the place they open at.

    A joined word is (stem, how many single words it covers): « éco-quartier » covers « quartier ».
    """

    text: str
    words: tuple[Token, ...]
    joined: dict[int, tuple[str, int]] = field(default_factory=dict)

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of its single words, in order."""
        return tuple(word.stem for word in self.words)

    def surface(self, first: int, after: int) -> str:
        """The very words of the text from one place to before another."""
        return self.text[self.words[first].start : self.words[after - 1].end]


@dataclass(frozen=True, slots=True)
class Heard:
    """A text ready to be searched as a `Reading` is, without the places of its words."""

    stems: tuple[str, ...]
    joined: Mapping[int, tuple[str, int]]


class Found(NamedTuple):
    """An expression found: its words `first` to before `after`, and its key in the book."""

    key: tuple[str, ...]
    first: int
    after: int


def read(text: str, found: tuple[Token, ...]) -> Reading:
    """The text as these tokens of it, all or only those that carry meaning.

    Names of places are left out: three parts (Aix-les-Bains), or capitals after a street (rue des Vignes).
    """
    if _street_stems().isdisjoint([token.stem for token in found]) and not any(
        token.end > following.start for token, following in pairwise(found)
    ):
        return Reading(text, found)
    shouted = text.isupper()
    words: list[Token] = []
    spans: list[Token] = []
    skip_until, street_until = 0, 0
    for token, following in zip(found, (*found[1:], None), strict=False):
        if token.end <= skip_until:
            continue
        if street_until and not shouted and _goes_on(text[street_until : token.start], token.surface):
            street_until = token.end
        elif following and following.start < token.end:
            if _names_a_place(token.surface):
                skip_until = token.end
            else:
                spans.append(token)
        else:
            words.append(token)
            street_until = token.end if token.stem in _street_stems() else 0
    return Reading(text, tuple(words), _placed(words, spans))


@dataclass(frozen=True, slots=True)
class _Alone:
    """A run of text as `read` hears it by itself. `asks`: it holds a joined word, opens one, or names a street."""

    heard: Reading
    run: Run
    stems: tuple[str, ...]
    opens_street: bool
    asks: bool


class _Alones(dict[str, _Alone]):
    """Runs of text, each heard once and remembered."""

    def __missing__(self, raw: str) -> _Alone:
        run = run_of(raw)
        if raw.isdigit():  # there are too many numbers to remember
            return _Alone(Reading(raw, ()), run, run.stems, opens_street=False, asks=False)
        said = tuple(Token(surface, start, end, meant) for start, end, meant, surface in run.said)
        heard = read(raw, said)
        opens_street = any(token.stem in _street_stems() for token in said)
        if len(self) >= REMEMBERED_RUNS:
            self.clear()
        self[raw] = alone = _Alone(
            heard, run, heard.stems, opens_street, asks=bool(run.opens or heard.joined or opens_street)
        )
        return alone


_ALONE = _Alones()
REMEMBERED_RUNS = 2**16


def heard(text: str, parts: Sequence[str] = ()) -> Said:
    """What `read` hears in the words of a text that carry meaning, without their places: a third of its time.

    A run says the same wherever it stands, but after a street, which a name may follow: such a text is read word by
    word. `parts`: the same text cut between two runs, when somebody has just read them.
    """
    runs = [_ALONE[raw] for part in parts or (text,) for raw in written(part)]
    stems: list[str] = []
    joined: dict[int, tuple[str, int]] = {}
    done = 0
    for at in [at for at, alone in enumerate(runs) if alone.asks]:
        if runs[at].opens_street and _may_be_named(runs, at):
            return read(text, words_said(text))
        stems += chain.from_iterable([alone.stems for alone in runs[done:at]])
        joined |= {len(stems) + place: word for place, word in runs[at].heard.joined.items()} | _with_next(
            runs[at : at + 2], place=len(stems)
        )
        done = at
    stems += chain.from_iterable([alone.stems for alone in runs[done:]])
    return Heard(tuple(stems), joined)


def _with_next(pair: Sequence[_Alone], *, place: int) -> dict[int, tuple[str, int]]:
    """The word that a run, whose own stands at this place, makes with the next (« tiers lieu »), if it does."""
    first, following = pair[0], pair[-1]
    word = joined_stem(first.run.opens, following.run.plain) if first.run.opens and len(pair) > 1 else ""
    return {place: (word, len(first.stems) + len(following.stems))} if word else {}


def _may_be_named(runs: Sequence[_Alone], at: int) -> bool:
    """Whether what follows this street may be its name: a capital, or a part of the same word."""
    rest = (other for other in runs[at + 1 :] if other.run.said or other.run.opens)
    following = next((other.run.said[0][3] if other.run.said else other.heard.text for other in rest), "")
    return len(runs[at].run.said) > 1 or following[:1].isupper()


def _placed(words: list[Token], spans: list[Token]) -> dict[int, tuple[str, int]]:
    """Each joined word by the index of the first single word it covers."""
    joined: dict[int, tuple[str, int]] = {}
    at = 0
    for span in spans:
        while at < len(words) and words[at].start < span.start:
            at += 1
        covered = at
        while covered < len(words) and words[covered].end <= span.end:
            covered += 1
        if covered > at:
            joined[at] = (span.stem, covered - at)
    return joined


@lru_cache(maxsize=1)
def _street_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in _STREETS.split())


def _goes_on(between: str, surface: str) -> bool:
    """Whether a word still names the street: a capital, and no punctuation in between."""
    return surface[:1].isupper() and not _PUNCTUATION.intersection(between)


def _names_a_place(surface: str) -> bool:
    """Whether a compound looks like the name of a place: three parts, capitals at both ends, not all capitals."""
    parts = surface.split("-")
    return len(parts) > 2 and parts[0][:1].isupper() and parts[-1][:1].isupper() and not surface.isupper()


class Phrasebook:
    """Expressions by their stems. Several expressions with the same stems are one."""

    def __init__(self, keys: Iterable[tuple[str, ...]]) -> None:
        self._keys = frozenset(key for key in keys if key)
        self._longest = max(map(len, self._keys), default=0)
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for key in sorted(self._keys, key=lambda key: (-len(key), key)):
            self._by_first.setdefault(key[0], []).append(key)
        self._sizes = {
            first: sorted({len(key) for key in same}, reverse=True) for first, same in self._by_first.items()
        }

    def find(self, said: Said) -> Iterator[Found]:
        """The expressions of the text in order, the longest at each place; a word is used once."""
        stems, joined, sizes = said.stems, said.joined, self._sizes
        free = 0
        near = {place - back for place in joined for back in range(self._longest)}
        for at in [at for at, word in enumerate(stems) if word in sizes or at in near]:
            if at < free:
                continue
            found = self._found_with_joined(stems, joined, at) if at in near else self._found(stems, at)
            if found:
                yield found
                free = found.after

    def _found(self, stems: tuple[str, ...], at: int) -> Found | None:
        """The longest expression said at this place, where no joined word is within its reach."""
        for size in self._sizes[stems[at]]:
            key = stems[at : at + size]
            if key in self._keys:
                return Found(key, at, at + len(key))
        return None

    def _found_with_joined(
        self, stems: tuple[str, ...], joined: Mapping[int, tuple[str, int]], at: int
    ) -> Found | None:
        """The expression said at this place that goes furthest; a joined word counts as itself or as its parts."""
        starts = [stems[at]]
        if at in joined:
            starts.insert(0, joined[at][0])
        said = [
            Found(key, at, after)
            for start in starts
            for key in self._by_first.get(start, ())
            if (after := _after(key, at, stems, joined)) > at
        ]
        return max(said, key=lambda found: found.after, default=None)


def _after(key: tuple[str, ...], at: int, stems: tuple[str, ...], joined: Mapping[int, tuple[str, int]]) -> int:
    """Where the text goes on after the key read at a place, or the place itself when it says something else."""
    here = at
    for wanted in key:
        if here < len(stems) and stems[here] == wanted:
            here += 1
        elif (one := joined.get(here)) and one[0] == wanted:
            here += one[1]
        else:
            return at
    return here
