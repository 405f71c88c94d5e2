"""Whom to contact: the local members of the networks that deliver the offers, else the desk each sheet names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from maillage.actors.queries import Member, members_serving
from maillage.answer.places import Where, covering, narrowest
from maillage.core.trame import Desk, Offer

MOST = 2
"""Local bodies named per offer; the sheet lists the others."""

Members = Mapping[str, Sequence[Member]]
"""Network → its members that serve the place, the nearest seat first."""


def members_for(offers: Collection[Offer], place: Where | None) -> Members:
    """The members of the networks that deliver these offers here."""
    networks = {offer.match.sheet.network for offer in offers} - {""}
    members: dict[str, list[Member]] = {}
    if networks and place:
        for row in members_serving(networks, place.containing):
            members.setdefault(row.network, []).append(row)
        for rows in members.values():
            rows.sort(key=lambda row: _distance(row, place))
    return members


def with_desks(offer: Offer, members: Members, place: Where | None) -> Offer:
    """The offer with the desks to contact."""
    local = members.get(offer.match.sheet.network, [])[:MOST]
    if local and place:
        zone = narrowest(local[0].zones, place)
        reasons = [item for item in offer.reasons if item.code != "zone_nation"]
        reasons += [covering(zone, place)] if zone and len(reasons) < len(offer.reasons) else []
        return replace(offer, desks=tuple(_desk(row) for row in local), reasons=tuple(reasons))
    sheet = offer.match.sheet
    name = sheet.contact_desk or ", ".join(sheet.operators[:1])
    return replace(offer, desks=(Desk(name=name, website=sheet.contact_url),)) if name else offer


def _desk(row: Member) -> Desk:
    return Desk(name=row.name, slug=row.slug, place=row.seat_name, phone=row.phone, website=row.website)


def _distance(row: Member, place: Where) -> tuple[int, int, str]:
    """0 when the seat is in the place itself, 1 when it serves its intercommunality or less, 2 beyond; then by name."""
    if row.seat == place.code:
        return (0, 0, row.name)
    near = not {place.kinds[code] for code in row.zones}.isdisjoint(("COM", "EPCI", "EPT", "ARM"))
    return (1 if near else 2, len(row.name), row.name)
