"""How long a form was open: a person takes some seconds to write, a program none."""

from __future__ import annotations

import time

from django.core import signing

from maillage.core.errors import Refused

SALT = "maillage.form"
LEAST_S = 3
"""Seconds between opening the form and sending it."""
LONGEST_S = 24 * 3600
"""After a day the mark is renewed: a form copied once cannot be sent for ever."""


def opened_now() -> str:
    """The signed moment a form carries."""
    return signing.dumps(int(time.time()), salt=SALT)


def opened_since(mark: str) -> int | None:
    """Seconds since the form was opened; None when the mark is not ours, or too old."""
    try:
        seconds = int(time.time()) - int(signing.loads(mark, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return seconds if 0 <= seconds <= LONGEST_S else None


def check_pace(mark: str) -> None:
    """Refuse what was sent too soon, or from a form that is not ours. Raises Refused("correction_too_fast")."""
    seconds = opened_since(mark)
    if seconds is None or seconds < LEAST_S:
        raise Refused("correction_too_fast")
