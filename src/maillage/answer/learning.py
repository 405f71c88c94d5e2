"""What a space taught us of its words: learnt one gesture at a time, shown, forgotten on demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from maillage.accounts.models import User
from maillage.actors.models import MembershipState
from maillage.actors.queries import memberships_of
from maillage.answer.models import LearntCorrection
from maillage.core.tagging import significant_stems
from maillage.core.tags import KINDS, Correction
from maillage.core.text import stems, tokens

MOST_WORDS = 12
"""Words kept of a need for an addition: a longer need says too much for one of its words to be the reason."""


def learnable(*, kind: str, code: str, right: bool, words: Iterable[str]) -> Correction | None:
    """The correction that these words teach: the evidence of a tag that is wrong, the need where one was missing.

    None when they say nothing that could be recognised in another need.
    """
    found = significant_stems(stems(" , ".join(words)))[:MOST_WORDS]
    return Correction(kind, code, right, found) if found and kind in KINDS else None


def surfaces(correction: Correction, text: str) -> str:
    """The words of a text behind the stems of a correction, as the person wrote them."""
    written = {token.stem: token.surface for token in reversed(tokens(text))}
    return ", ".join(written.get(stem, stem) for stem in correction.stems)[:200]


def learnt_by(user: User) -> QuerySet[LearntCorrection]:
    """The corrections of the space of an account: its own, and those of the organisations it works for."""
    homes = memberships_of(user).filter(state=MembershipState.CONFIRMED).values("organisation")
    return LearntCorrection.objects.filter(Q(user=user) | Q(organisation__in=homes)).order_by("id")


def corrections_of(user: User) -> tuple[Correction, ...]:
    """The same, ready to read a need with; one small query."""
    return tuple(Correction(row.kind, row.code, row.right, tuple(row.stems)) for row in learnt_by(user))


def learnt_export(user: User) -> list[Mapping[str, Any]]:
    """What an account taught, as plain data for the person to download."""
    rows = LearntCorrection.objects.filter(user=user).order_by("id")
    return [
        {"kind": row.kind, "code": row.code, "right": row.right, "words": row.words, "at": row.created_at.isoformat()}
        for row in rows
    ]
