"""Reads of the geography. All but `resolve` answer from a memory of the process, renewed when the geography changes."""

from maillage.territories.queries.memory import Geography, closure, geography
from maillage.territories.queries.places import (
    address_to_check,
    lineage,
    normalise,
    place_of,
    present_around,
    resolve,
    resolve_many,
    usable_here,
)

__all__ = [
    "Geography",
    "address_to_check",
    "closure",
    "geography",
    "lineage",
    "normalise",
    "place_of",
    "present_around",
    "resolve",
    "resolve_many",
    "usable_here",
]
