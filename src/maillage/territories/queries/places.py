"""Which place a text names, what contains it, and what meets it."""

from __future__ import annotations

from collections.abc import Iterable

from maillage.core.closure import Around, Presence
from maillage.core.places import Lineage, Place
from maillage.core.territory import normalise_code
from maillage.territories.models import Territory, TerritoryKind
from maillage.territories.queries.memory import geography

LADDER = ("COM", "EPT", "EPCI", "DEP", "REG", "COMO", "PAYS")
"""Official kinds from the smallest to the largest: a département made of one commune is above it, never below."""


SEATED = frozenset({"EPCI", "EPT", "PETR", "DEP"})
"""Kinds that carry projects and have a seat somewhere wider."""
HOLDS_SEATS = frozenset({"CRTE", "PETR", "ZONE", "DEP", "REG", "COMO", "PAYS"})


def normalise(text: str) -> str:
    """The typed code of the place named by a typed code, an INSEE code or a SIREN.

    Raises Unknown, Ambiguous (a bare `44`) or Invalid, naming the text; nothing ever falls back on France.
    """
    return normalise_code(text, book=geography().book)


def place_of(text: str) -> Place:
    """The place that `text` names, from memory. Raises as `normalise` does."""
    here = geography()
    return here.place(normalise_code(text, book=here.book))


GRAND_PARIS = "200054781"
"""Its métropole is too wide to say « near here »: its communes stand for themselves."""


def zone_near(code: str) -> str:
    """Where a desk of this commune is said to serve, when nobody says it: its intercommunalité.

    The commune itself without intercommunalité or in the Grand Paris; a part gives its commune's; another place itself.
    """
    here = geography()
    place = here.place(code)
    if place.parent:
        place = here.place(place.parent)
    if place.kind != TerritoryKind.COMMUNE or place.epci in ("", GRAND_PARIS):
        return place.code
    around = f"EPCI-{place.epci}"
    return around if around in here.rows else place.code


def resolve(text: str) -> Territory:
    """The territory that `text` names. Raises as `normalise` does."""
    return Territory.objects.get(code=normalise(text))


def resolve_many(texts: Iterable[str]) -> list[Territory]:
    """The territories that `texts` name, in their order, in one query. Raises on the first that names none."""
    book = geography().book
    codes = [normalise_code(text, book=book) for text in texts]
    found = Territory.objects.in_bulk(codes, field_name="code")
    return [found[code] for code in codes]


def usable_here(place: str) -> frozenset[str]:
    """Codes of the zones that contain the whole of `place` (typed code), itself included.

    What is reserved to a part of a commune is not there: see `address_to_check`.
    """
    return geography().closure.containing(place)


def address_to_check(place: str) -> frozenset[str]:
    """Codes of the quartiers, communes déléguées and arrondissements of this commune: only an address can tell."""
    return geography().closure.to_check(place)


def seated_in(place: str) -> frozenset[str]:
    """Codes of the intercommunalités, pôles and départements whose seat is taken to be in `place` (typed code).

    No source we hold says where a seat is: it is taken to be in the département that has the largest share of the
    inhabitants (1 249 of the 1 255 intercommunalités of 2026: their official « département principal »), in the région
    that has most of them, and in another zone that contains them whole. Nothing is seated in a commune or smaller.
    """
    here = geography()
    kind = here.rows[place][2] if place in here.rows else ""
    if kind not in HOLDS_SEATS:
        return frozenset()
    found = (each for each in here.closure.around(place) if here.rows[each.zone][2] in SEATED and each.zone != place)
    return frozenset(each.zone for each in found if _is_seated(each, place, kind))


def _is_seated(zone: Presence, place: str, kind: str) -> bool:
    share = zone.of_zone or 0.0
    if share >= 1 or kind not in ("DEP", "REG", "COMO"):
        return share >= 1
    if share > 0.5 or kind != "DEP":
        return share > 0.5
    here = geography()
    departments = [each for each in here.closure.around(zone.zone) if here.rows[each.zone][2] == "DEP"]
    return max(departments, key=lambda each: (each.of_place or 0.0, each.zone)).zone == place


def present_around(place: str) -> Around:
    """The zones that meet `place` (typed code), with the share of its population and of theirs."""
    return geography().closure.around(place)


def lineage(place: str) -> Lineage:
    """What `place` (typed code) lies in entirely: commune, EPT, EPCI, département, région or collectivité, country.

    `others` holds the remaining zones (contracts, programmes, zones people made), sorted by name.
    """
    here = geography()
    own = here.place(place)
    above = [here.place(code) for code in here.closure.containing(place) if code != place]
    floor = LADDER.index(own.kind) if own.kind in LADDER else -1
    higher = {each.kind: each for each in above if each.kind in LADDER[floor + 1 :]}
    return Lineage(
        place=own,
        commune=higher.get("COM"),
        ept=higher.get("EPT"),
        epci=higher.get("EPCI"),
        department=higher.get("DEP"),
        region=higher.get("REG"),
        collectivity=higher.get("COMO"),
        country=higher.get("PAYS"),
        others=tuple(sorted((each for each in above if each.kind not in LADDER), key=lambda each: each.name)),
    )
