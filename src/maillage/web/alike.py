"""Territories that look like one, beside what each can ask for: rows of a table."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext

from maillage.answer.places import Where, where_is
from maillage.core.similar import Similar
from maillage.core.vocabulary import Echelon
from maillage.search.queries import Filters, search
from maillage.territories.queries import similar_places
from maillage.web.messages import reason_told
from maillage.web.typography import french

NEAR = (Echelon.LOCAL.value, Echelon.DEPARTMENTAL.value)
"""Those one can meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarRow:
    """A territory, why it is compared, how many offers are open there, and how many of them from near."""

    name: str
    address: str
    here: bool
    why: str
    offers: int
    offers_address: str
    near: int
    near_address: str


def similar_rows(place: Where) -> tuple[SimilarRow, ...]:
    """The place itself, then those that look like it; nothing for a kind of territory that is not compared."""
    found = similar_places(place.code)
    if not found:
        return ()
    return (_row(place, gettext("ce territoire"), here=True), *(_compared(item) for item in found))


def _compared(item: Similar) -> SimilarRow:
    return _row(where_is(item.profile.code), " ; ".join(map(reason_told, item.reasons)), here=False)


def _row(place: Where, why: str, *, here: bool) -> SimilarRow:
    found = search(text="", filters=Filters(zones=place.containing), today=timezone.localdate())
    by_echelon = dict(found.facets.get("echelon", ()))
    listed = "/programmes?" + urlencode({"territoire": place.code})
    return SimilarRow(
        name=french(place.label),
        address=f"/territoires/{place.code}",
        here=here,
        why=why,
        offers=found.total,
        offers_address=listed,
        near=sum(by_echelon.get(code, 0) for code in NEAR),
        near_address=f"{listed}&{urlencode([('echelon', code) for code in NEAR])}",
    )
