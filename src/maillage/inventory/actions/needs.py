"""Needs that people signal."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.core.vocabulary import Status
from maillage.inventory.models import Category, Need, NeedOrigin
from maillage.territories.models import Territory

MAX_TEXT = 5000
"""Characters kept of a need."""


@transaction.atomic
def signal_need(
    *,
    text: str,
    territory: Territory | None,
    by: User | None,
    origin: str = NeedOrigin.GAP,
    stage: str = "",
    nature: str = "",
    audience: str = "",
    gap: str = "",
    categories: Iterable[str] = (),
) -> Need:
    """Keep a need someone met here. It waits for a person's review before it is shown.

    The event log keeps where and what kind, never the words.
    Raises Invalid("need_empty") or Invalid("need_too_long").
    """
    words = " ".join(text.split())
    if not words:
        raise Invalid("need_empty")
    if len(words) > MAX_TEXT:
        raise Invalid("need_too_long", length=len(words), limit=MAX_TEXT)
    need = Need.objects.create(
        text=words, territory=territory, origin=origin, stage=stage, nature=nature, audience=audience, gap=gap
    )
    need.categories.set(Category.objects.filter(code__in=list(categories)))
    facts = {"territory": territory.code if territory else "", "stage": stage, "nature": nature, "gap": gap}
    record_events(
        by=by, happened=[Happened(verb=Verb.SIGNALLED, target_type="need", target_key=str(need.uid), facts=facts)]
    )
    return need


NEED_MOVES = {Status.PUBLISHED: Verb.PUBLISHED, Status.ARCHIVED: Verb.ARCHIVED}
"""What a person may decide of a need to review, and the word the log keeps."""


@transaction.atomic
def review_need(*, need: Need, to: Status, by: User) -> Need:
    """Show a signalled need to everyone, or set it aside. Raises Refused("move_not_allowed") once decided."""
    if need.status != Status.REVIEW or to not in NEED_MOVES:
        raise Refused("move_not_allowed", current=need.status, wanted=to.value)
    need.status = to.value
    need.save(update_fields=["status"])
    record_events(by=by, happened=[Happened(verb=NEED_MOVES[to], target_type="need", target_key=str(need.uid))])
    return need
