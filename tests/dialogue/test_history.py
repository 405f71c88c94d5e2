"""What is documented of 2020-2024 is there, and nothing more; loading it again undoes nobody's work."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from maillage.core.errors import Refused, Unknown
from maillage.dialogue.actions.loading import load_history, start_from_plan, start_from_session
from maillage.dialogue.actions.sessions import change_session, fields_of, version_of_session
from maillage.dialogue.history import CONTENT, documented_cycles, documented_sessions, plans
from maillage.dialogue.models import Cycle, MomentKind, Session
from maillage.dialogue.queries.programme import moments_of, times_of
from tests.factories.dialogue import PARIS, THURSDAY, a_moment, a_session


def load() -> int:
    return load_history(cycles=documented_cycles(), sessions=documented_sessions())


def test_twenty_one_sessions_of_which_nine_are_documented(db):
    assert load() == 21

    rows = list(Session.objects.all())
    assert [row.number for row in rows] == list(range(1, 22))
    assert [row.number for row in rows if row.documentation == "sourced"] == [1, 2, 3, 4, 5, 14, 19, 20, 21]
    assert [row.number for row in rows if row.source_name and not row.number_deduced] == [14, 21]
    assert Cycle.objects.count() == 5


def test_no_day_is_made_up_and_silent_sessions_say_nothing(db):
    load()

    assert not Session.objects.exclude(starts_at=None).exists()
    assert not Cycle.objects.exclude(starts_on=None, ends_on=None).exists()
    for row in Session.objects.filter(documentation="none"):
        assert (row.title, row.summary, row.questions, row.cycle, row.when_told) == ("", "", [], None, "")


def test_nothing_is_written_again_when_nothing_changed(db):
    load()
    before = list(Session.objects.values_list("updated_at", flat=True))

    assert load() == 0
    assert list(Session.objects.values_list("updated_at", flat=True)) == before


def test_what_a_person_wrote_stays(animator):
    load()
    row = Session.objects.get(number=14)
    said = replace(fields_of(row), summary="Complété par un membre.")
    change_session(session=row, fields=said, seen=version_of_session(row), by=animator)

    assert load() == 0
    assert Session.objects.get(number=14).summary == "Complété par un membre."


def test_the_files_name_no_person_and_every_source(db):
    text = "".join(path.read_text(encoding="utf-8") for path in CONTENT.glob("*.toml"))

    assert not re.search(r"\b(M\.|Mme|Monsieur|Madame)\s", text)
    assert all(record.source_name for record in documented_cycles())
    assert all(moment.kind in MomentKind.values for plan in plans().values() for moment in plan.moments)


def test_a_day_begins_from_a_plan_and_only_once(animator):
    session = a_session(animator)
    start_from_plan(session=session, plan="journee-ateliers", by=animator)

    moments = moments_of(session)
    times = [f"{each.starts_at.astimezone(PARIS):%H:%M}" for each in times_of(session, moments)]
    assert (times[0], times[3], times[6], len(times)) == ("09:30", "12:00", "15:30", 9)
    with pytest.raises(Refused, match="programme_not_empty"):
        start_from_plan(session=session, plan="journee-ateliers", by=animator)
    with pytest.raises(Unknown, match="plan_unknown"):
        start_from_plan(session=session, plan="rien", by=animator)


def test_a_day_begins_from_another_session_with_its_fixed_hours(animator):
    model = a_session(animator, number=22)
    a_moment(model, animator, "Matin")
    a_moment(model, animator, "Déjeuner", fixed_at=THURSDAY.replace(hour=12), minutes=60)
    session = a_session(animator, number=23, starts_at=THURSDAY.replace(month=12))

    start_from_session(session=session, model=model, by=animator)

    lunch = moments_of(session)[1]
    assert lunch.fixed_at == THURSDAY.replace(month=12, hour=12)
