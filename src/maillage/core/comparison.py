"""Why one offer is told before another, and what an offer lacks, in words: the additive difference of what ranks them.

Method: docs/method/classement.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from maillage.core.matching import Match, quoted
from maillage.core.trame import Ahead, Offer
from maillage.core.vocabulary import Audience, Echelon, Stage, categories
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

PARTS = ("words", "letters", "sense", "themes", "step", "model", "referent", "generalist", "judged", "past")
"""What ranks an offer, in the order it is told when two parts weigh the same."""


def ahead(first: Offer, second: Offer) -> Ahead:
    """Why the first is told before the second; the échelon decides first, as the cell shows them, then the points."""
    title = second.match.sheet.title
    settled = _settled(first, second)
    if settled:
        return Ahead(slug=second.slug, title=title, because=(settled,))
    gains, losses = differences(first.match, second.match)
    if not gains:
        return Ahead(slug=second.slug, title=title, because=(because("ahead_by_address"),))
    return Ahead(slug=second.slug, title=title, because=tuple(gains[:2]), despite=tuple(losses[:1]))


def _settled(first: Offer, second: Offer) -> Reason | None:
    """What decides before any point: how near they are, then whether they are known to be at work here."""
    if first.nearness < second.nearness:
        labels = [Echelon(offer.echelon).label for offer in (first, second)]
        return because("ahead_nearer", mine=labels[0].lower(), theirs=labels[1].lower())
    if second.unsure and not first.unsure and first.nearness == second.nearness:
        return because("ahead_surer")
    return None


def differences(first: Match, second: Match) -> tuple[list[Reason], list[Reason]]:
    """What the first has more of, then what it has less of: the largest difference first, the slight ones left out."""
    least = weight("matching", "difference_told")
    gaps = {part: first.points.get(part, 0.0) - second.points.get(part, 0.0) for part in PARTS}
    told = sorted((part for part in PARTS if abs(gaps[part]) >= least), key=lambda part: -abs(gaps[part]))
    gains = [_said(part, first, second) for part in told if gaps[part] > 0]
    losses = [_said(part, second, first) for part in told if gaps[part] < 0]
    return gains, losses


def _said(part: str, better: Match, worse: Match) -> Reason:
    """What the better of the two has more of, for one part."""
    if part == "words":
        only = _only(better, worse)
        return because("ahead_words_named", words=quoted(only)) if only else because("ahead_words")
    if part == "themes":
        only = [categories()[code].label for code in better.shared if code not in worse.shared]
        return because("ahead_themes_named", themes=quoted(only[:2])) if only else because("ahead_themes")
    return because(f"ahead_{part}")


def _only(better: Match, worse: Match) -> list[str]:
    """The words of the need that the better one holds, and the other not or less well: the strongest first."""
    wish = better.wish
    gained = {stem: value - worse.found.get(stem, 0.0) for stem, value in better.found.items()}
    best = sorted((stem for stem, value in gained.items() if value > 0), key=lambda stem: (-gained[stem], stem))
    return [wish.surfaces[stem] for stem in best[:2]]


def lacking(match: Match, *, for_a_commune: bool) -> tuple[Reason, ...]:
    """What an offer one can ask for here lacks: words of the need it never says, an audience one has to be."""
    reasons: list[Reason] = []
    absent = (stem for stem in match.wish.rarest if stem not in match.found and stem not in match.stand_ins)
    told = list(islice(absent, 3))
    if told and (match.is_specific or not match.sheet.generalist):
        reasons.append(because("lacks_words", words=quoted([match.wish.surfaces[stem] for stem in told])))
    audiences = match.sheet.audiences
    if for_a_commune and audiences and Audience.COMMUNE not in audiences:
        reasons.append(_other_audience(audiences))
    return tuple(reasons)


def _other_audience(audiences: Iterable[str]) -> Reason:
    held = tuple(audiences)
    if Audience.EPCI in held:
        return because("lacks_commune_epci_can")
    return because("lacks_commune", audiences=", ".join(Audience(code).label.lower() for code in held[:3]))


def lacking_stage(stages: Iterable[str], wanted: str) -> Reason:
    """The stages an offer stands at, when it is not at the one wanted."""
    named = ", ".join(f"« {Stage(code).label} »" for code in stages)
    return because("lacks_stage", stages=named or "…", wanted=Stage(wanted).label)
