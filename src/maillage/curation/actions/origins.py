"""What each source says of each field, for sheets that several sources tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maillage.core.records import OrganisationRecord, ProgrammeRecord, as_plain
from maillage.curation.merging import OWN, is_silent
from maillage.curation.models import FieldOrigin, Merge, SheetKind

Record = ProgrammeRecord | OrganisationRecord


def keep_origins(*, merge: Merge, kept: Record, absorbed: Record) -> None:
    """Keep, field by field, what each of the two sheets said before they were merged.

    The kept sheet's own values are kept the first time only; what had been merged into the absorbed sheet follows.
    """
    known = FieldOrigin.objects.filter(kind=merge.kind, key=merge.kept)
    rows = [] if known.exists() else _said(kept, kind=merge.kind, key=merge.kept, merge=None)
    inherited = FieldOrigin.objects.filter(kind=merge.kind, key=merge.absorbed)
    if inherited.exists():
        names = ("field", "origin", "origin_id", "name", "value")
        rows += [
            FieldOrigin(kind=merge.kind, key=merge.kept, merge=merge, **{name: getattr(row, name) for name in names})
            for row in inherited
        ]
    else:
        rows += _said(absorbed, kind=merge.kind, key=merge.kept, merge=merge)
    FieldOrigin.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)


def join_origin(*, ours: ProgrammeRecord, theirs: ProgrammeRecord) -> None:
    """Keep what a source says of a sheet that another gave, beside what that one says."""
    if not theirs.origin or (theirs.origin, theirs.origin_id) == (ours.origin, ours.origin_id):
        return
    known = FieldOrigin.objects.filter(kind=SheetKind.PROGRAMME, key=ours.uid)
    rows = [] if known.exists() else _said(ours, kind=SheetKind.PROGRAMME, key=ours.uid, merge=None)
    rows += _said(theirs, kind=SheetKind.PROGRAMME, key=ours.uid, merge=None)
    FieldOrigin.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)


def forget_origins(*, merge: Merge) -> None:
    """Take away the origins a merge brought; the sheet's own too when no other source tells it any more."""
    here = FieldOrigin.objects.filter(kind=merge.kind, key=merge.kept)
    here.filter(merge=merge).delete()
    if here.values("origin", "origin_id").distinct().count() <= 1:
        here.delete()


def hear_origins(records: Iterable[tuple[str, ProgrammeRecord]]) -> int:
    """Bring up to date what these sources say, on the sheets that several tell: (uid of the sheet, record).

    Returns how many values changed. The sheets themselves do not change.
    """
    said = {(key, record.origin, record.origin_id): record for key, record in records}
    rows = FieldOrigin.objects.filter(kind=SheetKind.PROGRAMME, key__in={key for key, _, _ in said})
    changed, known = [], set()
    merges: dict[tuple[str, str, str], int | None] = {}
    for row in rows:
        place = (row.key, row.origin, row.origin_id)
        if record := said.get(place):
            known.add((*place, row.field))
            merges[place] = row.merge_id
            value = as_plain(record)[row.field]
            if row.value != value:
                row.value = value
                changed.append(row)
    FieldOrigin.objects.bulk_update(changed, ["value"], batch_size=200)
    fresh = [
        row
        for place, merge in merges.items()
        for row in _said(said[place], kind=SheetKind.PROGRAMME, key=place[0], merge=merge)
        if (*place, row.field) not in known
    ]
    FieldOrigin.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=200)
    return len(changed) + len(fresh)


def _said(record: Record, *, kind: str, key: str, merge: Merge | int | None) -> list[FieldOrigin]:
    owner: dict[str, Any] = {"merge_id": merge} if isinstance(merge, int) else {"merge": merge}
    return [
        FieldOrigin(
            kind=kind,
            key=key,
            field=name,
            origin=record.origin,
            origin_id=record.origin_id,
            name=record.source_name,
            value=value,
            **owner,
        )
        for name, value in as_plain(record).items()
        if name not in OWN and not is_silent(name, value)
    ]
