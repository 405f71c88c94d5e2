"""Anonymous evaluations: one answer per registration, nothing that says whose, nothing shown too early or too small."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from maillage.accounts.models import Event
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.core.surveying import Subject, codes_of
from maillage.dialogue.actions.attending import check_in, welcome_guest
from maillage.dialogue.actions.sending import send_session_letters
from maillage.dialogue.actions.sessions import hold_session
from maillage.dialogue.actions.surveying import (
    answer_in_room,
    answer_survey,
    close_due_surveys,
    close_survey,
    open_survey,
)
from maillage.dialogue.actions.synthesising import draft_synthesis, freeze_synthesis
from maillage.dialogue.links import room_survey_of, room_word, survey_of, survey_word
from maillage.dialogue.models import (
    Cycle,
    Registration,
    Session,
    SessionLetter,
    Survey,
    SurveyAnswer,
    SurveyTurnout,
    Synthesis,
)
from maillage.dialogue.queries.surveys import outcome_of
from tests.factories.dialogue import a_session, asks, some_organisations

TODAY = timezone.localdate()
TOMORROW = TODAY + dt.timedelta(days=1)


def held(animator, *, people: int = 8, number: int = 22, organisations: Any = None, **said: Any) -> Session:
    """A session that took place, everyone registered having come but the last."""
    session = a_session(animator, number=number, **said)
    for organisation in organisations or some_organisations(people):
        registration = asks(session, organisation, animator).registration
        registration.refresh_from_db()
        if organisation.slug != f"structure-{people - 1}":
            check_in(session=session, code=registration.code, by=animator)
    return hold_session(session=session, by=animator)


def marks(subject: Subject = Subject.SESSION, mark: int = 4) -> dict[str, int]:
    return dict.fromkeys(codes_of(subject), mark)


def who_came(session: Session) -> list[Registration]:
    return list(Registration.objects.filter(session=session, organisation__attendances__session=session))


@pytest.fixture
def survey(animator) -> Survey:
    return open_survey(about=held(animator), closes_on=TOMORROW, by=animator)


def everyone(survey: Survey, count: int) -> None:
    for registration in who_came(survey.session)[:count]:
        answer_survey(survey=survey, registration=registration, marks=marks(), words="Bien.")


def test_who_came_gets_a_link_that_serves_once(survey):
    send_session_letters()
    letters = [each for each in mail.outbox if "/dialogue/avis/" in each.body]
    word = letters[0].body.partition("/dialogue/avis/")[2].split()[0]

    found, registration = survey_of(word)
    answer_survey(survey=found, registration=registration, marks=marks())

    assert len(letters) == 7, "the one who did not come is not asked"
    assert letters[0].to == [registration.delegate_email]
    with pytest.raises(Refused, match="survey_already_answered"):
        answer_survey(survey=found, registration=registration, marks=marks())
    assert SurveyAnswer.objects.count() == 1


def test_the_room_answers_once_per_browser_and_no_more_than_came_unregistered(survey, animator):
    organisation = who_came(survey.session)[0].organisation
    for name in ("Camille", "Dominique"):
        welcome_guest(session=survey.session, organisation=organisation, name=name, mode="on_site", by=animator)
    found = room_survey_of(room_word(survey))

    answer_in_room(survey=found, browser="un", marks=marks())
    with pytest.raises(Refused, match="browser_answered"):
        answer_in_room(survey=found, browser="un", marks=marks())
    with pytest.raises(Invalid, match="survey_incomplete"):
        answer_in_room(survey=found, browser="deux", marks={})
    answer_in_room(survey=found, browser="deux", marks=marks())
    with pytest.raises(Refused, match="room_answered"):
        answer_in_room(survey=found, browser="trois", marks=marks())
    everyone(survey, 1)

    assert SurveyAnswer.objects.count() == 3, "delegates still answer by their own links"
    for wrong in (survey_word(survey, who_came(survey.session)[0]), "faux"):
        with pytest.raises(Unknown, match="survey_link_unknown"):
            room_survey_of(wrong)
    close_survey(survey=survey, by=animator)
    with pytest.raises(Refused, match="survey_closed"):
        answer_in_room(survey=found, browser="quatre", marks=marks())


def test_nothing_kept_says_whose_an_answer_is(survey):
    before = Event.objects.count()
    everyone(survey, 3)

    registrations = Registration.objects.all()
    traces = {str(value) for row in registrations for value in (row.pk, row.uid, row.uid.hex, row.code, row.link_key)}
    columns = {field.name for field in SurveyAnswer._meta.get_fields()}
    assert columns == {"key", "survey", "marks", "nature", "words"}
    assert {field.name for field in SurveyTurnout._meta.get_fields()} == {"mark", "survey"}
    assert not traces & set(SurveyTurnout.objects.values_list("mark", flat=True))
    assert Event.objects.count() == before, "who answered, and when, is in no event"


def test_a_link_of_another_or_forged_answers_nothing(survey, animator):
    absent = Registration.objects.get(organisation__slug="structure-7")
    word = survey_word(survey, who_came(survey.session)[0])

    with pytest.raises(Refused, match="registration_gone"):
        answer_survey(survey=survey, registration=absent, marks=marks())
    for forged in (word[:-1] + ("a" if word[-1] != "a" else "b"), "rien", word.replace("~", "."), ""):
        with pytest.raises(Unknown, match="survey_link_unknown"):
            survey_of(forged)


@pytest.mark.parametrize("wrong", [{}, {"aims": 4}, marks(mark=9), marks(Subject.CYCLE)])
def test_a_sheet_that_is_not_whole_is_refused_and_the_link_still_serves(survey, wrong):
    registration = who_came(survey.session)[0]

    with pytest.raises(Invalid, match="survey_incomplete"):
        answer_survey(survey=survey, registration=registration, marks=wrong)
    with pytest.raises(Invalid, match="code_unknown"):
        answer_survey(survey=survey, registration=registration, marks=marks(), nature="<b>")
    answer_survey(survey=survey, registration=registration, marks=marks(), nature="PUBLIC")


def test_open_nothing_is_read_closed_only_counts_are_left(survey, animator):
    everyone(survey, 6)
    assert outcome_of(Survey.objects.get()) is None

    close_survey(survey=survey, by=animator)

    found = outcome_of(Survey.objects.get())
    assert found is not None
    assert found.answers == 6
    assert not SurveyAnswer.objects.exists()
    assert not SurveyTurnout.objects.exists()
    assert not SessionLetter.objects.filter(body__contains="/dialogue/avis/").exists()
    assert Survey.objects.get().words == ["Bien."] * 6
    with pytest.raises(Refused, match="survey_closed"):
        answer_survey(survey=survey, registration=who_came(survey.session)[6], marks=marks())


def test_five_answers_leave_their_number_and_nothing_else(survey, animator):
    everyone(survey, 5)
    close_survey(survey=survey, by=animator)

    row = Survey.objects.get()
    assert (row.received, row.outcome, row.words) == (5, {}, [])
    assert outcome_of(row) is None
    assert not SurveyAnswer.objects.exists()


def test_a_survey_closes_alone_after_its_day_and_takes_no_late_answer(survey):
    everyone(survey, 6)
    assert close_due_surveys(today=TOMORROW) == 0
    assert close_due_surveys(today=TOMORROW + dt.timedelta(days=1)) == 1
    assert close_due_surveys(today=TOMORROW + dt.timedelta(days=1)) == 0
    assert outcome_of(Survey.objects.get()) is not None


def test_a_synthesis_says_it_whether_drafted_before_or_after(survey, animator):
    draft_synthesis(session=survey.session, by=animator)
    assert "4,0 sur 4" not in Synthesis.objects.get().body
    everyone(survey, 6)

    close_survey(survey=survey, by=animator)

    body = Synthesis.objects.get().body
    assert "6 réponses anonymes" in body
    assert "J’ai pu dire ce que j’avais à dire. 4,0 sur 4" in body
    Synthesis.objects.all().delete()
    draft_synthesis(session=survey.session, by=animator)
    assert Synthesis.objects.get().body.count("6 réponses anonymes") == 1


def test_a_frozen_synthesis_does_not_move(survey, animator):
    frozen = freeze_synthesis(synthesis=draft_synthesis(session=survey.session, by=animator), by=animator)
    everyone(survey, 6)
    close_survey(survey=survey, by=animator)

    assert Synthesis.objects.get().body == frozen.body


def test_a_cycle_asks_each_organisation_once_about_trust_value_and_seven_approaches(animator):
    cycle = Cycle.objects.create(slug="essai", title="Essai")
    organisations = some_organisations(8)
    for number in (30, 31):
        held(animator, number=number, cycle="essai", organisations=organisations)

    survey = open_survey(about=cycle, closes_on=TOMORROW, by=animator)
    send_session_letters()
    words = [each.body for each in mail.outbox if "/dialogue/avis/" in each.body]
    first, last = Registration.objects.filter(organisation__slug="structure-0").order_by("session__number")
    answer_survey(survey=survey, registration=last, marks=marks(Subject.CYCLE))

    assert len(words) == 7
    with pytest.raises(Refused):
        answer_survey(survey=survey, registration=first, marks=marks(Subject.CYCLE))
    assert survey.subject == Subject.CYCLE
    assert len(codes_of(Subject.CYCLE)) == 13


def test_only_who_leads_opens_and_once_for_a_session_that_took_place(animator, django_user_model):
    visitor = django_user_model.objects.create_user("autre@exemple.test", "motdepasse-tres-long")
    coming = a_session(animator)
    with pytest.raises(Refused, match="session_state_refused"):
        open_survey(about=coming, closes_on=TOMORROW, by=animator)
    empty = hold_session(session=coming, by=animator)
    with pytest.raises(Refused, match="survey_needs_people"):
        open_survey(about=empty, closes_on=TOMORROW, by=animator)
    assert not Survey.objects.exists()
    session = held(animator, number=23)
    for closes_on, by, error in (
        (TODAY - dt.timedelta(days=1), animator, "day_is_past"),
        (TOMORROW, visitor, "animators_only"),
    ):
        with pytest.raises((Refused, Invalid), match=error):
            open_survey(about=session, closes_on=closes_on, by=by)
    survey = open_survey(about=session, closes_on=TOMORROW, by=animator)
    with pytest.raises(Refused, match="survey_exists"):
        open_survey(about=session, closes_on=TOMORROW, by=animator)
    with pytest.raises(Refused, match="animators_only"):
        close_survey(survey=survey, by=visitor)
