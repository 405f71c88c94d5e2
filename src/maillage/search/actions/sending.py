"""The postman: claims messages, hands them to the mail server, writes down what it said of each.

A message is claimed (`sending`), handed over, then marked `sent`, one by one. A process killed in between leaves it
`sending`; after STALE it goes out again with the same Message-ID, the same date and the same words. So no line is ever
lost, and no line is ever in two different messages; the one window left is between the server's « 250 » and our
mark: the very same message may then arrive twice, and mail programs know it by its Message-ID.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from maillage.search.actions.subscribing import pause
from maillage.search.letters import Letters
from maillage.search.models import OutgoingMail
from maillage.storage.rows import update_rows
from maillage.work.models import LetterState
from maillage.work.posting import Fate, hand_over, hang_up
from maillage.work.sending import FAILURES, claim, give_back, give_back_stale, put_off

CLAIMED = 200
"""Messages claimed at once."""
MANY, HANDS = 500, 3
"""From as many messages on, as many hands: ours, and the server's, work at the same time."""


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
    give_back_stale(OutgoingMail.objects)
    connection, letters = get_connection(), Letters()
    try:
        while not posted.is_down and (taken := _claim(only)):
            _send_claimed(taken, letters, connection, posted)
    finally:
        hang_up(connection)
    return posted


def send_all() -> Posted:
    """Send what waits, by several hands when there is much: a mail server answers each message in its own time.

    Each hand claims its own messages, over its own connections; together they do what one would.
    """
    if OutgoingMail.objects.filter(state=LetterState.WAITING, retry_at__lte=timezone.now()).count() < MANY:
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


def _claim(only: OutgoingMail | None) -> str:
    wanted = OutgoingMail.objects.filter(search__paused_at=None)
    return claim(wanted.filter(pk=only.pk) if only else wanted, many=CLAIMED)


def _send_claimed(taken: str, letters: Letters, connection: BaseEmailBackend, posted: Posted) -> None:
    mails = list(OutgoingMail.objects.filter(claimed_by=taken).select_related("search").order_by("id"))
    letters.read(mails)
    failures = 0
    for mail in mails:
        fate, words = hand_over(letters.message(mail, connection=connection), connection=connection)
        if fate == Fate.SENT:
            failures = 0
            posted.sent += 1
            mail.state, mail.sent_at, mail.claimed_by, mail.error = LetterState.SENT, timezone.now(), "", ""
            update_rows([mail], ["state", "sent_at", "claimed_by", "error"])
        elif fate == Fate.NEVER:
            posted.refused += 1
            _refuse(mail, words)
        else:
            posted.later += 1
            failures += fate == Fate.DOWN
            _mark(mail, **put_off(mail, words))
        if failures >= FAILURES:
            posted.is_down = True
            break
    give_back(OutgoingMail.objects.filter(claimed_by=taken))


def _mark(mail: OutgoingMail, **values: object) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(**values)


@transaction.atomic
def _refuse(mail: OutgoingMail, words: str) -> None:
    """The server says this address will never take it: the message is kept, the search is paused."""
    _mark(mail, state=LetterState.REFUSED, claimed_by="", attempts=mail.attempts + 1, error=words[:200])
    pause([mail.search], reason=words[:12])
