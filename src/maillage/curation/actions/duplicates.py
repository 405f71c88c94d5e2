"""Look for the sheets that tell the same thing, and keep each pair with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone

from maillage.core.dedup import Pair, Verdict, actor_pairs, pairs
from maillage.core.errors import Refused
from maillage.curation.actions.merges import merge_programmes
from maillage.curation.merging import better_first, merge_rules
from maillage.curation.models import DuplicateVerdict, Merge, SheetKind
from maillage.curation.resemblance import (
    actor_sheets,
    awake_uids,
    is_worth_asking,
    known_verdicts,
    programme_sheets,
    told_reasons,
)
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record, whole_programmes

BATCH = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How many sheets were compared, and how many pairs are the same, doubtful, or merged by the rules."""

    sheets: int
    same: int
    doubtful: int
    merged: int = 0


def find_duplicates(*, kind: str = SheetKind.PROGRAMME, progress: Progress | None = None) -> Found:
    """Compare the sheets of the inventory with one another, and keep the pairs that are one, or may be.

    What people said of a pair holds for ever: it is never asked again. A pair that no longer looks alike leaves the
    queue. Written by transactions of 500: killed half-way, it is done again from the start and repeats nothing.
    Merges by itself only when `merging.toml` says so, and never a pair that someone undid or has an opinion on.
    """
    known = known_verdicts(kind=kind, awake=awake_uids(kind=kind))
    if kind == SheetKind.PROGRAMME:
        programmes = programme_sheets()
        named = {sheet.key: sheet for sheet in programmes}
        found = [
            pair
            for pair in pairs(programmes, known=known)
            if pair.by_person or is_worth_asking(named[pair.left], named[pair.right])
        ]
        count = len(programmes)
    else:
        actors = actor_sheets()
        count, found = len(actors), actor_pairs(actors, known=known)
    fresh = [pair for pair in found if not pair.by_person]
    for done, batch in _counted(fresh):
        _keep(kind, batch)
        if progress:
            progress(done, len(fresh))
    _forget_unlike(kind, fresh)
    merged = _merge_the_safe(fresh) if kind == SheetKind.PROGRAMME and merge_rules().is_automatic else 0
    same = sum(pair.verdict is Verdict.SAME for pair in fresh)
    return Found(sheets=count, same=same, doubtful=len(fresh) - same, merged=merged)


def _counted(found: Sequence[Pair]) -> Iterator[tuple[int, list[Pair]]]:
    rest, done = iter(found), 0
    while batch := list(islice(rest, BATCH)):
        done += len(batch)
        yield done, batch


@transaction.atomic
def _keep(kind: str, found: Iterable[Pair]) -> None:
    rows = []
    for pair in found:
        left, right = sorted(pair.keys)
        rows.append(
            DuplicateVerdict(
                kind=kind,
                left=left,
                right=right,
                verdict=pair.verdict.value,
                weight=round(pair.points, 4),
                reasons=told_reasons(pair),
                found_at=timezone.now(),
            )
        )
    DuplicateVerdict.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "left", "right"],
        update_fields=["verdict", "weight", "reasons", "found_at"],
    )


@transaction.atomic
def _forget_unlike(kind: str, found: Iterable[Pair]) -> None:
    """Pairs nobody judged and that no longer look alike: different."""
    alike = {tuple(sorted(pair.keys)) for pair in found}
    waiting = DuplicateVerdict.objects.filter(kind=kind, human="").exclude(verdict=Verdict.DIFFERENT.value)
    gone = [key for key, left, right in waiting.values_list("id", "left", "right") if (left, right) not in alike]
    for start in range(0, len(gone), BATCH):
        DuplicateVerdict.objects.filter(pk__in=gone[start : start + BATCH]).update(verdict=Verdict.DIFFERENT.value)


def _merge_the_safe(found: Sequence[Pair]) -> int:
    """Merge, by nobody and for everybody to see, the pairs the engine is sure of."""
    undone = {frozenset(pair) for pair in Merge.objects.values_list("kept", "absorbed")}
    merged = 0
    for pair in found:
        if pair.verdict is not Verdict.SAME or pair.keys in undone:
            continue
        rows = {str(row.uid): row for row in whole_programmes(Programme.objects.filter(uid__in=pair.keys))}
        kept, absorbed = better_first(*(programme_record(rows[key]) for key in sorted(pair.keys)))
        try:
            merge_programmes(kept=rows[kept.uid], absorbed=rows[absorbed.uid], by=None)
        except Refused:
            continue
        merged += 1
    return merged
