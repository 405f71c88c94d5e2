"""Merge two sheets, and undo it: the origin of each field is kept, nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.actors.queries import organisation_record, whole_organisations
from maillage.core.errors import Refused
from maillage.core.records import (
    OrganisationRecord,
    ProgrammeRecord,
    as_plain,
    organisation_from_plain,
    programme_from_plain,
)
from maillage.curation.actions.origins import forget_origins, keep_origins
from maillage.curation.actions.verdicts import keep_verdict
from maillage.curation.differences import IDENTITY
from maillage.curation.merging import combined
from maillage.curation.models import Merge, PairVerdict, SheetKind
from maillage.inventory.actions import (
    absorb_organisation,
    absorb_programme,
    release_organisation,
    release_programme,
)
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record, whole_programmes

Record = ProgrammeRecord | OrganisationRecord
Kind = TypeVar("Kind", ProgrammeRecord, OrganisationRecord)
MERGE = "merge"
"""The `target_type` of a merge's events."""


@transaction.atomic
def merge_programmes(
    *, kept: Programme, absorbed: Programme, by: User | None, chosen: Mapping[str, str] | None = None
) -> Merge:
    """Make one sheet of two: the other sleeps in the kept one, its address leads there, what hung on it follows.

    `chosen`: field → `kept`, `absorbed` or `both`; `merging.toml` decides the others. What each source says of each
    field is kept beside the sheet. Raises Refused("sheet_merged"), Refused("sheet_with_itself"), or the rule of the
    inventory that refuses the merged sheet.
    """
    if kept.pk == absorbed.pk:
        raise Refused("sheet_with_itself")
    ours, theirs = _record(kept.pk), _record(absorbed.pk)
    wanted = combined(ours, theirs, chosen=chosen)
    carried = absorb_programme(kept=kept, absorbed=absorbed, record=wanted, by=by)
    return _remember(SheetKind.PROGRAMME, ours, theirs, after=_record(kept.pk), carried=carried, by=by)


@transaction.atomic
def merge_organisations(
    *, kept: Organisation, absorbed: Organisation, by: User | None, chosen: Mapping[str, str] | None = None
) -> Merge:
    """The same for two organisations: the programmes of the absorbed one become those of the kept one.

    Raises Refused("sheet_merged"), Refused("sheet_with_itself"), or the rule that refuses the merged sheet.
    """
    if kept.pk == absorbed.pk:
        raise Refused("sheet_with_itself")
    ours, theirs = _actor(kept.pk), _actor(absorbed.pk)
    wanted = combined(ours, theirs, chosen=chosen)
    carried = absorb_organisation(kept=kept, absorbed=absorbed, record=wanted, by=by)
    return _remember(SheetKind.ORGANISATION, ours, theirs, after=_actor(kept.pk), carried=carried, by=by)


def _remember(
    kind: str, ours: Record, theirs: Record, *, after: Record, carried: dict[str, Any], by: User | None
) -> Merge:
    merge = Merge.objects.create(
        kind=kind,
        kept=ours.uid,
        absorbed=theirs.uid,
        before=as_plain(ours),
        after=as_plain(after),
        carried=carried,
        by=by,
    )
    keep_origins(merge=merge, kept=ours, absorbed=theirs)
    if by:
        keep_verdict(kind=kind, pair=(ours.uid, theirs.uid), verdict=PairVerdict.SAME, by=by)
    _log(merge, by=by, undone=False)
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by: User | None) -> Merge:
    """Two sheets again, each as it was: what changed since on the kept one stays changed.

    Raises Refused("merge_undone"), Refused("merge_underneath") when the kept sheet was itself merged since.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        raise Refused("merge_undone")
    if merge.kind == SheetKind.PROGRAMME:
        _release_programme(merge, by=by)
    else:
        _release_organisation(merge, by=by)
    forget_origins(merge=merge)
    merge.undone_by, merge.undone_at = by, timezone.now()
    merge.save(update_fields=["undone_by", "undone_at"])
    if by:
        keep_verdict(kind=merge.kind, pair=(merge.kept, merge.absorbed), verdict="", by=by)
    _log(merge, by=by, undone=True)
    return merge


def _release_programme(merge: Merge, *, by: User | None) -> None:
    kept, absorbed = Programme.objects.get(uid=merge.kept), Programme.objects.get(uid=merge.absorbed)
    if kept.merged_into:
        raise Refused("merge_underneath", title=kept.merged_into.title)
    record = _put_back(_record(kept.pk), programme_from_plain(merge.before), after=merge.after)
    release_programme(kept=kept, absorbed=absorbed, record=record, carried=merge.carried, by=by)


def _release_organisation(merge: Merge, *, by: User | None) -> None:
    kept, absorbed = Organisation.objects.get(uid=merge.kept), Organisation.objects.get(uid=merge.absorbed)
    if kept.merged_into:
        raise Refused("merge_underneath", title=kept.merged_into.name)
    record = _put_back(_actor(kept.pk), organisation_from_plain(merge.before), after=merge.after)
    release_organisation(kept=kept, absorbed=absorbed, record=record, carried=merge.carried, by=by)


def _actor(key: int) -> OrganisationRecord:
    return organisation_record(whole_organisations().get(pk=key))


def _record(key: int) -> ProgrammeRecord:
    return programme_record(whole_programmes().get(pk=key))


def _put_back(now: Kind, first: Kind, *, after: Mapping[str, Any]) -> Kind:
    """Each field as it was before the merge, unless someone changed it since."""
    current = as_plain(now)
    names = [item.name for item in fields(now) if item.name not in IDENTITY and current[item.name] == after[item.name]]
    return replace(now, **{name: getattr(first, name) for name in names})


def _log(merge: Merge, *, by: User | None, undone: bool) -> None:
    facts = {"kept": merge.kept, "absorbed": merge.absorbed, "undone": undone}
    happened = Happened(verb=Verb.DECIDED, target_type=MERGE, target_key=str(merge.pk), facts=facts)
    record_events(by=by, happened=[happened])
