"""Two people who change one sheet at once: what only one changed is taken, what both changed is shown side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from maillage.accounts.queries import snapshots_of
from maillage.core.records import ProgrammeRecord, programme_from_plain, version_of
from maillage.inventory.queries import PROGRAMME
from maillage.web.compared import SideBySide, side_by_side
from maillage.web.fieldwords import field_label
from maillage.web.forms.offer import OfferForm

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


def sheet_of_version(uid: str, version: str) -> ProgrammeRecord | None:
    """The sheet as it was when it had this version, None when the log no longer says."""
    for place, plain in enumerate(snapshots_of(target_type=PROGRAMME, target_key=uid)):
        record = programme_from_plain(plain)
        if version_of(record) == version:
            return record
        if place >= OLD_VERSIONS:
            break
    return None


def meet(sent: QueryDict, *, theirs: Mapping[str, Any], before: Mapping[str, Any] | None) -> Meeting:
    """Bring together what was sent and what is written now, from what both had read.

    Without `before`, every field that differs is a clash: nothing is taken for granted.
    """
    values, taken, clashes = sent.copy(), [], []
    for name in OfferForm.base_fields:
        mine, now = _said(sent.getlist(name)), _said(theirs.get(name))
        if mine == now:
            continue
        past = _said(before.get(name)) if before is not None else None
        if past is not None and mine == past:
            values.setlist(name, list(now))
            taken.append(_label(name))
        elif past is None or now != past:
            clashes.append(Clash(label=_label(name), texts=side_by_side(", ".join(now), ", ".join(mine))))
    return Meeting(values=values, taken=tuple(taken), clashes=tuple(clashes))


def _label(name: str) -> str:
    return str(OfferForm.base_fields[name].label or field_label(name))


def _said(value: Any) -> tuple[str, ...]:
    """A value of the form as texts to compare: line ends and spaces around say nothing."""
    values = value if isinstance(value, list | tuple) else [value]
    return tuple(str(one).replace("\r\n", "\n").strip() for one in values if one not in (None, ""))
