"""The message of a letter of a session, and the sending of those that wait."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from maillage.dialogue.models import SessionLetter
from maillage.work.sending import LettersSent, message_of, send_waiting


def send_session_letters() -> LettersSent:
    """Send what waits; several runs at once share the work. Never raises for the server's sake."""
    return send_waiting(SessionLetter, _message)


def _message(letter: SessionLetter, connection: BaseEmailBackend) -> EmailMessage:
    message = message_of(letter, to=letter.email, connection=connection)
    if letter.calendar:
        message.attach("session.ics", letter.calendar.encode(), f"text/calendar; method={letter.method}")
    return message
