"""Writes the letters of a session: words and calendar frozen here, sent by `sending`."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.conf import settings
from django.core.mail import make_msgid
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from maillage.dialogue.calendar import CANCEL, PUBLISH, session_calendar
from maillage.dialogue.links import invitation_word, registration_word, survey_word
from maillage.dialogue.models import FollowUp, Invitation, LetterKind, Registration, Session, SessionLetter, Survey
from maillage.dialogue.queries.programme import last_version, title_of
from maillage.storage.rows import insert_rows

WITH_CALENDAR = {
    LetterKind.CONFIRMED: PUBLISH,
    LetterKind.PROMOTED: PUBLISH,
    LetterKind.CHANGED: PUBLISH,
    LetterKind.SOON: PUBLISH,
    LetterKind.WITHDRAWN: CANCEL,
    LetterKind.CANCELLED: CANCEL,
}
"""The letters that carry a calendar entry, and what it says to a calendar."""


WITH_PROGRAMME = frozenset({LetterKind.CONFIRMED, LetterKind.PROMOTED, LetterKind.CHANGED, LetterKind.SOON})
"""The letters that carry the programme as it was last published."""


def write_to_delegate(registration: Registration, *, kind: LetterKind, once: str, to: str = "") -> None:
    """One letter to the delegate of a registration, or to another address of it. `once`: why, unique for ever."""
    email = to or registration.delegate_email
    if not email:
        return
    session = registration.session
    context = {
        "registration": registration,
        "link": f"{settings.SITE_URL}/dialogue/inscriptions/{registration_word(registration)}",
    }
    _write(session, kind=kind, email=email, once=f"{kind}:{registration.pk}:{once}", context=context, row=registration)


def write_invitation(invitation: Invitation) -> None:
    """The letter that asks an organisation to come; a new link makes a new letter."""
    context = {
        "invitation": invitation,
        "link": f"{settings.SITE_URL}/dialogue/invitations/{invitation_word(invitation)}",
    }
    once = f"invited:{invitation.pk}:{invitation.key}"
    _write(invitation.session, kind=LetterKind.INVITED, email=invitation.email, once=once, context=context, row=None)


def write_about_follow_up(follow_up: FollowUp, *, to: str, once: str, today: dt.date) -> int:
    """The letter that says a follow-up is late or to review. Returns 1 when it was written, 0 when it was before."""
    context = {
        "follow_up": follow_up,
        "late_days": (today - follow_up.due_on).days,
        "link": f"{settings.SITE_URL}/mon-espace/engagements",
    }
    words = f"due:{follow_up.pk}:{once}:{hashlib.sha256(to.encode()).hexdigest()[:16]}"
    before = SessionLetter.objects.filter(once=words).exists()
    _write(follow_up.session, kind=LetterKind.DUE, email=to, once=words, context=context, row=None)
    return int(not before)


def write_about_survey(survey: Survey, registration: Registration) -> None:
    """The letter that asks a delegate what a session, or its cycle, was worth. Closing the survey erases its body."""
    if not registration.delegate_email:
        return
    context = {
        "survey": survey,
        "organisation": registration.organisation,
        "link": f"{settings.SITE_URL}/dialogue/avis/{survey_word(survey, registration)}",
    }
    once = f"survey:{survey.uid.hex}:{registration.pk}"
    email = registration.delegate_email
    _write(registration.session, kind=LetterKind.SURVEY, email=email, once=once, context=context, row=registration)


def _write(
    session: Session,
    *,
    kind: LetterKind,
    email: str,
    once: str,
    context: dict[str, Any],
    row: Registration | None,
) -> None:
    now = timezone.now()
    with override("fr"):
        lines = _programme(session) if kind in WITH_PROGRAMME else []
        whole = {**context, "session": session, "kind": kind, "site": settings.SITE_URL, "programme": lines}
        body = render_to_string("mail/session.txt", whole).strip() + "\n"
        subject = f"[Maillage] Session {session.number} : {LetterKind(kind).label}"
    method = WITH_CALENDAR.get(kind, "")
    calendar = ""
    if method:
        calendar = session_calendar([session], name=f"Session {session.number}", method=method).decode()
    letter = SessionLetter(
        session=session,
        registration=row,
        kind=kind,
        email=email,
        subject=subject[:300],
        body=body,
        calendar=calendar,
        method=method,
        once=once[:160],
        message_id=make_msgid(domain="maillage"),
        retry_at=now,
        created_at=now,
    )
    insert_rows([letter], ignore_conflicts=True)


def _programme(session: Session) -> list[str]:
    """The hours and titles of the published programme, one line per moment; nothing while none is published."""
    version = last_version(session)
    moments = version.plain["moments"] if version else []
    return [f"{_hour(moment['starts_at'])} {title_of(moment)}".strip() for moment in moments]


def _hour(text: str) -> str:
    return f"{timezone.localtime(dt.datetime.fromisoformat(text)):%H:%M}" if text else ""
