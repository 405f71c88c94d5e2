"""Territory codes in the notation of the house: `COM-62041`, `DEP-2A`, `REG-32`, `PAYS-99100`, `COM-987`.

Only the notation of typed codes is mended here. Bare codes and names pass as they are: which place they name, if any,
is for `territories` to say.
"""

from __future__ import annotations

import re

from maillage.core.vocabulary import Echelon

TYPED = re.compile(
    r"(PAYS|REG|DEP|EPCI|COMD|COMO|COM|ARM|EPT|CRTE|PETR|QPV|ZONE)\s?[-_:–]\s?([0-9A-Za-z][0-9A-Za-z_.-]{0,60})$",
    re.IGNORECASE,
)
OVERSEAS_COLLECTIVITIES = frozenset({"975", "977", "978", "986", "987", "988"})
"""Territories that some sources call départements; the official geography calls them collectivités (`COM-975`)."""
LONGEST = 160
LOCAL = frozenset({"EPCI", "COM", "COMD", "ARM", "EPT", "CRTE", "PETR", "QPV", "ZONE"})


def zone_of(text: str) -> str:
    """The code in our notation: `dep-1` gives `DEP-01`, `DEP-987` gives `COM-987`; other words are left as they are.

    Raises ValueError for a text that cannot name a place: no letter nor digit, or longer than a name.
    """
    text = " ".join(text.split())
    if match := TYPED.match(text):
        return _typed(match[1].upper(), match[2])
    if not any(sign.isalnum() for sign in text) or len(text) > LONGEST:
        raise ValueError(text)
    return text


def _typed(kind: str, code: str) -> str:
    if kind in ("ZONE", "CRTE", "PETR"):
        return f"{kind}-{code}"
    code = code.upper()
    if kind in ("DEP", "REG") and code.isdigit() and len(code) == 1:
        code = f"0{code}"
    if code in OVERSEAS_COLLECTIVITIES and kind in ("DEP", "COMO", "REG"):
        kind = "COM"
    return f"{kind}-{code}"


def echelon_of(zones: tuple[str, ...]) -> str:
    """Where one knocks, when the source does not say: told by the zones alone.

    The whole country or several régions: national. One région, or several départements: regional. One
    département: departmental. Smaller places: local. No zone, or a name still to be read: national, the widest door.
    """
    kinds = [_kind(zone) for zone in zones]
    if kinds and all(kind in LOCAL for kind in kinds):
        return Echelon.LOCAL.value
    if not kinds or "PAYS" in kinds or "" in kinds or kinds.count("REG") > 1:
        return Echelon.NATIONAL.value
    return Echelon.DEPARTMENTAL.value if kinds == ["DEP"] else Echelon.REGIONAL.value


def _kind(zone: str) -> str:
    """Its type; a collectivité d’outre-mer counts as a département."""
    if zone.removeprefix("COM-") in OVERSEAS_COLLECTIVITIES:
        return "DEP"
    return zone.partition("-")[0] if TYPED.match(zone) else ""
