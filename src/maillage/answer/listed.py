"""Why each programme of a list is there, in words: what an answer says of an offer, before any place or step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from maillage.core.comparison import lacking
from maillage.core.matching import Wish, judge
from maillage.core.ranking.steps import themes_said
from maillage.core.sheets import Sheet
from maillage.core.wording import Reason
from maillage.search.queries import Found, rarity
from maillage.search.ranking import places_of

MOST = 3
"""Reasons told beside a row: the sheet and the answer say the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What puts a programme in a list, the strongest first, and what it lacks of the words searched."""

    reasons: tuple[Reason, ...] = ()
    lacks: tuple[Reason, ...] = ()


def why_listed(found: Found, *, text: str, today: dt.date) -> dict[str, Listed]:
    """Slug → why it is there, for the programmes found with these words; nothing when none was typed."""
    words = found.words
    if not words.stems:
        return {}
    wish = Wish(
        words=rarity(words.stems),
        surfaces=words.surfaces,
        neighbours=words.neighbours,
        themes=themes_said(text),
        today=today,
    )
    listed = [(item, row) for item, row in zip(found.items, found.rows, strict=True) if isinstance(item, Sheet)]
    places = places_of([row for _, row in listed], wish.wanted)
    return {sheet.slug: _listed(wish, sheet, held) for (sheet, _), held in zip(listed, places, strict=True)}


def _listed(wish: Wish, sheet: Sheet, places: Mapping[str, int]) -> Listed:
    match = judge(wish, sheet, places=places)
    return Listed(reasons=match.reasons[:MOST], lacks=lacking(match, for_a_commune=False))
