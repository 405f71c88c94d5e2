"""How well an offer answers a need, and why, in words.

Relevance adds two shares, each from 0 to 1: the words of the need that the offer holds, weighted by how rare they
are, and the themes understood in the need that the offer treats, the less the more themes it
lists; one theme of several counts for more than its part, since an offer rarely treats a whole need.
Weights: `[matching]` of weights.toml.
Method: docs/method/trame.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from math import fsum

from maillage.core.ranking.readings import KEYWORDS, TITLE
from maillage.core.sheets import Sheet
from maillage.core.text import stems
from maillage.core.typical import held_words, referent_points
from maillage.core.vocabulary import Price, Restriction, Stage, categories
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

_ACRONYM = re.compile(r"\b[A-ZÀ-Þ]{3,}\b")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A need, ready to be compared with some hundreds of offers.

    `words`: stem → rarity (natural logarithm, above 0), the words that carry the meaning only.
    `surfaces`: stem → the word as the person wrote it. `neighbours`: stem → the stem of the need it stands for.
    `near`: stem of a word learned from public texts → the stem of the need it may stand for, and its worth from 0 to 1.
    `themes`: category code → weight of the understanding, above 0.
    """

    words: Mapping[str, float]
    surfaces: Mapping[str, str]
    neighbours: Mapping[str, str]
    themes: Mapping[str, float]
    near: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    audience: str = ""
    today: dt.date
    inherited: Mapping[str, str] = field(default_factory=dict)
    """stem → word that the typical need close to this one brings; it orders offers, it never lets one in."""
    referent: str = ""
    """Title of that typical need."""

    @cached_property
    def wanted(self) -> frozenset[str]:
        """Every stem that an offer may hold of this need."""
        return frozenset((*self.words, *self.neighbours, *self.near))

    @cached_property
    def rarest(self) -> tuple[str, ...]:
        """The words, the rarest first."""
        return tuple(sorted(self.words, key=lambda stem: (-self.words[stem], stem)))

    @cached_property
    def sums(self) -> tuple[float, float]:
        """All the rarity of the words, all the weight of the themes."""
        return fsum(self.words.values()), fsum(self.themes.values())


@dataclass(frozen=True, kw_only=True)
class Match:
    """Whether an offer speaks of a wish: `relevance` from 0 to 1; and where it stands among those that do.

    `found`: word of the need → its rarity times the place it is found in; `shared`: theme → its weight.
    `points`: by part of `core.ranking`, what ranks it among the offers of this answer. `stand_ins`: word of the need
    absent from the sheet → how the learned word that stands for it is written.
    """

    wish: Wish
    sheet: Sheet
    relevance: float
    word_share: float
    theme_share: float
    found: Mapping[str, float] = field(default_factory=dict)
    shared: Mapping[str, float] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    inherited: tuple[str, ...] = ()

    @cached_property
    def standing(self) -> float:
        """What ranks the offer: the sum of its points."""
        return fsum(self.points.values())

    @property
    def is_specific(self) -> bool:
        """True when it answers this need, not any need."""
        return self.relevance >= weight("matching", "specific_from")

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, the strongest first; told when asked, since an answer judges many more offers than it shows."""
        return (*_word_reasons(self), *_theme_reasons(self.shared, self.sheet), *_referent_reasons(self))


def judge(
    wish: Wish,
    sheet: Sheet,
    *,
    places: Mapping[str, int],
    points: Mapping[str, float] | None = None,
    stand_ins: Mapping[str, str] | None = None,
) -> Match:
    """Compare one offer with the need. `places`: stem, among those wanted, → where the sheet holds it.

    The places are bits of one number, as `Selection.places` gives them.

    `points` and `stand_ins`: what ranks it, as `core.ranking` says.
    """
    found = _found_words(wish, places)
    shared = {code: value for code, value in wish.themes.items() if code in sheet.categories}
    all_words, all_themes = wish.sums
    word_share = fsum(found.values()) / all_words if all_words else 0.0
    part = fsum(shared.values()) / all_themes if all_themes else 0.0
    theme_share = centrality(sheet) * part ** weight("matching", "theme_curve")
    relevance = weight("matching", "words") * word_share + weight("matching", "themes") * theme_share
    if sheet.generalist and not shared and not _is_named(wish, sheet, places):
        relevance = min(relevance, weight("matching", "generalist_at_most"))
    inherited = _inherited_words(wish, sheet)
    return Match(
        wish=wish,
        sheet=sheet,
        relevance=relevance,
        word_share=word_share,
        theme_share=theme_share,
        found=found,
        shared=shared,
        points={**(points or {}), **_referent_points(wish, inherited)},
        stand_ins=stand_ins or {},
        inherited=inherited,
    )


def _is_named(wish: Wish, sheet: Sheet, places: Mapping[str, int]) -> bool:
    """Whether the need names this very offer: its title holds every word of it, its own acronym among them."""
    held = all(places.get(stem, 0) & TITLE for stem in wish.words)
    return held and not wish.words.keys().isdisjoint(_acronyms(sheet.title))


@lru_cache(maxsize=4096)
def _acronyms(title: str) -> frozenset[str]:
    """The stems of the words that a title writes in capitals."""
    return frozenset(stem for word in _ACRONYM.findall(title) for stem in stems(word))


def centrality(sheet: Sheet) -> float:
    """How much one of its themes says of a sheet: 1 when it has one, less the more it lists."""
    return 1 / (1 + weight("matching", "theme_spread") * max(0, len(sheet.categories) - 1))


@lru_cache(maxsize=1)
def _best_place() -> tuple[float, ...]:
    """By places, as bits: what a word is worth in the best of them, from 0 to 1."""
    worth = (weight("matching", "title"), weight("matching", "keywords"), weight("matching", "body"))
    held = product((0, 1), repeat=3)
    return tuple(max(a * worth[0], b * worth[1], c * worth[2]) for c, b, a in held)


def _found_words(wish: Wish, places: Mapping[str, int]) -> dict[str, float]:
    """For each word of the need that the offer holds: its rarity times the best place it is found in.

    A learned word speaks for another in the title or the keywords only: in a text it may be there by chance.
    """
    found: dict[str, float] = {}
    for stem, held in places.items():
        if stem in wish.words:
            source, worth = stem, 1.0
        elif stem in wish.neighbours:
            source, worth = wish.neighbours[stem], weight("matching", "neighbour")
        else:
            (source, worth), held = wish.near.get(stem, ("", 0.0)), held & (TITLE | KEYWORDS)
        if held and source in wish.words:
            found[source] = max(found.get(source, 0.0), wish.words[source] * _best_place()[held] * worth)
    return found


def _inherited_words(wish: Wish, sheet: Sheet) -> tuple[str, ...]:
    """The words of the typical need that the title or the keywords of an offer hold."""
    return held_words(wish.inherited, {*sheet.title_stems, *sheet.keyword_stems}) if wish.inherited else ()


def _referent_points(wish: Wish, inherited: tuple[str, ...]) -> dict[str, float]:
    """What the words of the typical need add: they order offers, they never let one in."""
    return {"referent": referent_points(wish.inherited, inherited)} if inherited else {}


def _referent_reasons(match: Match) -> list[Reason]:
    if not match.inherited:
        return []
    words = quoted(list(match.inherited[:2]))
    return [because("near_typical", title=match.wish.referent, words=words)]


def _word_reasons(match: Match) -> list[Reason]:
    wish, title = match.wish, match.sheet.title_stems
    best = sorted(match.found, key=lambda stem: (-match.found[stem], stem))
    parts = _parts(tuple(wish.surfaces.values()))
    whole = [stem for stem in best if wish.surfaces[stem] not in parts][:3]
    titled = [wish.surfaces[stem] for stem in whole if stem in title]
    inside = [wish.surfaces[stem] for stem in whole if stem not in title and stem not in match.stand_ins]
    instead = [(wish.surfaces[stem], match.stand_ins[stem]) for stem in whole if stem in match.stand_ins]
    reasons = []
    if titled:
        reasons.append(because("words_in_title", words=quoted(titled)))
    if inside:
        reasons.append(because("words_in_text", words=quoted(inside)))
    reasons += [because("words_near", word=word, near=near) for word, near in instead]
    return reasons


@lru_cache(maxsize=64)
def _parts(words: tuple[str, ...]) -> frozenset[str]:
    """« tiers » and « lieu » beside « tiers-lieu »: the compound already says them."""
    return frozenset(part for word in words for part in re.split(r"[-\s]", word) if part != word)


def _theme_reasons(shared: Mapping[str, float], sheet: Sheet) -> list[Reason]:
    if shared:
        labels = [categories()[code].label for code in sorted(shared, key=lambda code: -shared[code])[:2]]
        return [because("theme_shared", themes=quoted(labels))]
    return [because("generalist")] if sheet.generalist else []


def practical_reasons(sheet: Sheet, *, today: dt.date) -> list[Reason]:
    """What to know before calling: price, who it is reserved to, when it closes."""
    reasons = []
    if sheet.price in (Price.FREE, Price.MEMBER_FEE, Price.PAID, Price.SHARED):
        reasons.append(because(f"price_{Price(sheet.price).name.lower()}"))
    if paid := sheet.pays_for():
        reasons.append(because("pays_for", stages=", ".join(Stage(code).label.lower() for code in paid)))
    if sheet.restricted_to:
        reasons.append(because("reserved", label=Restriction(sheet.restricted_to).label))
    closes = sheet.closes()
    if closes and closes >= today:
        days = (closes - today).days
        soon = days <= weight("matching", "closing_soon_days")
        reasons.append(because("closes_in_days", days=days) if soon else because("closes_on", day=closes.isoformat()))
    return reasons


def quoted(words: list[str]) -> str:
    """« a », « b » : words in French quotation marks."""
    return ", ".join(f"« {word} »" for word in words)
