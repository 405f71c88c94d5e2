"""The zones of a record as places we know; a name is tried too, when only one place bears it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from maillage.core.errors import MaillageError
from maillage.core.records import ProgrammeRecord, with_values
from maillage.core.text import fold
from maillage.territories.queries import Geography, geography, normalise

MERGED = re.compile(r"21(\d\d)\d(\d{3})\d")
"""The SIREN of a commune."""

NAMED = frozenset({"REG", "DEP", "EPCI", "EPT", "PETR", "COMO", "PAYS", "COM"})
"""Kinds of places sources call by their name."""


class Gazetteer:
    """The places of the reference geography by code and by name, for the time of a run."""

    def __init__(self) -> None:
        self._geography: Geography = geography()
        self._names: dict[str, list[str]] | None = None
        self._known: dict[str, str] = {}

    def settled(self, record: ProgrammeRecord) -> tuple[ProgrammeRecord, tuple[tuple[str, str], ...]]:
        """The record with the zones we know, and the others as (field, value)."""
        lost: list[tuple[str, str]] = []
        kept: dict[str, tuple[str, ...]] = {}
        for field in ("zones", "excluded_zones"):
            codes = {text: self.code_of(text) for text in getattr(record, field)}
            kept[field] = tuple(dict.fromkeys(code for code in codes.values() if code))
            lost += [(field, text) for text, code in codes.items() if not code]
        return with_values(record, zones=kept["zones"], excluded_zones=kept["excluded_zones"]), tuple(lost)

    def code_of(self, text: str) -> str:
        """The typed code of the place this text names, "" when it names none or several.

        A région and its only département (La Réunion) are one place.
        """
        if text not in self._known:
            self._known[text] = self._found(text)
        return self._known[text]

    def home_of(self, text: str) -> str:
        """The commune this text names, itself or by a part of it (an arrondissement); else the place it names."""
        communes = self.communes_of(text)
        return communes[0] if len(communes) == 1 else self.code_of(text)

    def communes_of(self, text: str) -> tuple[str, ...]:
        """The communes of the place this text names, typed codes; none when it names no place.

        The SIREN of a commune that was merged still holds the INSEE code it had: `21`, département, `0`, commune, key.
        """
        code = self.code_of(text)
        if not code and (spelt := MERGED.fullmatch(text)):
            code = self.code_of(f"COM-{spelt[1]}{spelt[2]}")
        return self._geography.closure.communes(code) if code else ()

    def named(self, codes: Iterable[str]) -> list[str]:
        """« Béthune (62119) » for each of these communes, by name; whole intercommunalités under their own name."""
        rest = set(codes)
        whole = [code for code in self._groupings(rest) if rest.issuperset(self._geography.closure.communes(code))]
        for code in whole:
            rest -= set(self._geography.closure.communes(code))
        names = self._geography.book.names
        groupings = sorted(f"{names[code]} ({len(self._geography.closure.communes(code))} communes)" for code in whole)
        return groupings + sorted(f"{names[code]} ({code.removeprefix('COM-')})" for code in rest)

    def _groupings(self, communes: set[str]) -> list[str]:
        """The intercommunalités of several communes that some of these lie in."""
        found = {f"EPCI-{self._geography.place(code).epci}" for code in communes}
        closure = self._geography.closure
        return sorted(code for code in found if code in closure and len(closure.communes(code)) > 1)

    def _found(self, text: str) -> str:
        try:
            return normalise(text)
        except MaillageError:
            named = self._by_name().get(_key(text), [])
            regions = [code for code in named if code.startswith("REG-")]
            if len(regions) == 1 and all(code.startswith(("REG-", "DEP-")) for code in named):
                return regions[0]
            return named[0] if len(named) == 1 else ""

    def _by_name(self) -> dict[str, list[str]]:
        if self._names is None:
            self._names = defaultdict(list)
            for code, row in self._geography.rows.items():
                if row[2] in NAMED:
                    self._names[_key(row[3])].append(code)
        return self._names


def _key(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").split())
