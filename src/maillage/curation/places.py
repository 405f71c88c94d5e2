"""The zones of a record as places we know; a name is tried too, when only one place bears it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from maillage.core.errors import MaillageError
from maillage.core.records import ProgrammeRecord
from maillage.core.text import fold
from maillage.territories.queries import Geography, geography, normalise

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
        return replace(record, zones=kept["zones"], excluded_zones=kept["excluded_zones"]), tuple(lost)

    def code_of(self, text: str) -> str:
        """The typed code of the place this text names, "" when it names none or several.

        A région and its only département (La Réunion) are one place.
        """
        if text not in self._known:
            self._known[text] = self._found(text)
        return self._known[text]

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
