"""A published sheet changed by someone who keeps it, and carried to its local variants."""

from __future__ import annotations

from django.db import transaction

from maillage.accounts.models import User
from maillage.core.records import ProgrammeRecord
from maillage.curation.actions.variants import nationals_among, propagate
from maillage.inventory.actions import Outcome, change_programme
from maillage.inventory.models import Programme


@transaction.atomic
def edit_programme(record: ProgrammeRecord, *, version: str, by: User) -> Outcome:
    """Store what a keeper changed in a sheet; the fields that its local variants had as it had them follow.

    `version`: `core.records.version_of` the sheet they read. Raises Refused("keepers_only") or
    Refused("edited_meanwhile"): nothing is written, and neither text is lost.
    """
    key = Programme.objects.values_list("pk", flat=True).get(uid=record.uid)
    before = nationals_among([key])
    outcome = change_programme(record, version=version, by=by)
    if outcome.refusal is None and before:
        propagate(before, told_by={}, by=by)
    return outcome
