"""Which offers answer: those that speak of the need, ranked by the method that is measured, usable here or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from maillage.answer.judgements import Judged, judged, space_of, understanding_of
from maillage.answer.places import Where, is_unsure, zone_names, zone_reason
from maillage.core.matching import Match, Wish, judge
from maillage.core.ranking import Said
from maillage.core.ranking.choices import Lesson
from maillage.core.ranking.steps import NEITHER, STUDY, WORKS, step_said
from maillage.core.sheets import Sheet
from maillage.core.tagging import Understanding
from maillage.core.territory import FRANCE
from maillage.core.trame import Offer, places_of, unfilled
from maillage.core.vocabulary import Audience, Stage
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because
from maillage.search.queries import Candidate, Filters, candidates, generalists
from maillage.search.ranking import standings
from maillage.search.words import Words

TOLD = 40
"""The rarest words of a need, whose stand-ins are looked for: an offer tells three words at most, the rarest."""

STEPS: Mapping[str, float] = {Stage.EMERGENCE: STUDY, Stage.DESIGN: STUDY, Stage.DELIVERY: WORKS}
"""What the stage a person chose says of the step; the others say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One need in one place, understood: `text` as ranked (typing mistakes corrected), `said` in place of its words.

    `lessons`: slug → what the past choices of the space say of it for this need.
    """

    text: str
    words: Words
    wish: Wish
    said: Said
    place: Where | None
    audience: str
    lessons: Mapping[str, Lesson] = field(default_factory=dict)

    def filters(self) -> Filters:
        """What one can ask for here."""
        zones = self.place.containing if self.place else ()
        return Filters(zones=zones, audiences=(self.audience,) if self.audience else ())

    def boosts(self) -> dict[str, float]:
        """The categories to look for, and how much."""
        return {code: 2.0 * value for code, value in self.wish.themes.items()}


def said_by(text: str, understood: Understanding, *, stage: str) -> Said:
    """The themes understood, or chosen, and the step: that of the stage chosen, else what the words say."""
    step = STEPS.get(stage, NEITHER) if stage else step_said(text)
    return Said(themes={tag.code: tag.weight for tag in understood.categories}, step=step)


def usable_offers(question: Question) -> list[Offer]:
    """Offers one can ask for here, ranked; the generalist ones join those that speak of the need."""
    matches = ranked(question, usable_candidates(question))
    kept = [match for match in matches if match.is_specific or match.sheet.generalist]
    said = judged(understanding_of(question.wish.themes), space_of(question.place))
    ordered = behind_the_specific(kept)
    if said or question.lessons:
        ordered = [_moved(match, said, question) for match in ordered]
    return [_offer(match, question, said) for match in ordered]


def _moved(match: Match, said: Mapping[str, Judged], question: Question) -> Match:
    """The match, with what people who have this need here said of the offer, and what this space chose before."""
    slug = match.sheet.slug
    opinion, lesson = said.get(slug), question.lessons.get(slug)
    more = {"judged": opinion.points if opinion else 0.0, "past": lesson.points if lesson else 0.0}
    moved = {part: points for part, points in more.items() if points}
    return replace(match, points={**match.points, **moved}) if moved else match


def usable_candidates(question: Question) -> list[Candidate]:
    """The sheets the engine proposes among those one can ask for here, and the generalist ones."""
    filters, today = question.filters(), question.wish.today
    limit = int(weight("trame", "candidates"))
    found = candidates(words=question.words, filters=filters, boosts=question.boosts(), limit=limit, today=today)
    wide = generalists(filters=filters, limit=limit // 4, today=today)
    known = {each.sheet.uid for each in found}
    found += [each for each in wide if each.sheet.uid not in known]
    if question.place is None:
        found = [each for each in found if each.sheet.network or FRANCE in each.sheet.usable]
    return found


def ranked(question: Question, found: Sequence[Candidate]) -> list[Match]:
    """Each of these sheets compared with the need, with what ranks it among them all."""
    wish = question.wish
    rows = [each.row for each in found]
    stands = standings(question.text, rows, said=question.said, told=wish.rarest[:TOLD], wanted=wish.wanted)
    return [
        judge(wish, each.sheet, places=stand.places, points=stand.points, stand_ins=stand.stand_ins)
        for each, stand in zip(found, stands, strict=True)
    ]


def behind_the_specific(matches: Sequence[Match]) -> list[Match]:
    """The same, the best of the generalist offers lowered to the last of those that answer this very need."""
    specific = [match.standing for match in matches if match.is_specific]
    others = [match.standing for match in matches if not match.is_specific]
    lowered = max(others, default=0.0) - min(specific, default=0.0)
    if not specific or lowered <= 0:
        return list(matches)
    return [
        match if match.is_specific else replace(match, points={**match.points, "generalist": -lowered})
        for match in matches
    ]


def _offer(match: Match, question: Question, said: Mapping[str, Judged]) -> Offer:
    """The offer before it is told: only what decides where it is shown."""
    unsure = because("presence_to_check") if question.place and is_unsure(match.sheet) else None
    opinion, lesson = said.get(match.sheet.slug), question.lessons.get(match.sheet.slug)
    told = (*(lesson.reasons if lesson else ()), *(opinion.reasons if opinion else ()))
    return Offer(match=match, echelon=match.sheet.echelon, unsure=unsure, judged=told)


def offers_beyond(question: Question, usable: Sequence[Offer]) -> list[Offer]:
    """Offers that speak of the need but that one cannot ask for here, each with what stands in the way.

    Only for the cells that nothing usable fills: no other names an offer from beyond.
    """
    empty = unfilled(usable)
    if not empty:
        return []
    wish, limit = question.wish, int(weight("trame", "candidates")) // 2
    everywhere = Filters(deadline="all")
    found = candidates(
        words=question.words, filters=everywhere, boosts=question.boosts(), limit=limit, today=wish.today
    )
    here = {offer.slug for offer in usable}
    away = [each for each in found if each.sheet.slug not in here and not empty.isdisjoint(places_of(each.sheet))]
    matches = [match for match in ranked(question, away) if match.is_specific]
    names = zone_names(code for match in matches for code in match.sheet.usable[:1])
    return [_from_beyond(match, question, names) for match in matches]


def _from_beyond(match: Match, question: Question, names: Mapping[str, str]) -> Offer:
    reason, known = obstacle(match.sheet, question, names)
    return Offer(match=match, echelon=match.sheet.echelon, reasons=(reason,), missing=reason if known else None)


def obstacle(sheet: Sheet, question: Question, names: Mapping[str, str]) -> tuple[Reason, bool]:
    """Why the offer cannot be asked for here, and whether it is a condition one could come to meet."""
    place, audience = question.place, question.audience
    closes = sheet.closes()
    in_zone = place is None or bool(set(sheet.usable) & set(place.containing))
    if in_zone and closes and closes < question.wish.today:
        return because("closed", day=closes.isoformat()), True
    if in_zone and audience and audience not in sheet.audiences:
        labels = ", ".join(Audience(code).label.lower() for code in sheet.audiences)
        return because("audience_missing", audiences=labels), True
    reserved = bool(sheet.restricted_to) and any(code.startswith("ZONE-") for code in sheet.usable)
    return zone_reason(sheet, place, names), reserved
