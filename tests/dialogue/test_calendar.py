"""What calendars read, judged by two parsers that are not the library that writes it."""

from __future__ import annotations

from dataclasses import replace

import ics
import pytest
import vobject

from maillage.dialogue.actions.programme import publish_programme
from maillage.dialogue.actions.sessions import cancel_session, change_session, fields_of, version_of_session
from maillage.dialogue.calendar import CANCEL, session_calendar
from maillage.dialogue.models import Session
from tests.factories.dialogue import THURSDAY, a_moment, a_session

HOSTILE = "Élus; entreprises, « quoi\\ » \n BEGIN:VEVENT " + "très long " * 20


def event(session: Session, method: str = "PUBLISH") -> dict[str, object]:
    """The one event of a calendar, read twice; both readers must agree."""
    text = session_calendar([session], name="Sessions", method=method).decode()
    (first,) = ics.Calendar(text).events
    second = vobject.readOne(text).vevent
    assert str(first.uid) == second.uid.value
    assert first.begin.datetime == second.dtstart.value
    assert first.end.datetime == second.dtend.value
    assert first.name == second.summary.value
    assert first.location == (second.location.value if hasattr(second, "location") else None)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return {
        "uid": first.uid,
        "begin": first.begin.datetime,
        "minutes": int(first.duration.total_seconds() / 60),
        "title": first.name,
        "sequence": int(second.sequence.value),
        "status": second.status.value,
    }


def fresh(session: Session) -> Session:
    return Session.objects.get(pk=session.pk)


def test_a_session_keeps_its_uid_and_its_sequence_grows_with_what_matters(animator):
    session = a_session(animator, place="Préfecture, 62000 Arras")
    first = event(session)
    quiet = replace(fields_of(session), summary="Un mot de plus.")
    session = change_session(session=session, fields=quiet, seen=version_of_session(session), by=animator)
    same = event(session)
    moved = replace(fields_of(session), starts_at=THURSDAY.replace(hour=14))
    session = change_session(session=session, fields=moved, seen=version_of_session(session), by=animator)
    second = event(session)
    a_moment(session, animator, "Table ronde", minutes=200)
    publish_programme(session=session, by=animator)
    third = event(fresh(session))
    last = event(cancel_session(session=fresh(session), by=animator), method=CANCEL)

    assert {first["uid"], second["uid"], third["uid"], last["uid"]} == {f"session-{session.uid}@maillage"}
    assert first["sequence"] == same["sequence"] < second["sequence"] < third["sequence"] < last["sequence"]
    assert (first["begin"], second["begin"]) == (THURSDAY, THURSDAY.replace(hour=14))
    assert (first["minutes"], third["minutes"]) == (120, 200)
    assert (first["status"], last["status"]) == ("CONFIRMED", "CANCELLED")


def test_hostile_words_are_read_back_as_they_were_and_add_no_event(animator):
    session = a_session(animator, title=HOSTILE[:300], summary=HOSTILE, place="a;b,c\\d")

    found = event(session)

    assert found["title"] == "Session 22 : " + " ".join(HOSTILE[:300].split())


@pytest.mark.parametrize(
    ("day", "hour", "utc"), [("2027-03-27", 9, "08:00"), ("2027-03-28", 9, "07:00")], ids=["before", "after"]
)
def test_the_last_sunday_of_march_is_read_at_the_hour_that_was_meant(animator, day, hour, utc):
    starts_at = THURSDAY.replace(month=3, day=int(day[-2:]), hour=hour, minute=0)
    session = a_session(animator, starts_at=starts_at)

    begin = event(fresh(session))["begin"]

    assert f"{begin.utctimetuple().tm_hour:02}:00" == utc
    assert begin == starts_at


def test_a_session_without_a_day_is_in_no_calendar(animator):
    session = a_session(animator, announced=False, starts_at=None)

    assert "VEVENT" not in session_calendar([session], name="Sessions").decode()
