"""Why each offer is there, and whom to contact: told for the offers shown, not for all those judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from maillage.answer.desks import Members, members_for, with_desks
from maillage.answer.places import Where, zone_reason
from maillage.core.comparison import ahead, lacking
from maillage.core.matching import practical_reasons
from maillage.core.trame import Cell, Gap, Offer
from maillage.core.vocabulary import Restriction
from maillage.core.wording import Reason, because

COMMUNES = ("COM", "ARM", "COMD")
"""Kinds of the places where a commune asks."""


def told(cells: Sequence[Cell], place: Where | None, *, day: dt.date, whole: bool) -> tuple[Cell, ...]:
    """The same cells, each offer shown with its reasons and desks; `whole`: those beyond them too."""
    shown = {offer.slug: offer for cell in cells for offer in (*cell.offers, *(cell.more if whole else ()))}
    members = members_for(shown.values(), place)
    full = {slug: _told(offer, place, members, day) for slug, offer in shown.items()}
    return tuple(
        replace(
            cell,
            offers=_in_order([full[offer.slug] for offer in cell.offers], cell.more[:1]),
            more=tuple(full.get(offer.slug, offer) for offer in cell.more),
            gap=_with_reasons(cell.gap, place, day) if cell.gap else None,
        )
        for cell in cells
    )


def _in_order(offers: Sequence[Offer], after: Sequence[Offer]) -> tuple[Offer, ...]:
    """The offers of a cell, each saying why it comes before the next; `after`: the first of those that unfold."""
    following = [*offers[1:], *after]
    pairs = zip(offers, following, strict=False)
    return (*(replace(offer, ahead=ahead(offer, other)) for offer, other in pairs), *offers[len(following) :])


def _told(offer: Offer, place: Where | None, members: Members, day: dt.date) -> Offer:
    missing = lacking(offer.match, for_a_commune=bool(place and place.kind in COMMUNES))
    return with_desks(replace(offer, reasons=_reasons(offer, place, day), lacking=missing), members, place)


def _with_reasons(gap: Gap, place: Where | None, day: dt.date) -> Gap:
    nearest = gap.nearest
    return replace(gap, nearest=replace(nearest, reasons=_reasons(nearest, place, day))) if nearest else gap


def _reasons(offer: Offer, place: Where | None, day: dt.date) -> tuple[Reason, ...]:
    """The need, the place, the practical side; of an offer from beyond, the need and what stands in the way."""
    if offer.reasons:
        return (*offer.match.reasons, *offer.reasons)
    sheet = offer.match.sheet
    zone = [zone_reason(sheet, place)] if place else []
    practical = practical_reasons(sheet, today=day)
    if sheet.restricted_to == Restriction.QPV:
        zone.append(because("address_to_check"))
    if any(reason.code == "zone_beneficiary" for reason in zone):
        practical = [reason for reason in practical if reason.code != "reserved"]
    return (*offer.match.reasons, *offer.judged, *zone, *([offer.unsure] if offer.unsure else []), *practical)
