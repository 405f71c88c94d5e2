"""The only writers of organisations and networks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import (
    Competence,
    FundingOrigin,
    Lever,
    Membership,
    MembershipState,
    Network,
    Organisation,
)
from maillage.actors.queries import (
    ORGANISATION,
    PLAIN_FIELDS,
    may_edit_organisation,
    organisation_record,
    whole_organisations,
)
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.core.records import OperatorRef, OrganisationRecord, as_plain, version_of
from maillage.core.vocabulary import Echelon, Nature, OrganisationKind, Status, competences
from maillage.territories.models import Territory
from maillage.territories.queries import resolve

BATCH = 500

NAMESPACE = uuid.UUID("5f5e8d0c-34b1-5c5d-8a33-7b6de1c7b7a4")

CODES: dict[str, tuple[str, ...]] = {
    "kind": OrganisationKind.codes(),
    "echelon": Echelon.codes(),
    "status": tuple(code for code in Status.codes() if code != Status.MERGED),
    "natures": Nature.codes(),
    "levers": tuple(Lever.values),
    "funding_origins": tuple(FundingOrigin.values),
}
SHAPES = {"siren": r"\d{9}", "siret": r"\d{14}", "rna": r"W\d{9}"}

TEXTS = (*PLAIN_FIELDS, "natures", "levers", "funding_origins")


def organisation_uid(slug: str) -> str:
    """The identity of an organisation born with this slug."""
    return str(uuid.uuid5(NAMESPACE, slug))


@transaction.atomic
def load_networks(rows: Sequence[Mapping[str, Any]]) -> None:
    """Put these networks and the competences of the vocabulary in the database; idempotent."""
    Competence.objects.bulk_create(
        [Competence(code=code, label=label) for code, label in competences().items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["label"],
    )
    names = [item.name for item in Network._meta.concrete_fields if item.name not in ("id", "slug")]
    Network.objects.bulk_create(
        [Network(slug=row["slug"], **{name: row.get(name, "") for name in names}) for row in rows],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=names,
    )


def put_organisations(records: Sequence[OrganisationRecord], *, by: User | None) -> list[str]:
    """Store these sheets whole; returns what became of each: `created`, `changed` or `same`.

    Matched by slug. Raises Unknown naming the territory, network or competence that does not exist, Invalid for an
    unknown code, a malformed identifier or a sheet given twice; the batch (500 records) it is in is left unwritten.
    """
    states: list[str] = []
    for start in range(0, len(records), BATCH):
        with transaction.atomic():
            states += _put_batch(records[start : start + BATCH], by=by)
    return states


@transaction.atomic
def change_organisation(record: OrganisationRecord, *, version: str, by: User) -> str:
    """Store this published sheet, changed by someone who keeps it, if it still is as they read it: `changed` or `same`.

    `version`: `core.records.version_of` the sheet they read. Raises Refused("keepers_only" or "edited_meanwhile", when
    someone changed it since: nothing is written), or as `put_organisations`.
    """
    rows = whole_organisations(Organisation.objects.select_for_update(of=("self",)).filter(uid=record.uid))
    row = rows.get()
    if not may_edit_organisation(by, row):
        raise Refused("keepers_only")
    if version_of(organisation_record(row)) != version:
        raise Refused("edited_meanwhile", title=row.name)
    return put_organisations([record], by=by)[0]


def add_named_organisations(refs: Sequence[OperatorRef], *, by: User | None) -> list[Organisation]:
    """Organisations known by their name only, kept for review, so that no operator is lost."""
    records = [
        OrganisationRecord(slug=ref.slug, name=ref.name, siren=ref.siren, status=Status.REVIEW.value) for ref in refs
    ]
    put_organisations(records, by=by)
    return list(Organisation.objects.filter(slug__in=[ref.slug for ref in refs]))


MOVES = {
    (Status.PUBLISHED, Status.ARCHIVED): Verb.ARCHIVED,
    (Status.REVIEW, Status.ARCHIVED): Verb.ARCHIVED,
    (Status.ARCHIVED, Status.PUBLISHED): Verb.PUBLISHED,
}
"""Where a sheet may go, and how the event is called."""


@transaction.atomic
def move_organisation(*, organisation: Organisation, to: Status, by: User | None, why: str = "") -> Organisation:
    """Put a sheet away, or back; it is never deleted. `why`: a code of core.wording.REASONS.

    Raises Refused("move_not_allowed") for a move that is not in MOVES.
    """
    move = (Status(organisation.status), to)
    if move not in MOVES:
        raise Refused("move_not_allowed", current=organisation.status, wanted=to.value)
    organisation.status = to.value
    organisation.save(update_fields=["status", "updated_at"])
    snapshot = as_plain(organisation_record(whole_organisations().get(pk=organisation.pk)))
    happened = Happened(
        verb=MOVES[move],
        target_type=ORGANISATION,
        target_key=str(organisation.uid),
        snapshot=snapshot,
        facts={"why": why} if why else {},
    )
    record_events(by=by, happened=[happened])
    return organisation


def _put_batch(records: Sequence[OrganisationRecord], *, by: User | None) -> list[str]:
    stored = {
        row.slug: row for row in whole_organisations(Organisation.objects.filter(slug__in=[r.slug for r in records]))
    }
    places = _territories(records)
    networks = {row.slug: row for row in Network.objects.all()}
    states: list[str] = []
    pending: list[tuple[OrganisationRecord, Organisation]] = []
    changed: dict[str, list[str]] = {}
    seen: set[str] = set()
    for record in records:
        if record.slug in seen:
            raise Invalid("record_twice", field="slug", value=record.slug)
        seen.add(record.slug)
        settled = _settle(record, places, networks)
        row = stored.get(record.slug)
        if row and row.status == Status.MERGED:
            states.append("same")
            continue
        settled = replace(settled, uid=str(row.uid) if row else (record.uid or organisation_uid(record.slug)))
        before = organisation_record(row) if row else None
        if before == settled:
            states.append("same")
            continue
        changed[settled.uid] = _differences(before, settled)
        states.append("changed" if row else "created")
        row = row or Organisation(uid=uuid.UUID(settled.uid))
        for name in TEXTS:
            setattr(row, name, getattr(settled, name))
        row.network = networks.get(settled.network)
        row.seat = places[settled.seat] if settled.seat else None
        pending.append((settled, row))
    _write(pending, places)
    _log(pending, states, changed, by=by)
    return states


def _differences(before: OrganisationRecord | None, after: OrganisationRecord) -> list[str]:
    if before is None:
        return []
    return [item.name for item in fields(after) if getattr(before, item.name) != getattr(after, item.name)]


def _settle(
    record: OrganisationRecord, places: Mapping[str, Territory], networks: Mapping[str, Network]
) -> OrganisationRecord:
    _check(record)
    if record.network and record.network not in networks:
        raise Unknown("network_unknown", field="network", value=record.network)
    if unknown := set(record.competences) - competences().keys():
        raise Unknown("code_unknown", field="competences", value=", ".join(sorted(unknown)))
    return replace(
        record,
        zones=tuple(sorted({places[code].code for code in record.zones})),
        seat=places[record.seat].code if record.seat else "",
        competences=tuple(sorted(set(record.competences))),
    )


def _check(record: OrganisationRecord) -> None:
    """Raise Invalid for the first value the database would refuse."""
    for name in ("name", "slug"):
        if not getattr(record, name):
            raise Invalid("field_required", field=name, value="")
    for name, known in CODES.items():
        said = getattr(record, name)
        for code in (said,) if isinstance(said, str) else said:
            if code not in known:
                raise Invalid("code_unknown", field=name, value=code, expected=", ".join(known))
    for name, shape in SHAPES.items():
        if (value := getattr(record, name)) and not re.fullmatch(shape, value):
            raise Invalid("code_unknown", field=name, value=value, expected=shape)


def _territories(records: Sequence[OrganisationRecord]) -> dict[str, Territory]:
    codes = {code for record in records for code in (*record.zones, record.seat) if code}
    found = {row.code: row for row in Territory.objects.filter(code__in=codes).only("id", "code")}
    for code in codes - found.keys():
        found[code] = resolve(code)
    return found


def _write(pending: Sequence[tuple[OrganisationRecord, Organisation]], places: Mapping[str, Territory]) -> None:
    rows = [row for _, row in pending]
    known = [row for row in rows if row.pk]
    Organisation.objects.bulk_create([row for row in rows if not row.pk], batch_size=100)
    if known:
        Organisation.objects.bulk_update(known, [*TEXTS, "network", "seat"], batch_size=100)
    keys = [row.pk for row in rows]
    zones, skills = Organisation.zones.through, Organisation.competences.through
    zones.objects.filter(organisation__in=keys).delete()
    skills.objects.filter(organisation__in=keys).delete()
    zones.objects.bulk_create(
        [
            zones(organisation_id=row.pk, territory_id=places[code].pk)
            for record, row in pending
            for code in record.zones
        ],
        batch_size=400,
    )
    codes = dict(Competence.objects.values_list("code", "pk"))
    skills.objects.bulk_create(
        [
            skills(organisation_id=row.pk, competence_id=codes[code])
            for record, row in pending
            for code in record.competences
        ],
        batch_size=400,
    )


def _log(
    pending: Sequence[tuple[OrganisationRecord, Organisation]],
    states: Sequence[str],
    changed: Mapping[str, list[str]],
    *,
    by: User | None,
) -> None:
    verbs = [Verb.CREATED if state == "created" else Verb.CHANGED for state in states if state != "same"]
    record_events(
        by=by,
        happened=[
            Happened(
                verb=verb,
                target_type=ORGANISATION,
                target_key=record.uid,
                snapshot=as_plain(record),
                facts={"fields": names} if (names := changed[record.uid]) else {},
            )
            for verb, (record, _) in zip(verbs, pending, strict=True)
        ],
    )


MEMBERSHIP = "membership"
"""The `target_type` of a membership's events."""


@transaction.atomic
def ask_membership(*, user: User, organisation: Organisation) -> Membership:
    """Keep that this person says they work for this organisation; an animateur confirms. Asking twice changes nothing.

    Raises Refused("contributors_only").
    """
    if not user.is_contributor:
        raise Refused("contributors_only")
    row, created = Membership.objects.get_or_create(user=user, organisation=organisation)
    if created:
        _log_membership(row, Verb.SUBMITTED, by=user)
    return row


@transaction.atomic
def decide_membership(*, membership: Membership, state: MembershipState, by: User) -> Membership:
    """Say whether this person keeps the sheets of this organisation. Raises Refused("animators_only")."""
    if not by.is_animator:
        raise Refused("animators_only")
    membership.state = state
    membership.save(update_fields=["state"])
    _log_membership(membership, Verb.DECIDED, by=by)
    return membership


def _log_membership(row: Membership, verb: Verb, *, by: User) -> None:
    facts = {"organisation": row.organisation.slug, "state": row.state}
    record_events(by=by, happened=[Happened(verb=verb, target_type=MEMBERSHIP, target_key=str(row.pk), facts=facts)])
