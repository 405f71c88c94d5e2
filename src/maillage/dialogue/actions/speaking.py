"""Writes who has the floor, by the server's clock. Every writer holds the session's row: two animateurs take turns."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.programme import animators_only, locked_session
from maillage.dialogue.models import AgendaMoment, SpeakingTurn
from maillage.dialogue.models.speaking import LONGEST_S
from maillage.dialogue.queries.speaking import may_speak_in, running_turn

TURN = "speaking_turn"
"""The `target_type` of the events of speaking turns; the key is their uid."""


@transaction.atomic
def give_floor(*, moment: AgendaMoment, organisation: Organisation, seen: str, by: User) -> SpeakingTurn:
    """An organisation begins to speak; who spoke before stops at the same instant.

    `seen`: the uid of the running turn that the person saw, "" for none: when another organisation got the floor
    meanwhile, nothing changes and it is told. Pressed twice, or by two animateurs for one organisation, it begins once.
    Raises Refused("animators_only", "floor_taken" or "speaker_not_here").
    """
    animators_only(by)
    locked_session(moment.session)
    if not may_speak_in(moment, organisation):
        raise Refused("speaker_not_here", organisation=organisation.name)
    running = running_turn(moment)
    if running and running.organisation_id == organisation.pk:
        return running
    if running and str(running.uid) != seen:
        raise Refused("floor_taken", organisation=running.organisation.name)
    now = timezone.now()
    if running:
        _stop(running, now)
    return SpeakingTurn.objects.create(moment=moment, organisation=organisation, started_at=now, by=by)


@transaction.atomic
def end_turn(*, turn: SpeakingTurn, by: User) -> SpeakingTurn:
    """The organisation stops speaking. Ending twice is ending once. Raises Refused("animators_only")."""
    animators_only(by)
    locked_session(turn.moment.session)
    current = SpeakingTurn.objects.filter(pk=turn.pk).first()
    if current and current.seconds is None:
        return _stop(current, timezone.now())
    return current or turn


@transaction.atomic
def note_time(
    *, moment: AgendaMoment, organisation: Organisation, seconds: int, key: uuid.UUID, by: User
) -> SpeakingTurn:
    """Write by hand how long an organisation spoke. `key`: made once by who writes; the same sent again is kept once.

    Raises Refused("animators_only" or "speaker_not_here"), Invalid("speaking_out_of_range").
    """
    animators_only(by)
    locked_session(moment.session)
    if not 1 <= seconds <= LONGEST_S:
        raise Invalid("speaking_out_of_range", hours=LONGEST_S // 3600)
    if not may_speak_in(moment, organisation):
        raise Refused("speaker_not_here", organisation=organisation.name)
    values = {"moment": moment, "organisation": organisation, "seconds": seconds, "by": by}
    return SpeakingTurn.objects.get_or_create(uid=key, defaults=values)[0]


@transaction.atomic
def drop_turn(*, turn: SpeakingTurn, by: User) -> None:
    """Take a turn out: it was a mistake. What it said stays in the event log. Raises Refused("animators_only")."""
    animators_only(by)
    locked_session(turn.moment.session)
    current = SpeakingTurn.objects.select_related("organisation").filter(pk=turn.pk).first()
    if current is None:
        return
    facts = {"organisation": str(current.organisation.uid), "seconds": current.seconds}
    happened = Happened(verb=Verb.REMOVED, target_type=TURN, target_key=str(current.uid), facts=facts)
    record_events(by=by, happened=[happened])
    current.delete()


def _stop(turn: SpeakingTurn, now: dt.datetime) -> SpeakingTurn:
    """End a turn now: at least a second, at most the longest there is."""
    begun = turn.started_at or now
    turn.seconds = min(LONGEST_S, max(1, round((now - begun).total_seconds())))
    turn.save(update_fields=["seconds"])
    return turn
