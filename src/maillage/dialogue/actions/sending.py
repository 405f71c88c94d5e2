"""Hands the letters of sessions to the mail server, and writes down what it said of each.

A letter is claimed, handed over, then marked, one by one; a process killed in between leaves it claimed, and after
STALE it goes out again with the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from email.utils import format_datetime

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from maillage.dialogue.models import LetterState, SessionLetter
from maillage.work.posting import Fate, hand_over, hang_up

CLAIMED = 100
STALE = dt.timedelta(minutes=15)
FIRST_RETRY, LAST_RETRY = dt.timedelta(minutes=5), dt.timedelta(days=1)
FAILURES = 3
"""Failures of the server in a row after which the run stops."""


@dataclass(slots=True)
class LettersSent:
    """What became of the letters of a run."""

    sent: int = 0
    later: int = 0
    refused: int = 0


def send_session_letters() -> LettersSent:
    """Send what waits; several runs at once share the work. Never raises for the server's sake."""
    done = LettersSent()
    stale = SessionLetter.objects.filter(state=LetterState.SENDING, claimed_at__lt=timezone.now() - STALE)
    stale.update(state=LetterState.WAITING, claimed_by="")
    connection = get_connection()
    try:
        while claim := _claim():
            if not _send_claimed(claim, connection, done):
                break
    finally:
        hang_up(connection)
    return done


def _claim() -> str:
    now, claim = timezone.now(), uuid.uuid4().hex
    waiting = SessionLetter.objects.filter(state=LetterState.WAITING, retry_at__lte=now)
    with transaction.atomic():
        keys = list(waiting.order_by("id").values_list("pk", flat=True)[:CLAIMED])
        taken = SessionLetter.objects.filter(pk__in=keys, state=LetterState.WAITING)
        count = taken.update(state=LetterState.SENDING, claimed_by=claim, claimed_at=now)
    return claim if count else ""


def _send_claimed(claim: str, connection: BaseEmailBackend, done: LettersSent) -> bool:
    """Send these; False when the server no longer answers."""
    failures = 0
    for letter in SessionLetter.objects.filter(claimed_by=claim).order_by("id"):
        fate, words = hand_over(_message(letter, connection), connection=connection)
        failures = failures + 1 if fate == Fate.DOWN else 0
        _mark(letter, fate, words, done)
        if failures >= FAILURES:
            break
    left = SessionLetter.objects.filter(claimed_by=claim, state=LetterState.SENDING)
    left.update(state=LetterState.WAITING, claimed_by="")
    return failures < FAILURES


def _message(letter: SessionLetter, connection: BaseEmailBackend) -> EmailMessage:
    headers = {
        "Message-ID": letter.message_id,
        "Date": format_datetime(letter.created_at),
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMessage(
        subject=letter.subject, body=letter.body, to=[letter.email], headers=headers, connection=connection
    )
    if letter.calendar:
        message.attach("session.ics", letter.calendar.encode(), f"text/calendar; method={letter.method}")
    return message


def _mark(letter: SessionLetter, fate: Fate, words: str, done: LettersSent) -> None:
    values: dict[str, object] = {"claimed_by": "", "error": words[:200], "attempts": letter.attempts + 1}
    if fate == Fate.SENT:
        done.sent += 1
        values |= {"state": LetterState.SENT, "sent_at": timezone.now()}
    elif fate == Fate.NEVER:
        done.refused += 1
        values |= {"state": LetterState.REFUSED}
    else:
        done.later += 1
        wait = min(FIRST_RETRY * 2 ** min(letter.attempts, 12), LAST_RETRY)
        values |= {"state": LetterState.WAITING, "retry_at": timezone.now() + wait}
    SessionLetter.objects.filter(pk=letter.pk).update(**values)
