"""Reads of the geography. All but `resolve` answer from a memory of the process, renewed when the geography changes."""

from maillage.territories.queries.memory import Geography, closure, geography, warm
from maillage.territories.queries.outlines import Outline, outlines
from maillage.territories.queries.places import (
    address_to_check,
    lineage,
    normalise,
    place_of,
    present_around,
    resolve,
    resolve_many,
    seated_in,
    usable_here,
    zone_near,
)
from maillage.territories.queries.search import PlaceHit, PlaceNamed, places_named, search_places
from maillage.territories.queries.similar import similar_places

__all__ = [
    "Geography",
    "Outline",
    "PlaceHit",
    "PlaceNamed",
    "address_to_check",
    "closure",
    "geography",
    "lineage",
    "normalise",
    "outlines",
    "place_of",
    "places_named",
    "present_around",
    "resolve",
    "resolve_many",
    "search_places",
    "seated_in",
    "similar_places",
    "usable_here",
    "warm",
    "zone_near",
]
