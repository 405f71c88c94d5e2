"""From a national sheet to its local variants, field by field."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from django.utils import timezone

from maillage.accounts.models import User, Verb
from maillage.core.records import ProgrammeRecord, as_plain
from maillage.core.vocabulary import Status
from maillage.core.wording import because
from maillage.curation.models import Proposal, ProposalKind, ProposalState
from maillage.inventory.actions import put_programmes
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record, whole_programmes

ASLEEP = (Status.ARCHIVED.value, Status.MERGED.value)


@lru_cache(maxsize=1)
def followed_fields() -> Mapping[str, str]:
    """The fields a variant follows, each with why (`variants.toml`)."""
    text = files("maillage.curation").joinpath("variants.toml").read_text(encoding="utf-8")
    return {name: rule["why"] for name, rule in tomllib.loads(text)["fields"].items()}


def nationals_among(keys: Collection[int]) -> dict[int, ProgrammeRecord]:
    """The sheets of these keys that have local variants, as they are."""
    having = Programme.objects.filter(variant_of__in=keys).exclude(status__in=ASLEEP)
    found = set(having.values_list("variant_of_id", flat=True))
    if not found:
        return {}
    return {row.pk: programme_record(row) for row in whole_programmes(Programme.objects.filter(pk__in=found))}


def propagate(before: Mapping[int, ProgrammeRecord], *, told_by: Mapping[int, Proposal], by: User | None) -> int:
    """Carry to their variants what changed in these national sheets; in the caller's transaction.

    `before`: the sheets as they were, by key. `told_by`: the proposal that changed each, none when a person did. A
    field the variant had as the national sheet had it follows; one it had otherwise waits for a person, both values
    shown, when a source said it, and stays as it is when a person did. Returns how many variants changed or wait.
    """
    rows = whole_programmes(Programme.objects.filter(variant_of__in=before).exclude(status__in=ASLEEP))
    variants = list(rows.order_by("id"))
    if not variants:
        return 0
    keys = {row.variant_of_id for row in variants if row.variant_of_id}
    after = {row.pk: programme_record(row) for row in whole_programmes(Programme.objects.filter(pk__in=keys))}
    following: list[ProgrammeRecord] = []
    waiting: list[Proposal] = []
    for row in variants:
        key = row.variant_of_id or 0
        local, old, new = programme_record(row), before[key], after[key]
        changed = [name for name in followed_fields() if getattr(old, name) != getattr(new, name)]
        follow = [name for name in changed if getattr(local, name) == getattr(old, name)]
        if follow:
            following.append(replace(local, **{name: getattr(new, name) for name in follow}))
        other = [name for name in changed if name not in follow and getattr(local, name) != getattr(new, name)]
        if other and key in told_by:
            waiting.append(_asking(row, local, new, other, told_by[key]))
    put_programmes(following, by=by, verb=Verb.CHANGED)
    _ask(waiting)
    return len({record.uid for record in following} | {str(row.programme_id) for row in waiting})


def _asking(
    row: Programme, local: ProgrammeRecord, national: ProgrammeRecord, names: Sequence[str], told: Proposal
) -> Proposal:
    theirs = replace(local, **{name: getattr(national, name) for name in names})
    here, there = as_plain(local), as_plain(theirs)
    return Proposal(
        run=told.run,
        item=None,
        source=told.source,
        origin_id=f"variante:{row.slug}"[:200],
        kind=ProposalKind.UPDATE,
        programme=row,
        title=row.title,
        record=there,
        covers=list(names),
        differences=[{"field": name, "before": here[name], "after": there[name], "applied": False} for name in names],
        reasons=[_plain(national.title)],
        closes_on=theirs.closes_on,
    )


def _plain(title: str) -> list[object]:
    reason = because("national_changed", title=title)
    return [reason.code, dict(reason.facts)]


def _ask(waiting: Sequence[Proposal]) -> None:
    """Put the questions in the queue; an older one on the same variant is replaced."""
    for proposal in waiting:
        same = Proposal.objects.filter(
            source=proposal.source_id, origin_id=proposal.origin_id, state=ProposalState.PENDING
        )
        same.update(state=ProposalState.REPLACED, decided_at=timezone.now())
    Proposal.objects.bulk_create(waiting)
