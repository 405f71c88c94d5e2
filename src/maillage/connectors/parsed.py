"""What reading one record of a source gives: a sheet, or a precise refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from maillage.core.records import GrantRecord, OrganisationRecord, PresenceRecord, ProgrammeRecord

SHOWN = 200
"""Characters of a wrong value kept in a report: enough to find it, too few to copy a file into a log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One record as the source gave it. `line`: where it starts in the file, from 1. `raw` is never cleaned."""

    line: int
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a record cannot be read: the place, the value, and what is expected (a code of `core.wording.EXPECTED`)."""

    line: int
    expected: str
    column: str = ""
    value: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value that was changed or left out while the record was kept. `became`: what is kept, "" for nothing."""

    line: int
    expected: str
    column: str = ""
    value: str = ""
    became: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        return _change, (self.line, self.expected, self.column, self.value, self.became, self.facts)

    def plain(self) -> dict[str, Any]:
        """As kept beside the sheet."""
        return {
            "line": self.line,
            "expected": self.expected,
            "column": self.column,
            "value": self.value,
            "became": self.became,
            "facts": dict(self.facts),
        }


def _change(line: int, expected: str, column: str, value: str, became: str, facts: Mapping[str, str]) -> Change:
    return Change(line=line, expected=expected, column=column, value=value, became=became, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedProgramme:
    """A sheet read from a source.

    `covers`: the fields the source speaks of; about the others it says nothing, not even that they are empty.
    """

    line: int
    record: ProgrammeRecord
    covers: frozenset[str]
    changes: tuple[Change, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _programme, (self.line, self.record, self.covers, self.changes)


def _programme(
    line: int, record: ProgrammeRecord, covers: frozenset[str], changes: tuple[Change, ...]
) -> ParsedProgramme:
    """Half the time of what slots and frozen make pickle do: what a run read waits in a file of its own."""
    return ParsedProgramme(line=line, record=record, covers=covers, changes=changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedGrant:
    """A funded project read from a list. `wider`: places to fall back on, in order, when its own is unknown to us."""

    line: int
    record: GrantRecord
    wider: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOrganisation:
    """A local body read from a list. `covers`: the fields the list speaks of. `seat` and `zones` as the list says."""

    line: int
    record: OrganisationRecord
    covers: frozenset[str]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPresence:
    """A place where a territorial programme is at work, read from its list of beneficiaries."""

    line: int
    record: PresenceRecord
    changes: tuple[Change, ...] = ()


Parsed = ParsedProgramme | ParsedGrant | ParsedOrganisation | ParsedPresence | Refusal


def shown(value: object) -> str:
    """The value as a report shows it: one printable line of at most 200 characters."""
    text = str(value)[: SHOWN * 4]
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
