"""One organisation put to sleep in another: its part in programmes and its links are carried over, and put back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.actions import put_organisations
from maillage.actors.models import Organisation
from maillage.actors.queries import ORGANISATION, organisation_record, whole_organisations
from maillage.core.errors import Refused
from maillage.core.records import OrganisationRecord, as_plain
from maillage.core.vocabulary import Status
from maillage.inventory.actions.merging import Carried, move_links, put_links_back
from maillage.inventory.models import Programme, ProgrammeOrganisation
from maillage.inventory.queries import PROGRAMME, programme_record, whole_programmes


@transaction.atomic
def absorb_organisation(
    *, kept: Organisation, absorbed: Organisation, record: OrganisationRecord, by: User | None
) -> Carried:
    """Write `record` on the kept sheet and put the other to sleep in it; its programmes become those of the kept one.

    Returns what was moved, for `release_organisation`. Raises Refused("sheet_merged"), and whatever rule refuses the
    record.
    """
    for row in Organisation.objects.select_for_update().filter(pk__in=[kept.pk, absorbed.pk]):
        if row.status == Status.MERGED:
            raise Refused("sheet_merged", title=row.name)
    put_organisations([record], by=by)
    carried: Carried = {"status": absorbed.status}
    _sleep(absorbed, status=Status.MERGED.value, into=kept, by=by)
    carried["parts"], carried["doubles"] = _move_parts(kept=kept, absorbed=absorbed, by=by)
    carried["links"] = move_links(kept=kept, absorbed=absorbed, by=by)
    return carried


@transaction.atomic
def release_organisation(
    *,
    kept: Organisation,
    absorbed: Organisation,
    record: OrganisationRecord,
    carried: Mapping[str, Any],
    by: User | None,
) -> None:
    """Wake an organisation that slept in another, and give it back its part in programmes and its links."""
    _sleep(absorbed, status=carried["status"], into=None, by=by)
    put_links_back(carried["links"], kept=kept, absorbed=absorbed, by=by)
    touched = set()
    for programme, role in carried["parts"]:
        rows = ProgrammeOrganisation.objects.filter(programme=programme, organisation=kept, role=role)
        if rows.update(organisation=absorbed):
            touched.add(programme)
    for programme, role, position in carried["doubles"]:
        ProgrammeOrganisation.objects.get_or_create(
            programme_id=programme, organisation=absorbed, role=role, defaults={"position": position}
        )
        touched.add(programme)
    _tell_programmes(touched, by=by)
    put_organisations([record], by=by)


def _sleep(row: Organisation, *, status: str, into: Organisation | None, by: User | None) -> None:
    row.status, row.merged_into = status, into
    row.save(update_fields=["status", "merged_into", "updated_at"])
    snapshot = as_plain(organisation_record(whole_organisations().get(pk=row.pk)))
    happened = Happened(
        verb=Verb.DECIDED,
        target_type=ORGANISATION,
        target_key=str(row.uid),
        snapshot=snapshot,
        facts={"merged_into": str(into.uid) if into else ""},
    )
    record_events(by=by, happened=[happened])


def _move_parts(
    *, kept: Organisation, absorbed: Organisation, by: User | None
) -> tuple[list[tuple[int, str]], list[tuple[int, str, int]]]:
    """The parts that changed hands, and those the kept organisation already had, taken away."""
    own = set(ProgrammeOrganisation.objects.filter(organisation=kept).values_list("programme_id", "role"))
    moved, doubles = [], []
    for part in ProgrammeOrganisation.objects.filter(organisation=absorbed).order_by("id"):
        if (part.programme_id, part.role) in own:
            doubles.append((part.programme_id, part.role, part.position))
            part.delete()
        else:
            moved.append((part.programme_id, part.role))
            part.organisation = kept
            part.save(update_fields=["organisation"])
    _tell_programmes({part[0] for part in moved} | {part[0] for part in doubles}, by=by)
    return moved, doubles


def _tell_programmes(keys: Collection[int], *, by: User | None) -> None:
    """Log the programmes whose operators changed, whole."""
    rows = whole_programmes(Programme.objects.filter(pk__in=keys))
    record_events(
        by=by,
        happened=[
            Happened(
                verb=Verb.CHANGED,
                target_type=PROGRAMME,
                target_key=str(row.uid),
                snapshot=as_plain(programme_record(row)),
                facts={"fields": ["operators"]},
            )
            for row in rows
        ],
    )
