"""« à Arras », « au Mans », « dans le Pas-de-Calais »: a place as French says one is there.

The rule covers communes and groupings; départements, régions and collectivités follow usage, so they are told.
"""

from __future__ import annotations

import re

from maillage.core.places import Place

DEPARTMENTS = {
    "dans le": "14 15 18 25 29 30 32 39 45 46 56 59 62 63 67 68 69 81 83 84 90 94 95",
    "dans la": "23 26 42 50 51 55 58 72 80 86",
    "dans l’": "01 02 03 10 11 12 27 34 36 60 61 89",
    "dans les": "04 05 06 08 13 22 40 64 65 66 78 79 88 92",
    "à": "75 974 976",
}
"""Every other département takes « en »: feminine names, and pairs joined by « et »."""

REGIONS = {"dans le": "44", "dans les": "32 52", "à": "04 06"}
"""Every other région takes « en »."""

COLLECTIVITIES = {"à": "975 977 978 986", "dans les": "984", "en": "987 988", "sur l’": "989"}

GROUPINGS = {"CC": "communauté de communes", "CA": "communauté d’agglomération", "CU": "communauté urbaine"}
DISTRICT = re.compile(r"(?P<city>.+?) (?P<rank>\d+(?:er|e)) Arrondissement")


def located(place: Place) -> str:
    """The place after the right preposition, to end a sentence: « dans les Hauts-de-France », « aux Abymes »."""
    told = {"DEP": DEPARTMENTS, "REG": REGIONS, "COMO": COLLECTIVITIES}.get(place.kind)
    if told is not None:
        found = (word for word, codes in told.items() if place.insee in codes.split())
        return _joined(next(found, "en"), place.name)
    if place.kind in {"COM", "COMD"}:
        return in_commune(place.name)
    if place.kind == "ARM" and (match := DISTRICT.fullmatch(place.name)):
        return f"dans le {match['rank']} arrondissement de {match['city']}"
    if place.kind == "PAYS":
        return f"en {place.name}"
    return _in_zone(place)


def in_commune(name: str) -> str:
    """« à Arras », « au Mans », « aux Abymes », « à La Rochelle »."""
    if name.startswith("Le "):
        return f"au {name[3:]}"
    if name.startswith("Les "):
        return f"aux {name[4:]}"
    return f"à {name}"


def _in_zone(place: Place) -> str:
    initials, _, rest = place.name.partition(" ")
    if place.kind == "EPCI" and initials in GROUPINGS:
        return f"dans la {GROUPINGS[initials]} {rest}"
    if place.kind == "EPCI" and initials == "Métropole":
        return f"dans la métropole {rest}"
    if place.kind in {"EPCI", "EPT", "PETR", "CRTE"}:
        return f"sur le territoire de « {place.name} »"
    return f"dans {'le quartier' if place.kind == 'QPV' else 'la zone'} « {place.name} »"


def _joined(word: str, name: str) -> str:
    if word == "sur l’":
        return word + name[0].lower() + name[1:]
    return word + name if word.endswith("’") else f"{word} {name}"
