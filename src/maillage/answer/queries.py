"""One need, one place → the articulated response.

`answer_need` composes what the rooms below know: the understanding of the text, the territories that contain the
place, the programmes usable there, the local bodies that deliver them, the links between them, and what is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from maillage.answer.links import Link, links_between
from maillage.answer.places import Where, far_from, is_unsure, where_is, zone_names, zone_reason
from maillage.answer.telling import told
from maillage.core.errors import Invalid
from maillage.core.matching import Match, Wish, judge
from maillage.core.sheets import Sheet
from maillage.core.tagging import Tag, Understanding, understand
from maillage.core.trame import Cell, Offer, first_steps, places_of, unfilled, weave
from maillage.core.vocabulary import Audience, GapKind, Stage, categories
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because
from maillage.search.queries import Filters, Words, candidates, generalists, rarity, read_words

LONGEST = 5000
"""Characters of a need; beyond, the person is asked to keep the essential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What an answer holds, counted."""

    offers: int
    links: int
    suggestions: int
    gaps: int
    overlaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The articulated response. `off_topic`: nothing here speaks of this need, and the page says so."""

    text: str
    place: Where | None
    stage: str
    audience: str
    understanding: Understanding
    words: Words
    cells: tuple[Cell, ...]
    links: tuple[Link, ...]
    steps: tuple[Offer, ...]
    tally: Tally
    off_topic: bool
    day: dt.date


def answer_need(
    *,
    text: str,
    territory: str = "",
    stage: str = "",
    audience: str = "",
    themes: Sequence[str] = (),
    whole: bool = False,
) -> Answer:
    """The articulated response to one need in one place.

    `territory`: a code or bare INSEE or SIREN number, "" for no place. `stage` and `audience`: codes, "" for any.
    `themes`: category codes a person chose instead of those understood. `whole`: tell the reasons and desks of the
    offers beyond those each cell shows, as a spreadsheet does.
    Raises Invalid("need_empty" | "need_too_long" | "choice_unknown"), Unknown or Ambiguous naming the territory,
    IndexUnavailable while the index is being repaired. Method: docs/method/trame.md.
    """
    need = _checked(text, stage=stage, audience=audience, themes=themes)
    day = timezone.localdate()
    place = where_is(territory) if territory else None
    understood = _corrected(understand(need), stage=stage, audience=audience, themes=themes)
    words = _meaningful(read_words(need), understood)
    wish = _wish(words, understood, audience=audience, day=day)
    usable = _usable(wish, words, place, audience=audience)
    beyond = _beyond(wish, words, place, usable, audience=audience)
    cells = told(weave(usable=usable, beyond=beyond, far_from=far_from(place)), place, day=day, whole=whole)
    links = links_between(cells, words=words)
    return Answer(
        text=need,
        place=place,
        stage=stage,
        audience=audience,
        understanding=understood,
        words=words,
        cells=cells,
        links=links,
        steps=first_steps(cells),
        tally=_tally(cells, links),
        off_topic=not understood.categories and not _is_spoken_of(cells),
        day=day,
    )


def _checked(text: str, *, stage: str, audience: str, themes: Sequence[str]) -> str:
    need = " ".join(text.replace("\x00", " ").split())
    if not need:
        raise Invalid("need_empty")
    if len(need) > LONGEST:
        raise Invalid("need_too_long", length=len(need), limit=LONGEST)
    for field, value, known in (("étape", stage, Stage.codes()), ("public", audience, Audience.codes())):
        if value and value not in known:
            raise Invalid("choice_unknown", field=field, value=value, expected=", ".join(known))
    for code in themes:
        if code not in categories():
            raise Invalid("choice_unknown", field="thème", value=code, expected="les 87 catégories")
    return need


def _corrected(understood: Understanding, *, stage: str, audience: str, themes: Sequence[str]) -> Understanding:
    """What was understood, with what the person corrected put in its place."""
    if themes:
        chosen = tuple(Tag(code=code, label=categories()[code].label, evidence=(), weight=1.0) for code in themes)
        understood = replace(understood, categories=chosen)
    if stage:
        understood = replace(understood, stages=(Tag(stage, Stage(stage).label, (), 1.0),))
    if audience:
        understood = replace(understood, audiences=(Tag(audience, Audience(audience).label, (), 1.0),))
    return understood


def _meaningful(words: Words, understood: Understanding) -> Words:
    """The words without those that only say « project », « need » or « help », when any other is left."""
    corrected = {right for _, right in words.corrected}
    kept = tuple(stem for stem in words.stems if stem in understood.significant or words.surfaces[stem] in corrected)
    kept = kept or words.stems
    halves = _halves(kept)
    kept = tuple(stem for stem in kept if stem not in halves)
    neighbours = {stem: source for stem, source in words.neighbours.items() if source in kept}
    return replace(words, stems=kept, required=kept, neighbours=neighbours)


def _halves(stems: Sequence[str]) -> set[str]:
    """« tiers » and « lieu » beside « tierslieu »: the compound counts once, by itself."""
    known = set(stems)
    cuts = ((whole[:at], whole[at:]) for whole in known for at in range(1, len(whole)))
    return {half for first, second in cuts if first in known and second in known for half in (first, second)}


def _wish(words: Words, understood: Understanding, *, audience: str, day: dt.date) -> Wish:
    return Wish(
        words=rarity(words.stems),
        surfaces=words.surfaces,
        neighbours=words.neighbours,
        themes={tag.code: tag.weight for tag in understood.categories},
        audience=audience,
        today=day,
    )


def _usable(wish: Wish, words: Words, place: Where | None, *, audience: str) -> list[Offer]:
    """Offers one can ask for here, judged; the generalist ones join those that speak of the need."""
    filters = Filters(
        zones=place.containing if place else (),
        audiences=(audience,) if audience else (),
    )
    boosts = {code: 2.0 * value for code, value in wish.themes.items()}
    limit = int(weight("trame", "candidates"))
    sheets = candidates(words=words, filters=filters, boosts=boosts, limit=limit, today=wish.today)
    wide = generalists(filters=filters, limit=limit // 4, today=wish.today)
    known = {sheet.uid for sheet in sheets}
    sheets += [sheet for sheet in wide if sheet.uid not in known]
    if place is None:
        sheets = [sheet for sheet in sheets if sheet.network or "PAYS-99100" in sheet.usable]
    matches = (judge(wish, sheet) for sheet in sheets)
    return [_offer(match, place) for match in matches if match.is_specific or match.sheet.generalist]


def _offer(match: Match, place: Where | None) -> Offer:
    """The offer before it is told: only what decides where it is shown."""
    unsure = because("presence_to_check") if place and is_unsure(match.sheet) else None
    return Offer(match=match, echelon=match.sheet.echelon, unsure=unsure)


def _beyond(wish: Wish, words: Words, place: Where | None, usable: Sequence[Offer], *, audience: str) -> list[Offer]:
    """Offers that speak of the need but that one cannot ask for here, each with what stands in the way.

    Only for the cells that nothing usable fills: no other names an offer from beyond.
    """
    empty = unfilled(usable)
    if not empty:
        return []
    boosts = {code: 2.0 * value for code, value in wish.themes.items()}
    limit = int(weight("trame", "candidates")) // 2
    everywhere = Filters(deadline="all")
    sheets = candidates(words=words, filters=everywhere, boosts=boosts, limit=limit, today=wish.today)
    here = {offer.slug for offer in usable}
    away = (sheet for sheet in sheets if sheet.slug not in here and not empty.isdisjoint(places_of(sheet)))
    matches = [match for match in (judge(wish, sheet) for sheet in away) if match.is_specific]
    names = zone_names(code for match in matches for code in match.sheet.usable[:1])
    found = []
    for match in matches:
        obstacle, known = _obstacle(match.sheet, place, names, audience=audience, day=wish.today)
        missing = obstacle if known else None
        found.append(Offer(match=match, echelon=match.sheet.echelon, reasons=(obstacle,), missing=missing))
    return found


def _obstacle(
    sheet: Sheet, place: Where | None, names: Mapping[str, str], *, audience: str, day: dt.date
) -> tuple[Reason, bool]:
    """Why the offer cannot be asked for here, and whether it is a condition one could come to meet."""
    closes = sheet.closes()
    in_zone = place is None or bool(set(sheet.usable) & set(place.containing))
    if in_zone and closes and closes < day:
        return because("closed", day=closes.isoformat()), True
    if in_zone and audience and audience not in sheet.audiences:
        labels = ", ".join(Audience(code).label.lower() for code in sheet.audiences)
        return because("audience_missing", audiences=labels), True
    reserved = bool(sheet.restricted_to) and any(code.startswith("ZONE-") for code in sheet.usable)
    return zone_reason(sheet, place, names), reserved


def _is_spoken_of(cells: Sequence[Cell]) -> bool:
    """Without any theme understood, whether an offer holds enough of the words to be more than a coincidence."""
    shares = (offer.match.word_share for cell in cells for offer in cell.offers)
    return max(shares, default=0.0) >= weight("trame", "on_topic_words")


def _tally(cells: Sequence[Cell], links: Sequence[Link]) -> Tally:
    offers = {offer.slug for cell in cells for offer in (*cell.offers, *cell.more)}
    return Tally(
        offers=len(offers),
        links=sum(1 for link in links if not link.suggested),
        suggestions=sum(1 for link in links if link.suggested),
        gaps=sum(1 for cell in cells if cell.gap),
        overlaps=sum(1 for link in links if link.kind == "overlaps"),
    )


def gap_counts(cells: Sequence[Cell]) -> Mapping[GapKind, int]:
    """How many gaps of each kind."""
    return {kind: sum(1 for cell in cells if cell.gap and cell.gap.kind == kind) for kind in GapKind}
