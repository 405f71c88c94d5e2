"""Writers of articulations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Unknown
from maillage.core.records import LinkRecord, as_plain
from maillage.core.vocabulary import LinkKind
from maillage.inventory.actions.columns import awake_slugs
from maillage.inventory.models import Articulation, LinkLevel, Programme
from maillage.inventory.queries import ARTICULATION

NAMESPACE = uuid.UUID("8c1c0b5e-6f0e-5b1a-9d63-2f4f1c7b9a11")


def link_uid(record: LinkRecord) -> uuid.UUID:
    """The stable identity of a link: its two ends and its kind."""
    return uuid.uuid5(NAMESPACE, f"{record.between}:{record.origin}:{record.kind}:{record.target}")


@transaction.atomic
def put_links(records: Sequence[LinkRecord], *, by: User | None) -> int:
    """Store these articulations, replacing those with the same ends and kind. Returns how many changed.

    Of two records that name one link, the last is kept. Raises Unknown("link_end_unknown") when an end does not exist,
    Invalid("link_kind_unknown") for another kind, Invalid("missing_source") for a stated link without evidence.
    Nothing is written when one of them is wrong.
    """
    records = _awake(records)
    ends = _Ends(records)
    stored = {row.uid: row for row in Articulation.objects.filter(uid__in=[link_uid(record) for record in records])}
    fresh: list[Articulation] = []
    changed: list[Articulation] = []
    happened: list[Happened] = []
    for record in records:
        values = ends.columns(record)
        uid = link_uid(record)
        row = stored.get(uid)
        if row is None:
            fresh.append(Articulation(uid=uid, **values))
        elif row.level == LinkLevel.REFUSED or all(getattr(row, name) == value for name, value in values.items()):
            continue
        else:
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
        verb = Verb.CREATED if row is None else Verb.CHANGED
        happened.append(Happened(verb=verb, target_type=ARTICULATION, target_key=str(uid), snapshot=as_plain(record)))
    Articulation.objects.bulk_create(fresh, batch_size=500)
    if changed:
        Articulation.objects.bulk_update(changed, list(ends.columns(records[0])), batch_size=200)
    record_events(by=by, happened=happened)
    return len(fresh) + len(changed)


def _awake(records: Sequence[LinkRecord]) -> list[LinkRecord]:
    """One record per link, its ends that were merged replaced by the sheets they were merged into."""
    slugs = awake_slugs({slug for one in records if one.between == "programme" for slug in (one.origin, one.target)})
    settled = [
        replace(one, origin=slugs.get(one.origin, one.origin), target=slugs.get(one.target, one.target))
        if one.between == "programme"
        else one
        for one in records
    ]
    kept = [one for one, said in zip(settled, records, strict=True) if one.origin != one.target or one == said]
    return list({link_uid(record): record for record in kept}.values())


@transaction.atomic
def refuse_link(record: LinkRecord, *, by: User) -> None:
    """Remember for ever that this suggested link is not one, so that nobody is shown it again."""
    refused = replace(record, level=LinkLevel.REFUSED.value)
    values = _Ends([refused]).columns(refused)
    Articulation.objects.update_or_create(uid=link_uid(record), defaults=values)
    record_events(
        by=by,
        happened=[
            Happened(
                verb=Verb.DECIDED,
                target_type=ARTICULATION,
                target_key=str(link_uid(record)),
                snapshot=as_plain(refused),
            )
        ],
    )


class _Ends:
    """The rows behind the slugs of these links, read in two queries."""

    def __init__(self, records: Sequence[LinkRecord]) -> None:
        slugs: dict[str, set[str]] = {"programme": set(), "organisation": set()}
        for record in records:
            slugs[record.between] |= {record.origin, record.target}
        programmes = Programme.objects.filter(slug__in=slugs["programme"])
        organisations = Organisation.objects.filter(slug__in=slugs["organisation"])
        self.rows: dict[tuple[str, str], Programme | Organisation] = {}
        self.rows |= {("programme", row.slug): row for row in programmes.only("id", "slug")}
        self.rows |= {("organisation", row.slug): row for row in organisations.only("id", "slug")}

    def columns(self, record: LinkRecord) -> dict[str, Any]:
        """The column values of a record."""
        if record.kind not in LinkKind.codes():
            raise Invalid("link_kind_unknown", kind=record.kind)
        if record.level == LinkLevel.STATED and not record.evidence_url:
            raise Invalid("missing_source", field="evidence_url", value="")
        for slug in (record.origin, record.target):
            if (record.between, slug) not in self.rows:
                raise Unknown("link_end_unknown", slug=slug, between=record.between)
        values = {name: value for name, value in asdict(record).items() if name not in ("origin", "target", "between")}
        for side, slug in (("from", record.origin), ("to", record.target)):
            for between in ("programme", "organisation"):
                row = self.rows[between, slug] if between == record.between else None
                values[f"{side}_{between}_id"] = row.pk if row else None
        return values
