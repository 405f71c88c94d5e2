"""The links shown with an answer: those people stated, and those the data suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.core.articulation import propose
from maillage.core.trame import Cell
from maillage.core.vocabulary import LinkKind
from maillage.core.wording import Reason
from maillage.inventory.queries import links_among, refused_pairs
from maillage.search.queries import rarity
from maillage.search.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One articulation between two offers of the answer. A suggested one has reasons, a stated one its evidence."""

    origin: str
    origin_title: str
    target: str
    target_title: str
    kind: LinkKind
    suggested: bool
    statement: str = ""
    condition: str = ""
    evidence_url: str = ""
    evidence_name: str = ""
    reasons: tuple[Reason, ...] = ()


def links_between(cells: Sequence[Cell], *, words: Words) -> tuple[Link, ...]:
    """Stated articulations among the offers of the cells first, then suggestions nobody stated or refused."""
    titles = {offer.slug: offer.match.sheet.title for cell in cells for offer in (*cell.offers, *cell.more)}
    stated = [
        Link(
            origin=row.origin,
            origin_title=titles[row.origin],
            target=row.target,
            target_title=titles[row.target],
            kind=LinkKind(row.kind),
            suggested=False,
            statement=row.statement,
            condition=row.condition,
            evidence_url=row.evidence_url,
            evidence_name=row.evidence_name,
        )
        for row in links_among(titles)
    ]
    known = {(link.origin, link.target, link.kind.value) for link in stated} | refused_pairs()
    shown = {stem for cell in cells for offer in cell.offers for stem in _object(offer.match.sheet)}
    proposed = propose(cells, known=known, rarity=rarity(shown | set(words.stems)))
    suggested = [
        Link(
            origin=item.origin,
            origin_title=item.origin_title,
            target=item.target,
            target_title=item.target_title,
            kind=item.kind,
            suggested=True,
            reasons=item.reasons,
        )
        for item in proposed
    ]
    return (*stated, *suggested)


def _object(sheet: object) -> tuple[str, ...]:
    return (*getattr(sheet, "title_stems", ()), *getattr(sheet, "keyword_stems", ()))
