"""What a source would change in a sheet: theirs against ours, and against what they said last time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from maillage.core.records import OrganisationRecord, ProgrammeRecord, as_plain, programme_from_plain, with_values
from maillage.inventory.dump import FIRST, VIA

Sheet = TypeVar("Sheet", ProgrammeRecord, OrganisationRecord)
TRAIL = frozenset({VIA, FIRST})
"""In `professional`, the way a sheet came through other houses: news of the list, never of the sheet."""
IDENTITY = frozenset({"uid", "slug", "origin", "origin_id"})
"""What tells sheets apart never changes with a reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field a source would change. `changed_here`: someone changed it since the source last spoke."""

    field: str
    before: Any
    after: Any
    changed_here: bool = False

    def plain(self, *, applied: bool = False) -> dict[str, Any]:
        """As kept in a proposal."""
        return {"field": self.field, "before": self.before, "after": self.after, "applied": applied}


@lru_cache(maxsize=1)
def safe_fields() -> Mapping[str, str]:
    """The fields a source may change alone, each with why (`safe_fields.toml`)."""
    text = files(__package__).joinpath("safe_fields.toml").read_text(encoding="utf-8")
    return {name: entry["why"] for name, entry in tomllib.loads(text).items()}


def differences(
    *, theirs: Sheet, ours: Sheet, said_before: Sheet | None, covers: Iterable[str]
) -> tuple[Difference, ...]:
    """The fields to change, in the order of the record.

    A source that repeats itself changes nothing, whatever people did here since. The first time it speaks of a
    sheet, its silence (an empty field) erases nothing; later, a field it emptied is news.
    """
    new, here = as_plain(theirs), as_plain(ours)
    past = as_plain(said_before) if said_before else None
    found = []
    spoken = set(covers) - IDENTITY
    for name in new:
        if name not in spoken or _alike(new[name], here[name]):
            continue
        if past is None and not new[name]:
            continue
        if past is not None and new[name] == past[name]:
            continue
        changed_here = past is not None and past[name] != here[name]
        found.append(Difference(field=name, before=here[name], after=new[name], changed_here=changed_here))
    return tuple(found)


def _alike(one: Any, other: Any) -> bool:
    """Whether two values say the same, the trail of a sheet from house to house left out."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: one[name] for name in one.keys() - TRAIL} == {name: other[name] for name in other.keys() - TRAIL}
    return bool(one == other)


def merged(*, theirs: Sheet, ours: Sheet, names: Iterable[str]) -> Sheet:
    """Our sheet with these fields as they say."""
    return with_values(ours, **{name: getattr(theirs, name) for name in names})


def read_back(plain: Mapping[str, Any]) -> ProgrammeRecord | None:
    """The record a proposal keeps, None when it keeps none."""
    return programme_from_plain(plain) if plain else None
