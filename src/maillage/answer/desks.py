"""Whom to contact: the local members of the networks that deliver the offers, else the desk each sheet names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maillage.actors.models import Organisation
from maillage.actors.queries import members_serving
from maillage.answer.places import Where, covering, narrowest
from maillage.core.trame import Cell, Desk, Offer

MOST = 2
"""Local bodies named per offer; the sheet lists the others."""


def desks_for(cells: Sequence[Cell], place: Where | None) -> tuple[Cell, ...]:
    """The same cells, each offer with the desks to contact, the nearest seat first. One query."""
    shown = list({offer.slug: offer for cell in cells for offer in (*cell.offers, *cell.more)}.values())
    networks = {offer.match.sheet.network for offer in shown} - {""}
    members: dict[str, list[Organisation]] = {}
    if networks and place:
        for row in members_serving(networks, place.containing):
            if row.network:
                members.setdefault(row.network.slug, []).append(row)
        for rows in members.values():
            rows.sort(key=lambda row: _distance(row, place))
    served = {offer.slug: _with_desks(offer, members, place) for offer in shown}
    return tuple(
        replace(
            cell,
            offers=tuple(served[offer.slug] for offer in cell.offers),
            more=tuple(served[offer.slug] for offer in cell.more),
        )
        for cell in cells
    )


def _with_desks(offer: Offer, members: dict[str, list[Organisation]], place: Where | None) -> Offer:
    local = members.get(offer.match.sheet.network, [])[:MOST]
    if local and place:
        zone = narrowest((item.code for item in local[0].zones.all()), place)
        reasons = [item for item in offer.reasons if item.code != "zone_nation"]
        reasons += [covering(zone, place)] if zone and len(reasons) < len(offer.reasons) else []
        return replace(offer, desks=tuple(_desk(row) for row in local), reasons=tuple(reasons))
    sheet = offer.match.sheet
    name = sheet.contact_desk or ", ".join(sheet.operators[:1])
    return replace(offer, desks=(Desk(name=name, website=sheet.contact_url),)) if name else offer


def _desk(row: Organisation) -> Desk:
    place = row.seat.name if row.seat else ""
    return Desk(name=row.name, slug=row.slug, place=place, phone=row.phone, website=row.website)


def _distance(row: Organisation, place: Where) -> tuple[int, int, str]:
    """0 when the seat is in the place itself, 1 when it serves its intercommunality or less, 2 beyond; then by name."""
    if row.seat and row.seat.code == place.code:
        return (0, 0, row.name)
    kinds = {place.kinds.get(zone.code, "") for zone in row.zones.all()}
    near = bool(kinds & {"COM", "EPCI", "EPT", "ARM"})
    return (1 if near else 2, len(row.name), row.name)
