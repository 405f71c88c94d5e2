"""One need, one place → the articulated response.

`answer_need` composes what the rooms below know: the understanding of the text, the territories that contain the
place, the programmes usable there, the local bodies that deliver them, the links between them, and what is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from maillage.answer.choosing import lessons_of
from maillage.answer.judging import Question, offers_beyond, said_by, usable_offers
from maillage.answer.links import Link, links_between
from maillage.answer.places import Where, far_from, where_is
from maillage.answer.reading import NeedRead, read_need, with_inherited
from maillage.answer.telling import told
from maillage.core.errors import Invalid
from maillage.core.matching import Wish
from maillage.core.ranking.choices import Choice
from maillage.core.tagging import Understanding
from maillage.core.tags import Correction
from maillage.core.trame import Cell, Offer, first_steps, weave
from maillage.core.typical import Referent
from maillage.core.vocabulary import Audience, GapKind, Stage, categories
from maillage.core.weighing import weight
from maillage.search.queries import rarity
from maillage.search.words import Words, with_near
from maillage.territories.queries import PlaceHit

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
    """The articulated response. `off_topic`: nothing here speaks of this need, and the page says so.

    `near`: the typical need whose words were sought too. `named`: the places its words name, when none was chosen.
    """

    text: str
    place: Where | None
    stage: str
    audience: str
    understanding: Understanding
    words: Words
    near: Referent | None
    named: tuple[PlaceHit, ...]
    cells: tuple[Cell, ...]
    links: tuple[Link, ...]
    steps: tuple[Offer, ...]
    tally: Tally
    off_topic: bool
    day: dt.date
    question: Question
    """What was asked, as it was ranked: to say why an offer is not there."""

    @property
    def unmet(self) -> str:
        """What stands instead of an answer: "off_topic", "empty" or "gaps" (generalists only); "" when it answers."""
        if self.off_topic:
            return "off_topic"
        if not self.tally.offers:
            return "empty"
        shown = (offer for cell in self.cells for offer in (*cell.offers, *cell.more))
        return "" if any(offer.match.is_specific for offer in shown) else "gaps"


def answer_need(
    *,
    text: str,
    territory: str = "",
    stage: str = "",
    audience: str = "",
    themes: Sequence[str] = (),
    corrections: Iterable[Correction] = (),
    choices: tuple[Choice, ...] = (),
    referent: bool = True,
    whole: bool = False,
) -> Answer:
    """The articulated response to one need in one place.

    `territory`: a code or bare INSEE or SIREN number, "" for no place. `stage` and `audience`: codes, "" for any.
    `themes`: category codes a person chose instead of those understood. `corrections`: what people said of these words,
    the last prevails. `choices`: what the space chose before for its needs. `referent`: take the words of the typical
    need it is close to. `whole`: tell the reasons and desks of the offers beyond those each cell shows, as a
    spreadsheet does.
    Raises Invalid("need_empty" | "need_too_long" | "choice_unknown"), Unknown or Ambiguous naming the territory,
    IndexUnavailable while the index is being repaired. Method: docs/method/trame.md.
    """
    need = _checked(text, stage=stage, audience=audience, themes=themes)
    day = timezone.localdate()
    place = where_is(territory) if territory else None
    read = read_need(
        need, stage=stage, audience=audience, themes=themes, corrections=tuple(corrections), referent=referent
    )
    understood, words = read.understanding, with_near(read.words)
    question = Question(
        text=read.text,
        words=with_inherited(words, read.near),
        wish=_wish(read, words, audience=audience, day=day),
        said=said_by(read.text, understood, stage=stage),
        place=place,
        audience=audience,
        lessons=lessons_of(choices, need),
    )
    usable = usable_offers(question)
    beyond = offers_beyond(question, usable)
    cells = told(weave(usable=usable, beyond=beyond, far_from=far_from(place)), place, day=day, whole=whole)
    links = links_between(cells, words=words)
    return Answer(
        text=need,
        place=place,
        stage=stage,
        audience=audience,
        understanding=understood,
        words=words,
        near=read.near,
        named=() if place else tuple(hit for named in read.named for hit in named.hits),
        cells=cells,
        links=links,
        steps=first_steps(cells),
        tally=_tally(cells, links),
        off_topic=not understood.categories and not _is_spoken_of(cells),
        day=day,
        question=question,
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


def _wish(need: NeedRead, words: Words, *, audience: str, day: dt.date) -> Wish:
    near = need.near
    return Wish(
        words=rarity(words.stems),
        surfaces=words.surfaces,
        neighbours=words.neighbours,
        near={near.stem: (near.source, near.worth) for near in words.near},
        themes={tag.code: tag.weight for tag in need.understanding.categories},
        audience=audience,
        today=day,
        inherited=near.inherited if near else {},
        referent=near.need.title if near else "",
    )


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
