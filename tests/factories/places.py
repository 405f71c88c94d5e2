"""A small piece of the official geography: two communes of the Ternois, one of the Hérault, and what contains them."""

from __future__ import annotations

import datetime as dt
from itertools import count

from maillage.territories.models import Composition, GeographyState, Territory

MADE = count(1)

FRANCE = "PAYS-99100"
ROWS = (
    ("COM-62041", "COM", "Arras", "62", "32", "200033579"),
    ("COM-62119", "COM", "Béthune", "62", "32", "200072460"),
    ("COM-34333", "COM", "Vic-la-Gardiole", "34", "76", "243400470"),
    ("EPCI-200033579", "EPCI", "Communauté urbaine d’Arras", "62", "32", ""),
    ("DEP-62", "DEP", "Pas-de-Calais", "62", "32", ""),
    ("DEP-34", "DEP", "Hérault", "34", "76", ""),
    ("REG-32", "REG", "Hauts-de-France", "", "32", ""),
    ("REG-76", "REG", "Occitanie", "", "76", ""),
    ("DEP-76", "DEP", "Seine-Maritime", "76", "28", ""),
    (FRANCE, "PAYS", "France", "", "", ""),
)
INSIDE = {
    "EPCI-200033579": ("COM-62041",),
    "DEP-62": ("COM-62041", "COM-62119"),
    "REG-32": ("COM-62041", "COM-62119"),
    "DEP-34": ("COM-34333",),
    "REG-76": ("COM-34333",),
    FRANCE: ("COM-62041", "COM-62119", "COM-34333"),
}


def make_places() -> dict[str, Territory]:
    """Put the small geography in the database; returns its rows by code.

    The revision differs at each call, so that the memory of the process never serves the places of another test.
    """
    made = {
        code: Territory.objects.create(code=code, kind=kind, name=name, department=dep, region=reg, epci=epci)
        for code, kind, name, dep, reg, epci in ROWS
    }
    Composition.objects.bulk_create(
        Composition(zone=made[zone], commune=made[commune]) for zone, communes in INSIDE.items() for commune in communes
    )
    loaded_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    GeographyState.objects.update_or_create(pk=1, defaults={"revision": next(MADE), "loaded_at": loaded_at})
    return made
