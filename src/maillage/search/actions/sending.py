"""The postman: claims messages, hands them to the mail server, writes down what it said of each.

A message is claimed (`sending`), handed over, then marked `sent`, one by one. A process killed in between leaves it
`sending`; after STALE it goes out again with the same Message-ID, the same date and the same words. So no line is ever
lost, and no line is ever in two different messages; the one window left is between the server's « 250 » and our
mark: the very same message may then arrive twice, and mail programs know it by its Message-ID.
"""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from maillage.search.actions.subscribing import pause
from maillage.search.letters import Letters
from maillage.search.models import MailState, OutgoingMail
from maillage.storage.rows import update_rows
from maillage.work.posting import Fate, hand_over, hang_up

CLAIMED = 200
"""Messages claimed at once."""
STALE = dt.timedelta(minutes=15)
"""After that, a message still `sending` is the one of a process that died: no hand-over lasts as long."""
MANY, HANDS = 500, 3
"""From as many messages on, as many hands: ours, and the server's, work at the same time."""
FIRST_RETRY = dt.timedelta(minutes=5)
LAST_RETRY = dt.timedelta(days=1)
FAILURES = 3
"""Failures of the server in a row after which the run stops; what was not tried keeps its turn."""


@dataclass(slots=True)
class Posted:
    """What became of the messages of a run. `is_down`: the server did not answer, the rest waits."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    is_down: bool = False


def send(*, only: OutgoingMail | None = None) -> Posted:
    """Send what waits, or this one message; several runs at once share the work. Never raises for the server's sake."""
    posted = Posted()
    _give_back_stale()
    connection, letters = get_connection(), Letters()
    try:
        while not posted.is_down and (claim := _claim(only)):
            _send_claimed(claim, letters, connection, posted)
    finally:
        hang_up(connection)
    return posted


def send_all() -> Posted:
    """Send what waits, by several hands when there is much: a mail server answers each message in its own time.

    Each hand claims its own messages, over its own connections; together they do what one would.
    """
    if OutgoingMail.objects.filter(state=MailState.WAITING, retry_at__lte=timezone.now()).count() < MANY:
        return send()
    with ThreadPoolExecutor(HANDS) as hands:
        told = [hand.result() for hand in [hands.submit(_one_hand) for _ in range(HANDS)]]
    return Posted(
        sent=sum(one.sent for one in told),
        later=sum(one.later for one in told),
        refused=sum(one.refused for one in told),
        is_down=all(one.is_down for one in told),
    )


def _one_hand() -> Posted:
    try:
        return send()
    finally:
        database.close()


def _give_back_stale() -> None:
    limit = timezone.now() - STALE
    OutgoingMail.objects.filter(state=MailState.SENDING, claimed_at__lt=limit).update(
        state=MailState.WAITING, claimed_by=""
    )


def _claim(only: OutgoingMail | None) -> str:
    """Take up to CLAIMED messages for this process; returns the name of the claim, "" when nothing waits."""
    now = timezone.now()
    claim = uuid.uuid4().hex
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING, retry_at__lte=now, search__paused_at=None)
    if only:
        waiting = waiting.filter(pk=only.pk)
    with transaction.atomic():
        keys = list(waiting.order_by("id").values_list("pk", flat=True)[:CLAIMED])
        taken = OutgoingMail.objects.filter(pk__in=keys, state=MailState.WAITING)
        count = taken.update(state=MailState.SENDING, claimed_by=claim, claimed_at=now)
    return claim if count else ""


def _send_claimed(claim: str, letters: Letters, connection: BaseEmailBackend, posted: Posted) -> None:
    mails = list(OutgoingMail.objects.filter(claimed_by=claim).select_related("search").order_by("id"))
    letters.read(mails)
    failures = 0
    for mail in mails:
        fate, words = hand_over(letters.message(mail, connection=connection), connection=connection)
        if fate == Fate.SENT:
            failures = 0
            posted.sent += 1
            mail.state, mail.sent_at, mail.claimed_by, mail.error = MailState.SENT, timezone.now(), "", ""
            update_rows([mail], ["state", "sent_at", "claimed_by", "error"])
        elif fate == Fate.NEVER:
            posted.refused += 1
            _refuse(mail, words)
        else:
            posted.later += 1
            failures += fate == Fate.DOWN
            _put_off(mail, words)
        if failures >= FAILURES:
            posted.is_down = True
            break
    OutgoingMail.objects.filter(claimed_by=claim, state=MailState.SENDING).update(
        state=MailState.WAITING, claimed_by=""
    )


def _mark(mail: OutgoingMail, **values: object) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(**values)


def _put_off(mail: OutgoingMail, words: str) -> None:
    wait = min(FIRST_RETRY * 2 ** min(mail.attempts, 12), LAST_RETRY)
    _mark(
        mail,
        state=MailState.WAITING,
        claimed_by="",
        attempts=mail.attempts + 1,
        retry_at=timezone.now() + wait,
        error=words[:200],
    )


@transaction.atomic
def _refuse(mail: OutgoingMail, words: str) -> None:
    """The server says this address will never take it: the message is kept, the search is paused."""
    _mark(mail, state=MailState.REFUSED, claimed_by="", attempts=mail.attempts + 1, error=words[:200])
    pause([mail.search], reason=words[:12])
