"""What each side says of a documented link between two organisations."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.articulation.actions.posting import write_to_other_body
from maillage.articulation.models import BodyConfirmation, Side
from maillage.articulation.queries import PROPOSED, body_voices
from maillage.core.errors import Refused, Unknown
from maillage.inventory.actions import put_links
from maillage.inventory.models import Articulation, LinkLevel
from maillage.inventory.queries import link_record


@transaction.atomic
def confirm_between_bodies(*, link: Articulation, side: str, by: User) -> Articulation:
    """Say, for one of the two organisations, that a documented link exists; once both said so it is confirmed by both.

    The other side is written to. Raises Unknown("proposal_side_unknown"), Refused("proposal_settled") when there is
    nothing to confirm, Refused("proposal_not_yours") for a side one does not speak for.
    """
    if side not in Side.values:
        raise Unknown("proposal_side_unknown", value=side)
    row = Articulation.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not (row.from_organisation and row.to_organisation) or row.level != LinkLevel.STATED:
        raise Refused("proposal_settled")
    voice = next((voice for voice in body_voices(by, row) if voice.side == side), None)
    if voice is None:
        raise Refused("proposal_not_yours")
    said, is_new = BodyConfirmation.objects.get_or_create(
        articulation=row, side=side, defaults={"by": by, "organisation_id": voice.organisation}
    )
    if is_new:
        facts = {"side": said.side}
        happened = Happened(verb=Verb.DECIDED, target_type=PROPOSED, target_key=str(row.uid), facts=facts)
        record_events(by=by, happened=[happened])
    heard = set(BodyConfirmation.objects.filter(articulation=row).values_list("side", flat=True))
    silent = [each for each in Side if each.value not in heard]
    for each in silent if is_new else ():
        write_to_other_body(row, side=each, by=by)
    if not silent:
        put_links([replace(link_record(row), level=LinkLevel.CONFIRMED.value)], by=by)
        row.refresh_from_db()
    return row
