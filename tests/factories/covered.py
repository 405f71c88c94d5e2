"""A small world to cover: two régions, three départements, one EPCI astride two of them, a basin, a lone commune."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
from hypothesis import strategies as st

from maillage.core.closure import closure_of
from maillage.core.coverage import (
    Choice,
    Ground,
    Reach,
    Supplied,
    field_of,
    line_of,
    standing_of,
    supply_of,
)
from maillage.core.coverage.supply import ECHELONS
from maillage.core.vocabulary import categories

TODAY = dt.date(2026, 11, 22)
THEMES = ("friche", "eau-potable", "montagne")
STEPS = ("EMERGENCE", "DELIVERY")
EVERYWHERE = "PAYS-99100"


COMMUNES = {
    "COM-62001": ("REG-32", "DEP-62", "EPCI-200000001", 900.0),
    "COM-62002": ("REG-32", "DEP-62", "EPCI-200000001", 100.0),
    "COM-62003": ("REG-32", "DEP-62", "EPCI-200000002", 50.0),
    "COM-59001": ("REG-32", "DEP-59", "EPCI-200000002", 350.0),
    "COM-44001": ("REG-52", "DEP-44", "EPCI-200000003", 500.0),
    "COM-44002": ("REG-52", "DEP-44", "", 0.0),
}
BASIN = ("COM-62001", "COM-59001")


def zones() -> dict[str, set[str]]:
    found = {
        EVERYWHERE: set(COMMUNES),
        "ZONE-bassin": set(BASIN),
        "REG-44": {"COM-59001"},
        "ZONE-montagne": {"COM-44002"},
    }
    for code, (*above, _) in COMMUNES.items():
        for zone in filter(None, above):
            found.setdefault(zone, set()).add(code)
    return found


def ground(order: int | None = None) -> Ground:
    names = list(COMMUNES)
    if order is not None:
        random.Random(order).shuffle(names)
    people = {code: held[3] for code, held in COMMUNES.items()}
    levels = {
        level: {code: COMMUNES[code][rank] for code in names if COMMUNES[code][rank]}
        for rank, level in enumerate(("REG", "DEP", "EPCI"))
    }
    parts = {"COMD-62009": ["COM-62001"]}
    return Ground(
        closure=closure_of(zones(), populations=people, parts=parts), line=line_of(names, levels, populations=people)
    )


GROUND = ground()


def an_offer(key="offre", *places, **said):
    values = {
        "reach": Reach(frozenset(places or (EVERYWHERE,))),
        "categories": ("friche",),
        "stages": ("EMERGENCE",),
        "natures": ("PUBLIC",),
        "echelon": "LOCAL",
    }
    return Supplied(key=key, **values | said)


subsets = lambda codes, least=1: st.lists(st.sampled_from(codes), min_size=least, max_size=2, unique=True).map(tuple)  # noqa: E731  # a strategy is a value
REACHES = st.builds(
    Reach,
    st.lists(st.sampled_from(sorted(zones())), min_size=1, max_size=2).map(frozenset),
    st.lists(st.sampled_from(sorted(zones())), max_size=1).map(frozenset),
    st.none() | st.lists(st.sampled_from(["DEP-62", "DEP-59"]), max_size=2).map(frozenset),
)
OFFERS = st.lists(
    st.builds(
        Supplied,
        key=st.sampled_from(["a", "b", "c", "d", "e", "f"]),
        reach=REACHES,
        categories=subsets(THEMES),
        stages=subsets(STEPS),
        natures=subsets(("PUBLIC", "CATALYST")),
        echelon=st.sampled_from(ECHELONS),
        worth=st.sampled_from([0.25, 0.5, 1.0]),
        conditional=st.booleans(),
    ),
    max_size=7,
)


def a_field(*offers, demand=0.0, choice=None, outside=None, level="DEP"):
    choice = choice or Choice()
    places = GROUND.line.levels[level].codes
    return field_of(
        places,
        standing_of(supply_of(GROUND, offers), level=level),
        np.full((len(categories()), len(places)), demand),
        choice=choice,
        outside=outside,
    )
