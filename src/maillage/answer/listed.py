"""Why each programme of a list is there, in words: what an answer says of an offer, before any place or step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from maillage.core.comparison import lacking
from maillage.core.matching import Wish, judge
from maillage.core.ranking.steps import themes_said
from maillage.core.sheets import Sheet
from maillage.core.wording import Reason
from maillage.search.queries import rarity
from maillage.search.words import Words

MOST = 3
"""Reasons told beside a row: the sheet and the answer say the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What puts a programme in a list, the strongest first, and what it lacks of the words searched."""

    reasons: tuple[Reason, ...] = ()
    lacks: tuple[Reason, ...] = ()


def why_listed(sheets: Iterable[Sheet], *, text: str, words: Words, today: dt.date) -> dict[str, Listed]:
    """Slug → why it is there, for what was found with these words; nothing when none was typed."""
    if not words.stems:
        return {}
    wish = Wish(
        words=rarity(words.stems),
        surfaces=words.surfaces,
        neighbours=words.neighbours,
        themes=themes_said(text),
        today=today,
    )
    return {sheet.slug: _listed(wish, sheet) for sheet in sheets}


def _listed(wish: Wish, sheet: Sheet) -> Listed:
    match = judge(wish, sheet)
    return Listed(reasons=match.reasons[:MOST], lacks=lacking(match, for_a_commune=False))
