"""The space of a request: what an account, or a browser that was let to, taught us; what an account chose before."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from maillage.accounts.models import User
from maillage.answer.choosing import choices_of
from maillage.core.ranking.choices import Choice
from maillage.core.tags import Correction
from maillage.web.understanding import learnt_for


@dataclass(frozen=True, slots=True)
class Space:
    """What the needs of a space are read and ranked with."""

    learnt: tuple[Correction, ...] = ()
    choices: tuple[Choice, ...] = ()


NOBODY = Space()
"""The space of nobody in particular."""


def space_for(request: HttpRequest) -> Space:
    """The space of this request; two small queries for an account, none for a visitor."""
    choices = choices_of(request.user) if isinstance(request.user, User) else ()
    return Space(learnt_for(request), choices)
