"""Writes the notes of a session. A note is only ever added: two who write at once never overwrite each other."""

from __future__ import annotations

import uuid

from django.db import transaction

from maillage.accounts.models import User
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.models import AgendaMoment, Note, Registration, Workshop
from maillage.dialogue.queries.members import Member, must_take_part, organisation_of
from maillage.dialogue.queries.workshops import running_tables

LONGEST = 4000


@transaction.atomic
def write_note(
    *,
    moment: AgendaMoment,
    text: str,
    key: uuid.UUID,
    by: User | None,
    link: Registration | None = None,
    workshop: Workshop | None = None,
) -> Note:
    """Add a note to a moment, or leave one at a workshop for the group that comes next.

    `key` is made once by who writes: sending the same note again, after the network dropped, gives the one kept.
    `link`: the registration whose link is held, when there is no account: it writes at its own table of the running
    round only.
    Raises Refused("notes_not_yours", "note_key_taken", "workshop_elsewhere", "table_not_yours" or "round_not_begun"),
    Unknown("registration_link_unknown"), Invalid("note_empty" or "note_too_long").
    """
    member = must_take_part(Member(session=moment.session, user=by, registration=link))
    said = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not said:
        raise Invalid("note_empty")
    if len(said) > LONGEST:
        raise Invalid("note_too_long", length=len(said), limit=LONGEST)
    home = organisation_of(member)
    known = Note.objects.filter(key=key).first()
    if known is None:
        values = {"moment": moment, "text": said, "by": by, "organisation": home}
        values |= {"workshop": workshop, "round": _running_round(moment, workshop, member)}
        known, _ = Note.objects.get_or_create(key=key, defaults=values)
    mine = (by.pk if by else None, home.pk if home else None, moment.pk, said)
    if (known.by_id, known.organisation_id, known.moment_id, known.text) != mine:
        raise Refused("note_key_taken")
    return known


def _running_round(moment: AgendaMoment, workshop: Workshop | None, member: Member) -> int | None:
    """The round that a note of this workshop belongs to: the running one."""
    if workshop is None:
        if member.is_by_link:
            raise Refused("table_not_yours")
        return None
    if workshop.rotation.moment_id != moment.pk:
        raise Refused("workshop_elsewhere")
    if not workshop.rotation.begun:
        raise Refused("round_not_begun")
    if member.is_by_link and workshop.position not in running_tables(workshop.rotation, member):
        raise Refused("table_not_yours")
    return workshop.rotation.begun - 1
