"""What a need is about, from the words of the one who says it: subjects, step, who asks, goals, amounts.

Additive weights and no statistics: each tag shows the very words it comes from. Goals are suggestions,
never published without a person. Method: docs/method/comprehension.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from maillage.core.lexicon.expansion import Expansion, expand
from maillage.core.lexicon.lists import Scale, need_stems, scale_of, words_of
from maillage.core.lexicon.phrases import Reading, heard, read
from maillage.core.tags import CHOSEN, Correction, SetAside, Tag, amended
from maillage.core.text import content_tokens, tokens, words_said
from maillage.core.vocabulary import Audience, Nature, Stage, categories, competences
from maillage.core.weighing import weight

__all__ = [
    "Amount",
    "Expansion",
    "Tag",
    "Understanding",
    "expand",
    "goals_said",
    "natures_said",
    "significant_stems",
    "stages_said",
    "themes_said",
    "understand",
]

LONGEST_NEED = 20_000
"""Characters read of a need: the rest of a longer text is not."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money the text names, in whole euros, as written there."""

    eur: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that was understood of a need; every tuple is best first and may be empty.

    `significant`: the stems of the need without the words that only say project, need or aid.
    `set_aside`: what the words say and a person corrected.
    """

    categories: tuple[Tag, ...] = ()
    stages: tuple[Tag, ...] = ()
    audiences: tuple[Tag, ...] = ()
    competences: tuple[Tag, ...] = ()
    sdgs: tuple[Tag, ...] = ()
    amounts: tuple[Amount, ...] = ()
    significant: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


class _Said(NamedTuple):
    """Words that speak for a code: their points, their place, the words."""

    points: float
    at: int
    evidence: str


_Tally = dict[str, list[_Said]]


def understand(text: str, *, corrections: Iterable[Correction] = (), chosen: Sequence[str] = ()) -> Understanding:
    """What a need written in anyone’s words is about; an off-topic text gives no category.

    `corrections`: what people said of such words, the last prevails. `chosen`: the categories a person ticked, in the
    place of all others. Goals and competences follow the categories as corrected.
    """
    text = text[:LONGEST_NEED]
    words = tokens(text)
    content = content_tokens(words)
    reading = read(text, content)
    said = {token.stem: token.surface for token in reversed(content)}
    amend = _Amending(tuple(corrections), said)
    kept = _kept(
        _said(reading, scale_of("categories")), _category_label, most=int(weight("tagging", "most_categories"))
    )
    kept = amend("categories", _ticked(kept, chosen) if chosen else kept, _category_label)
    goals = _with_goals(_said(reading, scale_of("sdgs")), kept)
    goals_kept = _kept(goals, _goal_label, most=int(weight("tagging", "most_sdgs")), suggested=True)
    trades = _with_trades(_said(reading, scale_of("competences")), kept)
    trades_kept = _kept(trades, _competence_label, most=int(weight("tagging", "most_competences")))
    return Understanding(
        categories=kept,
        stages=amend("stages", _kept(_said(reading, scale_of("stages")), _stage_label), _stage_label),
        audiences=amend(
            "audiences", _kept(_said(read(text, words), scale_of("audiences")), _audience_label), _audience_label
        ),
        competences=amend("competences", trades_kept, _competence_label),
        sdgs=amend("sdgs", goals_kept, _goal_label),
        amounts=_amounts(reading),
        significant=significant_stems(token.stem for token in content),
        set_aside=tuple(amend.aside),
    )


class _Amending:
    """Puts corrections in the tags of one need, and keeps what they set aside."""

    def __init__(self, corrections: tuple[Correction, ...], said: Mapping[str, str]) -> None:
        self.corrections, self.said = corrections, said
        self.aside: list[SetAside] = []

    def __call__(self, kind: str, found: tuple[Tag, ...], label: Callable[[str], str]) -> tuple[Tag, ...]:
        if not self.corrections:
            return found
        kept, aside = amended(found, self.corrections, kind=kind, said=self.said, label=label)
        self.aside += aside
        return kept


def _ticked(kept: tuple[Tag, ...], chosen: Sequence[str]) -> tuple[Tag, ...]:
    """The categories a person ticked; one that the words say too keeps them."""
    told = {tag.code: tag for tag in kept}
    return tuple(
        replace(told[code], weight=1.0) if code in told else Tag(code, _category_label(code), (), 1.0, origin=CHOSEN)
        for code in chosen
    )


def natures_said(text: str) -> tuple[Tag, ...]:
    """The natures of engineering a text calls for, best first; most texts call for none."""
    text = text[:LONGEST_NEED]
    return _kept(_said(read(text, words_said(text)), scale_of("natures")), _nature_label)


def goals_said(text: str) -> tuple[Tag, ...]:
    """The goals of the Agenda 2030 that the words of a text name, best first, whatever its subjects call for."""
    text = text[:LONGEST_NEED]
    said = _said(read(text, words_said(text)), scale_of("sdgs"))
    return _kept(said, _goal_label, most=int(weight("tagging", "most_sdgs")), suggested=True)


def themes_said(text: str, parts: Sequence[str] = ()) -> Mapping[str, float]:
    """The points of the categories a text speaks of, best first: those `understand` keeps, without their words.

    `parts`: as `heard` takes them.
    """
    said, first, _ = _weighed(text, scale_of("categories"), parts)
    totals = {code: round(points, 3) for code, points in said.items()}
    return {code: totals[code] for code in _best(totals, first)[: int(weight("tagging", "most_categories"))]}


def stages_said(text: str) -> tuple[Mapping[str, float], frozenset[str]]:
    """The points of every stage of a project that a text names, and the stems of the words that name them."""
    points, _, seen = _weighed(text, scale_of("stages"))
    return points, frozenset(stem for key in seen for stem in key)


def _weighed(
    text: str, scale: Scale, parts: Sequence[str] = ()
) -> tuple[dict[str, float], dict[str, int], set[tuple[str, ...]]]:
    """The points of each code a text speaks for, an expression repeated counting once, where it first does, and the
    stems of these expressions."""
    said = heard(text, parts) if len(text) <= LONGEST_NEED else heard(text[:LONGEST_NEED])
    points: dict[str, float] = {}
    first: dict[str, int] = {}
    seen: set[tuple[str, ...]] = set()
    for found in scale.book.find(said):
        if found.key not in seen:
            seen.add(found.key)
            for code, worth in scale.weights[found.key].items():
                points[code] = points.get(code, 0) + worth
                first.setdefault(code, found.first)
    return points, first, seen


def significant_stems(stems: Iterable[str]) -> tuple[str, ...]:
    """The stems that tell one need from another, each once, in order; numbers and sums are left out."""
    empty = need_stems()
    return tuple(dict.fromkeys(stem for stem in stems if stem not in empty and not stem[0].isdigit()))


def _said(reading: Reading, scale: Scale) -> _Tally:
    """What each expression of the text says, an expression repeated counting once."""
    said: _Tally = {}
    seen: set[tuple[str, ...]] = set()
    for found in scale.book.find(reading):
        if found.key in seen:
            continue
        seen.add(found.key)
        evidence = reading.surface(found.first, found.after)
        for code, points in scale.weights[found.key].items():
            said.setdefault(code, []).append(_Said(points, found.first, evidence))
    return said


def _kept(
    said: Mapping[str, list[_Said]], label: Callable[[str], str], *, most: int = 100, suggested: bool = False
) -> tuple[Tag, ...]:
    """The codes whose points pass the threshold, best first, at most `most` of them."""
    totals = {code: round(sum(word.points for word in words), 3) for code, words in said.items()}
    best = _best(totals, {code: min(word.at for word in words) for code, words in said.items()})
    return tuple(Tag(code, label(code), _evidence(said[code]), totals[code], suggested) for code in best[:most])


def _best(totals: Mapping[str, float], first: Mapping[str, int]) -> list[str]:
    """The codes whose points pass the threshold, best first; of equal ones, a subject then the one named first."""
    least = max(weight("tagging", "threshold"), weight("tagging", "kept_share") * max(totals.values(), default=0.0))
    return sorted(
        (code for code, total in totals.items() if total >= least),
        key=lambda code: (-totals[code], code in _supporting(), first[code], code),
    )


def _evidence(words: list[_Said]) -> tuple[str, ...]:
    """The words in the order of the text, each once."""
    return tuple(dict.fromkeys(word.evidence for word in sorted(words, key=lambda word: word.at)))


def _with_goals(said: _Tally, kept: tuple[Tag, ...]) -> _Tally:
    """Adds what each kept category suggests; goal 17 is never among them, only partnership words say it.

    A category that says how more than what (a building, a rehabilitation) needs another word for any of its goals.
    """
    for place, tag in enumerate(kept):
        for rank, goal in enumerate(words_of("categories")[tag.code].sdg):
            share = weight("tagging", "other_goal" if rank or tag.code in _supporting() else "main_goal")
            said.setdefault(goal, []).extend(_passed_on(tag, share, place))
    return said


def _with_trades(said: _Tally, kept: tuple[Tag, ...]) -> _Tally:
    """Adds what each kept category calls for."""
    share = weight("tagging", "category_competence")
    callers = _by_category()
    for place, tag in enumerate(kept):
        for code in callers.get(tag.code, ()):
            said.setdefault(code, []).extend(_passed_on(tag, share, place))
    return said


def _passed_on(tag: Tag, share: float, place: int) -> list[_Said]:
    """A share of the points of a category, carried by its own words; they come after the words of the text."""
    carriers = tag.evidence or (tag.label,)
    return [_Said(tag.weight * share / len(carriers), 1_000_000 + place, words) for words in carriers]


def called_for(codes: Iterable[str]) -> tuple[str, ...]:
    """The competences these categories call for, each once."""
    return tuple(dict.fromkeys(code for category in codes for code in _by_category().get(category, ())))


@lru_cache(maxsize=1)
def _by_category() -> dict[str, tuple[str, ...]]:
    """The competences each category calls for."""
    callers: dict[str, tuple[str, ...]] = {}
    for code, words in words_of("competences").items():
        for category in words.categories:
            callers[category] = (*callers.get(category, ()), code)
    return callers


def _amounts(reading: Reading) -> tuple[Amount, ...]:
    """The sums of money of the text, in order."""
    return tuple(
        Amount(round(float(token.stem[:-1])), token.surface) for token in reading.words if token.stem.endswith("€")
    )


@lru_cache(maxsize=1)
def _supporting() -> frozenset[str]:
    """The categories that say how more than what."""
    return frozenset(code for code, words in words_of("categories").items() if words.supporting)


def _category_label(code: str) -> str:
    return categories()[code].label


def _goal_label(code: str) -> str:
    return words_of("sdgs")[code].label


def _stage_label(code: str) -> str:
    return dict(Stage.choices())[code]


def _nature_label(code: str) -> str:
    return dict(Nature.choices())[code]


def _audience_label(code: str) -> str:
    return dict(Audience.choices())[code]


def _competence_label(code: str) -> str:
    return competences()[code]
