"""What the link of a letter carries: which link, which side, who is asked; signed, and void after a while."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core import signing

from maillage.core.errors import Invalid

SALT = "maillage.articulation.other-side"
AGE = dt.timedelta(days=60)
"""How long a letter can be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a letter asks: whether this link (by uid) exists, to this person (by key), for this side."""

    link: str
    side: str
    user: int


def link_token(asked: Asked) -> str:
    """What the address of a letter carries: signed, so that nobody makes one; it expires by itself."""
    return signing.dumps([asked.link, asked.side, asked.user], salt=SALT, compress=True)


def read_token(token: str) -> Asked:
    """What a letter asked. Raises Invalid("link_expired" or "link_unreadable")."""
    try:
        link, side, user = signing.loads(token, salt=SALT, max_age=AGE)
        return Asked(link=str(link), side=str(side), user=int(user))
    except signing.SignatureExpired as error:
        raise Invalid("link_expired") from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Invalid("link_unreadable") from error
