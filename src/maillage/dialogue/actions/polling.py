"""Writes the poll that chooses the day of a session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.programme import animators_only, locked_session
from maillage.dialogue.actions.sessions import change_session, fields_of, version_of_session
from maillage.dialogue.models import Availability, DateAnswer, DateOption, Invitation, Session, SessionState
from maillage.dialogue.queries.programme import SESSION
from maillage.dialogue.queries.taking_part import must_speak_for

MOST = 20
"""Dates a poll may offer."""


@transaction.atomic
def propose_dates(*, session: Session, dates: Sequence[dt.datetime], by: User) -> None:
    """Offer these dates; those already offered keep their answers, those no longer named go with theirs.

    Raises Refused("animators_only" or "session_state_refused"), Invalid("too_many_dates").
    """
    animators_only(by)
    row = locked_session(session)
    if row.state in (SessionState.HELD, SessionState.CANCELLED):
        raise Refused("session_state_refused", session=row.number, state=SessionState(row.state).label)
    if len(set(dates)) > MOST:
        raise Invalid("too_many_dates", limit=MOST)
    row.date_options.exclude(starts_at__in=dates).delete()
    for each in sorted(set(dates)):
        DateOption.objects.get_or_create(session=row, starts_at=each)


@transaction.atomic
def answer_dates(
    *,
    session: Session,
    organisation: Organisation,
    answers: Mapping[int, str],
    by: User | None,
    invitation: Invitation | None = None,
) -> None:
    """Say which dates suit an organisation; `answers`: key of a date → yes, maybe or no. Said again, it replaces.

    Raises Refused("registration_not_yours"), Invalid("code_unknown" or "date_unknown").
    """
    if invitation is not None and (invitation.session_id, invitation.organisation_id) != (session.pk, organisation.pk):
        raise Refused("registration_not_yours")
    if invitation is None:
        if by is None:
            raise Refused("registration_not_yours")
        must_speak_for(by, organisation)
    row = locked_session(session)
    offered = set(row.date_options.values_list("pk", flat=True))
    for key, value in answers.items():
        if key not in offered:
            raise Invalid("date_unknown")
        if value not in Availability.values:
            raise Invalid("code_unknown", field="réponse", value=value)
    for key, value in answers.items():
        DateAnswer.objects.update_or_create(
            option_id=key, organisation=organisation, defaults={"value": value, "by": by}
        )


@transaction.atomic
def choose_date(*, option: DateOption, by: User) -> Session:
    """Hold the session on this date: the poll stays readable. Raises as `change_session`."""
    animators_only(by)
    row = locked_session(option.session)
    said = replace(fields_of(row), starts_at=option.starts_at)
    changed = change_session(session=row, fields=said, seen=version_of_session(row), by=by)
    happened = Happened(verb=Verb.DECIDED, target_type=SESSION, target_key=str(row.uid), facts={"date": "poll"})
    record_events(by=by, happened=[happened])
    return changed
