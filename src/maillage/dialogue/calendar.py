"""Sessions as iCalendar (RFC 5545): stable UID, SEQUENCE that grows, cancellation. Line folding is the library's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings

from maillage.dialogue.models import ProgrammeVersion, Session, SessionMode, SessionState
from maillage.dialogue.queries.programme import title_of

if TYPE_CHECKING:
    import icalendar

PUBLISH, CANCEL = "PUBLISH", "CANCEL"
EMPTY_LASTS = dt.timedelta(hours=2)
"""How long a session without a published programme lasts in a calendar."""


def session_calendar(sessions: Iterable[Session], *, name: str, method: str = PUBLISH) -> bytes:
    """These sessions as a calendar; those whose day is not chosen are left out.

    Times are in UTC: nothing depends on what a reader knows of our clock. Rows of `with_programmes` cost no query.
    """
    import icalendar  # 0.2 s to wake, and only calendars need it

    whole = icalendar.Calendar()
    whole.add("prodid", "-//Maillage//Dialogue//FR")
    whole.add("version", "2.0")
    whole.add("method", method)
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", dt.timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for session in sessions:
        if session.starts_at:
            whole.add_component(_event(session, session.starts_at))
    return bytes(whole.to_ical())


def _event(session: Session, starts_at: dt.datetime) -> icalendar.Event:
    import icalendar

    programme = _programme(session)
    address = f"{settings.SITE_URL}{session.get_absolute_url()}"
    event = icalendar.Event()
    event.add("uid", f"session-{session.uid}@maillage")
    changed = session.updated_at.astimezone(dt.UTC).replace(microsecond=0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", session.sequence)
    event.add("summary", " : ".join(filter(None, (f"Session {session.number}", session.title))))
    event.add("dtstart", starts_at.astimezone(dt.UTC))
    event.add("dtend", _ends(programme, starts_at))
    event.add("status", "CANCELLED" if session.state == SessionState.CANCELLED else "CONFIRMED")
    event.add("url", address)
    if session.place and session.mode != SessionMode.REMOTE:
        event.add("location", session.place)
    lines = [title_of(moment) for moment in programme.get("moments", ())]
    event.add("description", "\n".join(filter(None, (session.summary, *lines, address))))
    return event


def _programme(session: Session) -> dict[str, Any]:
    """The last published programme; `with_programmes` brings it beside its session."""
    versions: list[ProgrammeVersion] = sorted(session.versions.all(), key=lambda one: one.number)
    plain: dict[str, Any] = versions[-1].plain if versions else {}
    return plain


def _ends(programme: dict[str, Any], starts_at: dt.datetime) -> dt.datetime:
    """When the last published moment ends, moved with the session when its hour changed since."""
    told = [moment["ends_at"] for moment in programme.get("moments", ())]
    ends = [dt.datetime.fromisoformat(text) for text in told if text]
    if not ends or not programme.get("starts_at"):
        return (starts_at + EMPTY_LASTS).astimezone(dt.UTC)
    lasts = max(ends) - dt.datetime.fromisoformat(programme["starts_at"])
    return (starts_at + lasts).astimezone(dt.UTC)
