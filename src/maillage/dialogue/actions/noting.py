"""Writes the notes of a session. A note is only ever added: two who write at once never overwrite each other."""

from __future__ import annotations

import uuid

from django.db import transaction

from maillage.accounts.models import User
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.models import AgendaMoment, Note, Workshop
from maillage.dialogue.queries.workshops import may_read_notes, speaks_for

LONGEST = 4000


@transaction.atomic
def write_note(*, moment: AgendaMoment, text: str, key: uuid.UUID, by: User, workshop: Workshop | None = None) -> Note:
    """Add a note to a moment, or leave one at a workshop for the group that comes next.

    `key` is made once by who writes: sending the same note again, after the network dropped, gives the one kept.
    Raises Refused("notes_not_yours", "note_key_taken", "workshop_elsewhere" or "round_not_begun"),
    Invalid("note_empty" or "note_too_long").
    """
    session = moment.session
    if not may_read_notes(by, session):
        raise Refused("notes_not_yours")
    said = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not said:
        raise Invalid("note_empty")
    if len(said) > LONGEST:
        raise Invalid("note_too_long", length=len(said), limit=LONGEST)
    told, made = Note.objects.get_or_create(
        key=key,
        defaults={
            "moment": moment,
            "text": said,
            "by": by,
            "organisation": speaks_for(by, session),
            "workshop": workshop,
            "round": _running_round(moment, workshop),
        },
    )
    if not made and (told.by_id, told.moment_id, told.text) != (by.pk, moment.pk, said):
        raise Refused("note_key_taken")
    return told


def _running_round(moment: AgendaMoment, workshop: Workshop | None) -> int | None:
    """The round that a note of this workshop belongs to: the running one."""
    if workshop is None:
        return None
    if workshop.rotation.moment_id != moment.pk:
        raise Refused("workshop_elsewhere")
    if not workshop.rotation.begun:
        raise Refused("round_not_begun")
    return workshop.rotation.begun - 1
