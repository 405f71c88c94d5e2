"""Reads of evaluations: who may answer, what they say once they are closed."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.crypto import salted_hmac

from maillage.accounts.models import User
from maillage.core.errors import Unknown
from maillage.core.surveying import Measured, Outcome
from maillage.dialogue.models import Attendance, Cycle, Registration, RegistrationState, Session, Survey, SurveyTurnout
from maillage.dialogue.queries.taking_part import organisations_of


def survey_known(uid: uuid.UUID) -> Survey:
    """The survey of this uid, with what it evaluates. Raises Unknown("survey_link_unknown")."""
    row = Survey.objects.select_related("session", "cycle").filter(uid=uid).first()
    if row is None:
        raise Unknown("survey_link_unknown")
    return row


def asked_by(survey: Survey) -> list[Registration]:
    """Who may answer: the confirmed registrations of the organisations that were there; for a cycle, the last one of
    each organisation."""
    about = {"session": survey.session} if survey.session_id else {"session__cycle": survey.cycle}
    there = set(Attendance.objects.filter(**about).values_list("session_id", "organisation_id"))
    rows = Registration.objects.filter(state=RegistrationState.CONFIRMED, **about)
    kept = {
        row.organisation_id: row
        for row in rows.select_related("organisation", "session").order_by("session__number", "rank")
        if (row.session_id, row.organisation_id) in there
    }
    return sorted(kept.values(), key=lambda row: row.rank)


def asked_of(survey: Survey, user: object) -> list[Registration]:
    """The registrations for which this person may answer: those of the organisations whose sheets they keep."""
    if survey.closed_at is not None or not isinstance(user, User):
        return []
    mine = {each.pk for each in organisations_of(user)}
    return [row for row in asked_by(survey) if row.organisation_id in mine] if mine else []


def turnout_mark(survey: Survey, registration: Registration) -> str:
    """What says that this registration answered; for a cycle, its organisation. 64 characters."""
    whom = registration.uid.hex if survey.session_id else f"organisation {registration.organisation_id}"
    return salted_hmac("maillage.dialogue.avis", f"{survey.uid.hex}:{whom}", algorithm="sha256").hexdigest()


def has_answered(survey: Survey, registration: Registration) -> bool:
    """Whether this registration already answered."""
    return SurveyTurnout.objects.filter(mark=turnout_mark(survey, registration)).exists()


ROOM = "room:"
"""What the marks of answers given from the room begin with."""


def room_mark(survey: Survey, browser: str) -> str:
    """What says that this browser answered from the room; `browser`: a word drawn at random that only it holds."""
    digest = salted_hmac("maillage.dialogue.salle", f"{survey.uid.hex}:{browser}", algorithm="sha256").hexdigest()
    return f"{ROOM}{digest[: 64 - len(ROOM)]}"


def has_answered_in_room(survey: Survey, browser: str) -> bool:
    """Whether this browser already answered."""
    return SurveyTurnout.objects.filter(mark=room_mark(survey, browser)).exists()


def seats_in_room(survey: Survey) -> int:
    """How many answers the room may give: the people noted present who hold no registration of theirs."""
    return Attendance.objects.filter(session=survey.session, registration=None).count() if survey.session_id else 0


def answers_from_room(survey: Survey) -> int:
    """How many it gave."""
    return SurveyTurnout.objects.filter(survey=survey, mark__startswith=ROOM).count()


def received(survey: Survey) -> int:
    """How many answers there are."""
    return survey.received if survey.closed_at else survey.answers.count()


def outcome_of(survey: Survey) -> Outcome | None:
    """What a closed survey says; None while it is open, or when too few answered."""
    plain = survey.outcome if survey.closed_at else {}
    if not plain:
        return None
    return Outcome(
        answers=plain["answers"],
        questions=_measured(plain["questions"]),
        natures={name: _measured(group) for name, group in plain["natures"].items()},
    )


def outcome_plain(found: Outcome | None) -> dict[str, Any]:
    """The same as plain data, {} for None."""
    if found is None:
        return {}
    return {
        "answers": found.answers,
        "questions": [_plain(each) for each in found.questions],
        "natures": {name: [_plain(each) for each in group] for name, group in found.natures.items()},
    }


def survey_of_session(session: Session) -> Survey | None:
    """The survey of a session."""
    return Survey.objects.select_related("session").filter(session=session).first()


def survey_of_cycle(cycle: Cycle) -> Survey | None:
    """The survey of a cycle."""
    return Survey.objects.select_related("cycle").filter(cycle=cycle).first()


def _measured(rows: list[dict[str, Any]]) -> tuple[Measured, ...]:
    return tuple(Measured(code=row["code"], counts=tuple(row["counts"]), mean=row["mean"]) for row in rows)


def _plain(measured: Measured) -> dict[str, Any]:
    return {"code": measured.code, "counts": list(measured.counts), "mean": measured.mean}
