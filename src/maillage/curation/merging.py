"""Two sheets as one: which value each field takes, by the rules of `merging.toml` or as a person chose."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from maillage.core.records import OrganisationRecord, ProgrammeRecord
from maillage.core.vocabulary import Status
from maillage.curation.differences import IDENTITY

Record = TypeVar("Record", ProgrammeRecord, OrganisationRecord)

KEPT, ABSORBED, BOTH = "kept", "absorbed", "both"
TAKES = (KEPT, ABSORBED, BOTH)
OWN = IDENTITY | {"status", "verified_on"}
"""What stays that of the kept sheet, whatever the other one says."""

SILENT: dict[str, tuple[Any, ...]] = {"price": ("UNKNOWN",)}
"""Values that say nothing, beside the empty ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRules:
    """What `merging.toml` says. `only_same_title`: all that is asked inside one source. `both`: fields that add up."""

    is_automatic: bool
    why: str
    only_same_title: bool
    both: Mapping[str, str]


@lru_cache(maxsize=1)
def merge_rules() -> MergeRules:
    """The rules of `merging.toml`."""
    said = tomllib.loads(files(__package__).joinpath("merging.toml").read_text(encoding="utf-8"))
    both = {name: rule["why"] for name, rule in said["fields"].items() if rule["take"] == BOTH}
    return MergeRules(
        is_automatic=said["automatic"]["enabled"],
        why=said["automatic"]["why"],
        only_same_title=said["same_source"]["only_same_title"],
        both=both,
    )


def is_silent(name: str, value: Any) -> bool:
    """True when the value of this field says nothing."""
    return value in SILENT.get(name, ()) or not value


def taken(name: str, kept: Any, absorbed: Any) -> str:
    """Which value the rules take for this field: that of the kept sheet, of the absorbed one, or both."""
    if is_silent(name, kept) and not is_silent(name, absorbed):
        return ABSORBED
    return BOTH if name in merge_rules().both and not is_silent(name, absorbed) else KEPT


def combined(kept: Record, absorbed: Record, *, chosen: Mapping[str, str] | None = None) -> Record:
    """The kept sheet as it reads once the other is merged into it.

    `chosen`: field → `kept`, `absorbed` or `both`, for those a person decided; the rules decide the others. `both`
    joins lists and means `kept` for anything else.
    """
    values: dict[str, Any] = {}
    for name in (item.name for item in fields(kept)):
        if name in OWN:
            continue
        here, there = getattr(kept, name), getattr(absorbed, name)
        take = (chosen or {}).get(name) or taken(name, here, there)
        if take == ABSORBED:
            values[name] = there
        elif take == BOTH and isinstance(here, tuple):
            values[name] = here + tuple(one for one in _lacking(here, there))
    return replace(kept, **_outside_itself(values, kept, absorbed))


def _lacking(here: tuple[Any, ...], there: tuple[Any, ...]) -> list[Any]:
    """What the second has and the first has not; an organisation is the same under its slug."""
    known = {getattr(one, "slug", "") or one for one in here}
    return [one for one in there if (getattr(one, "slug", "") or one) not in known]


def _outside_itself(values: dict[str, Any], kept: Record, absorbed: Record) -> dict[str, Any]:
    """A sheet is never its own part, nor its own variant."""
    pair = {kept.slug, absorbed.slug}
    for name in ("parent", "variant_of"):
        if hasattr(kept, name) and values.get(name, getattr(kept, name)) in pair:
            values[name] = ""
    return values


def better_first(left: Record, right: Record) -> tuple[Record, Record]:
    """The sheet to keep, then the one to merge into it: published, checked, fresher, fuller first."""
    return (left, right) if _worth(left) >= _worth(right) else (right, left)


def _worth(record: ProgrammeRecord | OrganisationRecord) -> tuple[Any, ...]:
    order = [Status.DRAFT.value, Status.ARCHIVED.value, Status.REVIEW.value, Status.PUBLISHED.value]
    told = sum(not is_silent(item.name, getattr(record, item.name)) for item in fields(record))
    updated = getattr(record, "source_updated_on", None) or getattr(record, "as_of", None)
    day = updated.isoformat() if updated else ""
    return (order.index(record.status), bool(record.verified_on), day, told, len(record.description), record.slug)
