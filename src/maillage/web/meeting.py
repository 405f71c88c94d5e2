"""Two people who change one sheet at once: what only one changed is taken, what both changed is shown side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.forms import Form
from django.http import QueryDict

from maillage.accounts.queries import snapshots_of
from maillage.core.records import OrganisationRecord, ProgrammeRecord, version_of
from maillage.web.compared import SideBySide, side_by_side
from maillage.web.fieldwords import field_label

Sheet = TypeVar("Sheet", ProgrammeRecord, OrganisationRecord)
OLD_VERSIONS = 200
"""States of a sheet looked through for the one a person had read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One field both changed: the other's text, and one's own."""

    label: str
    texts: SideBySide


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What the form shows next: its values, the labels of the fields taken from the other, the clashes."""

    values: QueryDict
    taken: tuple[str, ...]
    clashes: tuple[Clash, ...]


def sheet_of_version(
    uid: str, version: str, *, target_type: str, read: Callable[[Mapping[str, Any]], Sheet]
) -> Sheet | None:
    """The sheet as it was when it had this version, None when the log no longer says."""
    for place, plain in enumerate(snapshots_of(target_type=target_type, target_key=uid)):
        record = read(plain)
        if version_of(record) == version:
            return record
        if place >= OLD_VERSIONS:
            break
    return None


def meet(sent: QueryDict, *, form: type[Form], theirs: Mapping[str, Any], before: Mapping[str, Any] | None) -> Meeting:
    """Bring together what was sent and what is written now, from what both had read, in the fields of `form`.

    Without `before`, every field that differs is a clash: nothing is taken for granted.
    """
    values, taken, clashes = sent.copy(), [], []
    for name, field in form.base_fields.items():
        mine, now = _said(sent.getlist(name)), _said(theirs.get(name))
        if sorted(mine) == sorted(now):
            continue
        label = str(field.label or field_label(name))
        past = _said(before.get(name)) if before is not None else None
        if past is not None and sorted(mine) == sorted(past):
            values.setlist(name, list(now))
            taken.append(label)
        elif past is None or now != past:
            clashes.append(Clash(label=label, texts=side_by_side(", ".join(now), ", ".join(mine))))
    return Meeting(values=values, taken=tuple(taken), clashes=tuple(clashes))


def _said(value: Any) -> tuple[str, ...]:
    """A value of the form as texts to compare: line ends and spaces around say nothing."""
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(str(one).replace("\r\n", "\n").strip() for one in values if one not in (None, ""))
