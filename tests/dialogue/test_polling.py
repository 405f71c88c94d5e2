"""The day of a session, chosen by those who would come."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.polling import answer_dates, choose_date, propose_dates
from maillage.dialogue.queries.taking_part import date_counts
from tests.factories.dialogue import THURSDAY, a_session, some_organisations, speaker_of


def test_a_poll_counts_and_its_choice_is_the_day(animator):
    session = a_session(animator, announced=False, starts_at=None)
    one, two = some_organisations(2)
    days = [THURSDAY, THURSDAY + dt.timedelta(days=7)]
    propose_dates(session=session, dates=days, by=animator)
    first, second = session.date_options.all()
    user = speaker_of(one)
    answer_dates(session=session, organisation=one, answers={first.pk: "no", second.pk: "yes"}, by=user)
    answer_dates(session=session, organisation=one, answers={first.pk: "maybe"}, by=user)
    answer_dates(session=session, organisation=two, answers={second.pk: "yes"}, by=animator)

    with pytest.raises(Refused, match="registration_not_yours"):
        answer_dates(session=session, organisation=two, answers={first.pk: "yes"}, by=user)
    with pytest.raises(Invalid, match="date_unknown"):
        answer_dates(session=session, organisation=one, answers={0: "yes"}, by=user)
    with pytest.raises(Invalid, match="code_unknown"):
        answer_dates(session=session, organisation=one, answers={first.pk: "bof"}, by=user)
    propose_dates(session=session, dates=days, by=animator)

    assert [(each.yes, each.maybe, each.no) for each in date_counts(session)] == [(0, 1, 0), (2, 0, 0)]
    assert choose_date(option=second, by=animator).starts_at == days[1]
