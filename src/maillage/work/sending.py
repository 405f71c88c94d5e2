"""Hands the letters a room keeps in a table to the mail server, and writes down what it said of each.

A letter is claimed, handed over, then marked, one by one; a process killed in between leaves it claimed, and after
STALE it goes out again with the same words and the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from maillage.work.models import Letter, LetterState, Outgoing
from maillage.work.posting import Fate, hand_over, hang_up

CLAIMED = 100
STALE = dt.timedelta(minutes=15)
"""After that, a letter still `sending` is the one of a process that died: no hand-over lasts as long."""
FIRST_RETRY, LAST_RETRY = dt.timedelta(minutes=5), dt.timedelta(days=1)
FAILURES = 3
"""Failures of the server in a row after which the run stops; what was not tried keeps its turn."""

Message = Callable[[Any, BaseEmailBackend], EmailMessage]
"""The message of a row, for a connection."""


@dataclass(slots=True)
class LettersSent:
    """What became of the letters of a run."""

    sent: int = 0
    later: int = 0
    refused: int = 0


def message_of(letter: Letter, *, to: str, connection: BaseEmailBackend) -> EmailMessage:
    """The message of a letter, the same each time it is made."""
    headers = {
        "Message-ID": letter.message_id,
        "Date": format_datetime(letter.created_at),
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject=letter.subject, body=letter.body, to=[to], headers=headers, connection=connection)


def send_waiting(letters: type[Letter], message: Message) -> LettersSent:
    """Send what waits; several runs at once share the work. Never raises for the server's sake."""
    done = LettersSent()
    rows: Any = letters._default_manager
    give_back_stale(rows)
    connection = get_connection()
    try:
        while taken := claim(rows):
            if not _send_claimed(rows, taken, connection, message, done):
                break
    finally:
        hang_up(connection)
    return done


def claim(rows: Any, *, many: int = CLAIMED) -> str:
    """Take up to so many of these rows that wait for this process: the name of the claim, "" when nothing waits."""
    now, name = timezone.now(), uuid.uuid4().hex
    waiting = rows.filter(state=LetterState.WAITING, retry_at__lte=now)
    with transaction.atomic():
        keys = list(waiting.order_by("id").values_list("pk", flat=True)[:many])
        taken = rows.model._default_manager.filter(pk__in=keys, state=LetterState.WAITING)
        count = taken.update(state=LetterState.SENDING, claimed_by=name, claimed_at=now)
    return name if count else ""


def give_back(claimed: Any) -> None:
    """Let wait again what these rows hold that was not tried."""
    claimed.filter(state=LetterState.SENDING).update(state=LetterState.WAITING, claimed_by="")


def give_back_stale(rows: Any) -> None:
    """Let wait again what a process that died left `sending`."""
    give_back(rows.filter(claimed_at__lt=timezone.now() - STALE))


def put_off(letter: Outgoing, words: str) -> dict[str, object]:
    """What to write of a letter the server would not take yet: the next try comes later each time."""
    wait = min(FIRST_RETRY * 2 ** min(letter.attempts, 12), LAST_RETRY)
    return {
        "state": LetterState.WAITING,
        "claimed_by": "",
        "attempts": letter.attempts + 1,
        "retry_at": timezone.now() + wait,
        "error": words[:200],
    }


def _send_claimed(rows: Any, taken: str, connection: BaseEmailBackend, message: Message, done: LettersSent) -> bool:
    """Send these; False when the server no longer answers."""
    failures = 0
    for letter in rows.filter(claimed_by=taken).order_by("id"):
        fate, words = hand_over(message(letter, connection), connection=connection)
        failures = failures + 1 if fate == Fate.DOWN else 0
        rows.filter(pk=letter.pk).update(**_marked(letter, fate, words, done))
        if failures >= FAILURES:
            break
    give_back(rows.filter(claimed_by=taken))
    return failures < FAILURES


def _marked(letter: Any, fate: Fate, words: str, done: LettersSent) -> dict[str, object]:
    values: dict[str, object] = {"claimed_by": "", "error": words[:200], "attempts": letter.attempts + 1}
    if fate == Fate.SENT:
        done.sent += 1
        return values | {"state": LetterState.SENT, "sent_at": timezone.now()}
    if fate == Fate.NEVER:
        done.refused += 1
        return values | {"state": LetterState.REFUSED}
    done.later += 1
    return put_off(letter, words)
