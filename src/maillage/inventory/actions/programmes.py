"""Writers of programmes: many records in few queries, one event each, all or nothing per record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Refused
from maillage.core.records import ProgrammeRecord, as_plain, version_of, with_values
from maillage.core.vocabulary import Status
from maillage.inventory.actions.checks import check_programme
from maillage.inventory.actions.columns import Directory, slug_for, taken_slugs, write_columns, write_links
from maillage.inventory.keeping import check_may_edit
from maillage.inventory.models import Programme
from maillage.inventory.queries import PROGRAMME, programme_record, programmes_told, whole_programmes

BATCH = 500
"""Records written per transaction: a killed import loses at most the batch it was writing, never half a record."""

NAMESPACE = uuid.UUID("2b0dfd5c-91a0-5a3a-b1a7-6a30ee9d8f4b")

MOVES = {
    (Status.DRAFT, Status.REVIEW): Verb.SUBMITTED,
    (Status.REVIEW, Status.PUBLISHED): Verb.PUBLISHED,
    (Status.DRAFT, Status.PUBLISHED): Verb.PUBLISHED,
    (Status.ARCHIVED, Status.PUBLISHED): Verb.PUBLISHED,
    (Status.REVIEW, Status.DRAFT): Verb.CHANGED,
    (Status.PUBLISHED, Status.REVIEW): Verb.CHANGED,
    (Status.PUBLISHED, Status.ARCHIVED): Verb.ARCHIVED,
    (Status.REVIEW, Status.ARCHIVED): Verb.ARCHIVED,
    (Status.DRAFT, Status.ARCHIVED): Verb.ARCHIVED,
}
"""The moves a sheet may make, and the word the log keeps."""


def programme_uid(*, origin: str, origin_id: str, slug: str = "") -> str:
    """The identity of a sheet: always the same for one record of one source, or one slug; drawn when it has neither."""
    if not origin_id and not slug:
        return str(uuid.uuid4())
    return _uid_of(f"{origin}:{origin_id}" if origin_id else f"slug:{slug}")


@lru_cache(maxsize=4 * BATCH)
def _uid_of(name: str) -> str:
    """Kept for a batch or two: an import asks it of each sheet four times."""
    return str(uuid.uuid5(NAMESPACE, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one record: `created`, `changed`, `same` or `refused`, and why."""

    state: str
    key: str = ""
    slug: str = ""
    changed: tuple[str, ...] = ()
    refusal: Refused | None = field(default=None, compare=False)


def put_programmes(
    records: Sequence[ProgrammeRecord],
    *,
    by: User | None,
    verb: Verb = Verb.CHANGED,
    settled_by: Directory | None = None,
) -> list[Outcome]:
    """Store these sheets whole, one outcome per record, in order.

    `settled_by`: what settled all these records a moment ago, in the transaction of the caller: it is not done again.

    A record is matched by uid, else by (origin, origin_id), else by slug, else by the uid it was born with. Unknown
    operators become organisations to review. A record that a rule refuses changes nothing and says why; the others
    are written. A sheet merged into another is asleep: its record changes nothing.
    """
    outcomes: list[Outcome] = []
    for start in range(0, len(records), BATCH):
        with transaction.atomic():
            outcomes += _put_batch(records[start : start + BATCH], by=by, verb=verb, settled_by=settled_by)
    return outcomes


@transaction.atomic
def change_programme(record: ProgrammeRecord, *, version: str, by: User) -> Outcome:
    """Store this sheet if it still is as the person who changed it read it.

    `version`: `core.records.version_of` the sheet they read. Raises Refused("edited_meanwhile") when someone changed it
    since: nothing is written, and neither text is lost; Refused("keepers_only") when the sheet is published and theirs
    only to propose.
    """
    row = whole_programmes(Programme.objects.select_for_update(of=("self",)).filter(uid=record.uid)).get()
    if row.status == Status.PUBLISHED:
        check_may_edit(by, row)
    if version_of(programme_record(row)) != version:
        raise Refused("edited_meanwhile", title=row.title)
    return put_programmes([record], by=by)[0]


def _put_batch(
    records: Sequence[ProgrammeRecord], *, by: User | None, verb: Verb, settled_by: Directory | None
) -> list[Outcome]:
    directory = settled_by.of(records) if settled_by else Directory(records)
    stored = _Stored(records)
    slugs = taken_slugs(records)
    outcomes: list[Outcome] = []
    pending: list[tuple[int, ProgrammeRecord, Programme | None]] = []
    seen: set[str] = set()
    for record in records:
        row = stored.find(record)
        settled = _identify(record, row, slugs)
        if row and row.status == Status.MERGED:
            outcomes.append(Outcome(state="same", key=settled.uid, slug=settled.slug))
            continue
        try:
            check_programme(settled, seen=seen)
            if not settled_by or settled.parent or settled.variant_of:
                settled = directory.settle(settled)
        except Refused as refusal:
            outcomes.append(Outcome(state="refused", key=settled.uid, slug=settled.slug, refusal=refusal))
            continue
        seen.add(settled.uid)
        before = stored.record(row) if row else None
        changed = _differences(before, settled)
        if before is not None and not changed:
            outcomes.append(Outcome(state="same", key=settled.uid, slug=settled.slug))
            continue
        slugs.add(settled.slug)
        state = "changed" if row else "created"
        outcomes.append(Outcome(state=state, key=settled.uid, slug=settled.slug, changed=changed))
        pending.append((len(outcomes) - 1, settled, row))
    directory.make_missing_organisations(by=by)
    written = [(record, row) for _, record, row in pending]
    write_links(written, write_columns(written, directory), directory)
    _log(pending, outcomes, by=by, verb=verb)
    return outcomes


def _log(
    pending: Sequence[tuple[int, ProgrammeRecord, Programme | None]],
    outcomes: Sequence[Outcome],
    *,
    by: User | None,
    verb: Verb,
) -> None:
    record_events(
        by=by,
        happened=[
            Happened(
                verb=verb if outcomes[place].state == "changed" or verb == Verb.IMPORTED else Verb.CREATED,
                target_type=PROGRAMME,
                target_key=record.uid,
                snapshot=as_plain(record),
                facts={"fields": list(outcomes[place].changed)} if outcomes[place].changed else {},
            )
            for place, record, _ in pending
        ],
    )


def _identify(record: ProgrammeRecord, row: Programme | None, taken: set[str]) -> ProgrammeRecord:
    """The record with the identity it keeps for ever: uid and slug."""
    if row:
        return with_values(record, uid=str(row.uid), slug=row.slug)
    uid = record.uid
    if not uid:
        uid = programme_uid(origin=record.origin, origin_id=record.origin_id, slug=record.slug)
    slug = record.slug or slug_for(record.title)
    if slug in taken:
        slug = f"{slug[:180]}-{uid[:8]}"
    return with_values(record, uid=uid, slug=slug)


def _differences(before: ProgrammeRecord | None, after: ProgrammeRecord) -> tuple[str, ...]:
    if before is None:
        return ()
    names = [item.name for item in fields(ProgrammeRecord) if item.name not in ("uid", "slug")]
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _born_as(record: ProgrammeRecord) -> str:
    """The uid this record got if it was written before, even when its sheet has since lost its source; "" if none."""
    if not (record.origin_id or record.slug):
        return ""
    return programme_uid(origin=record.origin, origin_id=record.origin_id, slug=record.slug)


class _Stored:
    """The rows these records may be, read in one go."""

    def __init__(self, records: Sequence[ProgrammeRecord]) -> None:
        base = Programme.objects.all()
        uids = [uid for record in records if (uid := record.uid or _born_as(record))]
        slugs = [record.slug for record in records if record.slug]
        origins = {record.origin for record in records if record.origin_id}
        ids = [record.origin_id for record in records if record.origin_id]
        rows = list(whole_programmes(base.filter(uid__among=uids))) if uids else []
        rows += list(whole_programmes(programmes_told(origins=origins, names=ids))) if ids else []
        rows += list(whole_programmes(base.filter(slug__among=slugs))) if slugs else []
        self.by_uid = {str(row.uid): row for row in rows}
        self.by_origin = {(row.origin, row.origin_id): row for row in rows if row.origin_id}
        self.by_slug = {row.slug: row for row in rows}

    def find(self, record: ProgrammeRecord) -> Programme | None:
        """The row this record speaks of, if we have it."""
        return (
            self.by_uid.get(record.uid)
            or (self.by_origin.get((record.origin, record.origin_id)) if record.origin_id else None)
            or (self.by_slug.get(record.slug) if record.slug else None)
            or self.by_uid.get(_born_as(record))
        )

    def record(self, row: Programme) -> ProgrammeRecord:
        """What we hold today."""
        return programme_record(row)


@transaction.atomic
def move_programme(*, programme: Programme, to: Status, by: User | None, why: str = "") -> Programme:
    """Move a sheet along draft → review → published → archived, and remember who decided, and why when it is said.

    `why`: a code of core.wording.REASONS, `gone_from_source` for a sheet its source no longer lists.
    Raises Refused("move_not_allowed") for a move that is not in MOVES, Refused("missing_source") when nothing backs
    a sheet about to be published.
    """
    move = (Status(programme.status), to)
    if move not in MOVES:
        raise Refused("move_not_allowed", current=programme.status, wanted=to.value)
    if to == Status.PUBLISHED and not (programme.source_url or programme.source_name):
        raise Refused("missing_source", programme=programme.slug)
    return _set(programme, by=by, verb=MOVES[move], facts={"why": why} if why else {}, status=to.value)


@transaction.atomic
def verify_programme(*, programme: Programme, on: dt.date, by: User) -> Programme:
    """Say that a person checked this sheet against its source on that day."""
    return _set(programme, by=by, verb=Verb.DECIDED, facts={}, verified_on=on)


def _set(programme: Programme, *, by: User | None, verb: Verb, facts: Mapping[str, str], **values: object) -> Programme:
    for name, value in values.items():
        setattr(programme, name, value)
    programme.save(update_fields=[*values, "updated_at"])
    snapshot = as_plain(programme_record(programme))
    key = str(programme.uid)
    happened = Happened(verb=verb, target_type=PROGRAMME, target_key=key, snapshot=snapshot, facts=facts)
    record_events(by=by, happened=[happened])
    return programme
