"""Reads what is documented of the space of dialogue, and the days to start a session from: `content/*.toml`."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRecord:
    """What a text tells of a cycle."""

    slug: str
    title: str
    objective: str
    priorities: tuple[str, ...]
    period_told: str
    evaluation: str
    source_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """What a text tells of a session; without `source_name`, nothing is known but that it was held."""

    number: int
    number_deduced: bool = False
    cycle: str = ""
    title: str = ""
    summary: str = ""
    questions: tuple[str, ...] = ()
    when_told: str = ""
    organiser: str = ""
    source_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMoment:
    """A moment of a day to start from."""

    kind: str
    minutes: int
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A day to start a session from, and where it comes from."""

    slug: str
    title: str
    source: str
    starts: str
    moments: tuple[PlannedMoment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRecord:
    """What a text tells of who held a role; organisations by slug."""

    kind: str
    organisation: str
    since_told: str
    until_told: str = ""
    is_over: bool = False
    source_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRecord:
    """What a text tells of a relay; organisations by slug, the session by number."""

    kind: str
    proposer: str
    successor: str
    accepted_by: str
    accepted_on: dt.date
    session: int
    scope: str
    source_name: str = ""


def documented_roles() -> tuple[RoleRecord, ...]:
    """The roles that the texts tell."""
    return tuple(RoleRecord(**entry) for entry in _sourced("role"))


def documented_relays() -> tuple[RelayRecord, ...]:
    """The relays that the texts tell."""
    return tuple(RelayRecord(**entry) for entry in _sourced("relay"))


def _sourced(kind: str) -> list[dict[str, Any]]:
    read = _read("history.toml")
    names = {name: source["name"] for name, source in read["sources"].items()}
    return [
        {name: value for name, value in entry.items() if name != "source"} | {"source_name": names[entry["source"]]}
        for entry in read[kind]
    ]


def documented_cycles() -> tuple[CycleRecord, ...]:
    """The cycles that the texts tell, in their order."""
    read = _read("history.toml")
    return tuple(
        CycleRecord(
            slug=entry["slug"],
            title=entry["title"],
            objective=entry["objective"].strip(),
            priorities=tuple(entry.get("priorities", ())),
            period_told=entry["period_told"],
            evaluation=entry.get("evaluation", "").strip(),
            source_name=read["sources"][entry["source"]]["name"],
        )
        for entry in read["cycle"]
    )


def documented_sessions() -> tuple[SessionRecord, ...]:
    """Every session held until 2024, by number; of those no text tells, the number alone."""
    read = _read("history.toml")
    told = [_session(entry, read["sources"]) for entry in read["session"]]
    silent = [SessionRecord(number=number) for number in read["undocumented"]["numbers"]]
    return tuple(sorted([*told, *silent], key=lambda one: one.number))


@lru_cache(maxsize=1)
def plans() -> Mapping[str, Plan]:
    """The days to start from, by slug."""
    return {
        entry["slug"]: Plan(**{**entry, "moments": tuple(PlannedMoment(**each) for each in entry["moments"])})
        for entry in _read("plans.toml")["plan"]
    }


def _session(entry: Mapping[str, Any], sources: Mapping[str, Any]) -> SessionRecord:
    values = {name: value for name, value in entry.items() if name != "source"}
    values["questions"] = tuple(entry.get("questions", ()))
    values["summary"] = entry.get("summary", "").strip()
    return SessionRecord(**values, source_name=sources[entry["source"]]["name"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))
