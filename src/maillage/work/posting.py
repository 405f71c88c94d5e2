"""Handing one message to the mail server, and what it said of it."""

from __future__ import annotations

import logging
import smtplib
from enum import Enum

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)


class Fate(Enum):
    """What the server made of a message."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"
    DOWN = "down"


def hand_over(message: EmailMessage, *, connection: BaseEmailBackend) -> tuple[Fate, str]:
    """Give one message to the server, over the connection already open when there is one: its fate, and the words."""
    try:
        connection.open()
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        return (Fate.NEVER if code >= 500 else Fate.LATER), f"{code}"
    except smtplib.SMTPSenderRefused as error:
        return Fate.DOWN, f"{error.smtp_code} sender"
    except smtplib.SMTPDataError as error:
        return (Fate.NEVER if error.smtp_code >= 500 else Fate.LATER), f"{error.smtp_code}"
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("mail server: %s", type(error).__name__)
        hang_up(connection)
        return Fate.DOWN, type(error).__name__
    return Fate.SENT, ""


def hang_up(connection: BaseEmailBackend) -> None:
    """Close the connection, even when the server left first."""
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        logger.info("the mail server left first")
