"""« Pourquoi pas cette offre ? »: why a programme a person names is not in an answer, or stands lower than others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.answer.judging import Question, ranked, usable_candidates
from maillage.answer.places import Where, zone_names
from maillage.answer.queries import Answer
from maillage.core.comparison import ahead, lacking, lacking_stage
from maillage.core.errors import Unknown
from maillage.core.matching import Match, quoted
from maillage.core.sheets import Sheet
from maillage.core.territory import FRANCE
from maillage.core.trame import Ahead, Cell, Offer
from maillage.core.vocabulary import Audience, Status, categories
from maillage.core.wording import Reason, because
from maillage.inventory.models import Programme
from maillage.search.queries import candidate, serves

MOST = 3
"""Offers told as standing before the one named."""
ZONES_TOLD = 3
"""Territories named of a zone that leaves the place out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What became of a programme in an answer. `reasons`: the deciding one first; `before`: why each of these offers
    is told before it, the nearest to it last. `is_here`: whether the answer holds it."""

    slug: str
    title: str
    is_here: bool
    reasons: tuple[Reason, ...]
    before: tuple[Ahead, ...] = ()


def why_not(answer: Answer, slug: str) -> Absence:
    """Why the programme of this slug is not in this answer, or not higher. Raises Unknown("sheet_unknown")."""
    row = Programme.objects.filter(slug=slug).first()
    if row is None:
        raise Unknown("sheet_unknown", value=slug[:200])
    found = candidate(str(row.uid)) if row.status == Status.PUBLISHED else None
    if found is None:
        return Absence(slug=slug, title=row.title, is_here=False, reasons=(because("absent_unpublished"),))
    question, sheet = answer.question, found.sheet
    stage = _stage(sheet, answer.stage)
    if held := [cell for cell in answer.cells if _holds(cell, slug)]:
        return _in_the_answer(held, slug, stage)
    if barred := _barred(sheet, question):
        return Absence(slug=slug, title=row.title, is_here=False, reasons=(barred, *stage))
    others = [each for each in usable_candidates(question) if each.sheet.uid != sheet.uid]
    match, *rivals = ranked(question, [found, *others])
    lacks = lacking(match, for_a_commune=False)
    if not match.is_specific:
        reasons = (because("absent_words"), *_other_themes(match), *lacks, *stage)
        return Absence(slug=slug, title=row.title, is_here=False, reasons=reasons)
    before = _before(match, rivals)
    return Absence(
        slug=slug, title=row.title, is_here=False, reasons=(because("absent_below"), *lacks, *stage), before=before
    )


def _holds(cell: Cell, slug: str) -> bool:
    return any(offer.slug == slug for offer in (*cell.offers, *cell.more))


def _in_the_answer(cells: Sequence[Cell], slug: str, stage: tuple[Reason, ...]) -> Absence:
    """It is there: shown, or folded under those that answer better or nearer."""
    shown = next((offer for cell in cells for offer in cell.offers if offer.slug == slug), None)
    if shown:
        reasons = (because("absent_here"), *shown.reasons, *shown.lacking, *stage)
        return Absence(slug=slug, title=shown.match.sheet.title, is_here=True, reasons=reasons)
    cell = cells[0]
    folded = next(offer for offer in cell.more if offer.slug == slug)
    before = tuple(ahead(offer, folded) for offer in cell.offers[-MOST:])
    before = tuple(_as_the_one_before(offer, told) for offer, told in zip(cell.offers[-MOST:], before, strict=True))
    return Absence(
        slug=slug,
        title=folded.match.sheet.title,
        is_here=True,
        reasons=(because("absent_lower"), *folded.match.reasons, *stage),
        before=before,
    )


def _before(match: Match, rivals: Sequence[Match]) -> tuple[Ahead, ...]:
    """Why the offers just above it stand above it."""
    above = sorted((rival for rival in rivals if rival.standing > match.standing), key=lambda rival: rival.standing)
    this = Offer(match=match, echelon=match.sheet.echelon)
    told = []
    for rival in above[:MOST]:
        offer = Offer(match=rival, echelon=match.sheet.echelon)
        told.append(_as_the_one_before(offer, ahead(offer, this)))
    return tuple(reversed(told))


def _as_the_one_before(offer: Offer, told: Ahead) -> Ahead:
    """The same reasons, named after the offer that stands before."""
    return Ahead(slug=offer.slug, title=offer.match.sheet.title, because=told.because, despite=told.despite)


def _barred(sheet: Sheet, question: Question) -> Reason | None:
    """What keeps a programme out of an answer whatever it says: the place, a variant, its dates, the audience."""
    place = question.place
    if place is None and not sheet.network and FRANCE not in sheet.usable:
        return because("absent_no_place")
    if place and (reason := _barred_here(sheet, place)):
        return reason
    closes = sheet.closes()
    if closes and closes < question.wish.today:
        return because("closed", day=closes.isoformat())
    if question.audience and question.audience not in sheet.audiences:
        labels = ", ".join(Audience(code).label.lower() for code in sheet.audiences)
        return because("audience_missing", audiences=labels or "…")
    return None


def _zones_told(codes: Sequence[str]) -> str:
    """The first names of a zone, the widest territories first, and a mark where there are more."""
    names = list(zone_names(sorted(codes, key=lambda code: code.startswith("COM-"))).values())
    return ", ".join(names[:ZONES_TOLD]) + ("…" if len(names) > ZONES_TOLD or not names else "")


def _barred_here(sheet: Sheet, place: Where) -> Reason | None:
    if set(sheet.usable).isdisjoint(place.containing):
        return because("absent_zone", place=place.name, zone=_zones_told(sheet.usable))
    if not set(sheet.excluded).isdisjoint(place.containing):
        return because("absent_excluded", place=place.name)
    if not serves(sheet, place.containing):
        return because("absent_no_member", place=place.name)
    variants = Programme.objects.filter(variant_of__slug=sheet.slug, zones__territory__code__in=place.containing)
    kept = variants.exclude(status__in=[Status.DRAFT.value, Status.MERGED.value]).first()
    return because("absent_variant", title=kept.title) if kept else None


def _stage(sheet: Sheet, wanted: str) -> tuple[Reason, ...]:
    return (lacking_stage(sheet.columns(), wanted),) if wanted and wanted not in sheet.columns() else ()


def _other_themes(match: Match) -> tuple[Reason, ...]:
    others = [categories()[code].label for code in match.sheet.categories if code not in match.wish.themes]
    return (because("treats_other", themes=quoted(others[:3])),) if others and not match.shared else ()
