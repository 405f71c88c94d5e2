"""Reads of goals: what the published sheets do for each, and who said so; a territory's own targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, QuerySet

from maillage.accounts.memory import kept_until
from maillage.core.agenda import goals, targets
from maillage.core.vocabulary import Status
from maillage.inventory.models import LocalTarget, Need, Programme, SdgTag, TagState
from maillage.inventory.queries import PROGRAMME, published_programmes

SDG_TAG = "sdg_tag"
"""The `target_type` of the events of goals; the key is the goal's row, or `suggestions` for a whole search."""

LOCAL_TARGET = "local_target"
"""The `target_type` of a local target's events."""


class Mark(StrEnum):
    """How sure it is that a sheet serves a goal: a person said so, with a role; its source did; two signals do."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    OBSTACLE = "obstacle"
    DECLARED = "declared"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCount:
    """What is known of one goal: sheets by how sure, each once; published needs that a person said it is about."""

    goal: int
    direct: int = 0
    indirect: int = 0
    obstacle: int = 0
    declared: int = 0
    suggested: int = 0
    needs: int = 0

    @property
    def reviewed(self) -> int:
        """Sheets a person said serve it, directly or not; those that hinder it are told apart."""
        return self.direct + self.indirect

    @property
    def total(self) -> int:
        """Sheets known to serve it, by a person or by their source."""
        return self.reviewed + self.declared


@kept_until(PROGRAMME, SDG_TAG)
def marks() -> Mapping[str, Mapping[int, Mark]]:
    """For each published sheet (by slug) that has one: its goals, each with how sure it is; refused ones left out."""
    found: dict[int, dict[int, Mark]] = {}
    slugs: dict[int, str] = {}
    for key, slug, declared in published_programmes().order_by().values_list("pk", "slug", "sdgs"):
        slugs[key] = slug
        if declared:
            found[key] = {int(goal): Mark.DECLARED for goal in declared}
    tags = SdgTag.objects.filter(programme__isnull=False).values_list("programme_id", "goal", "role", "state")
    for key, goal, role, state in tags:
        mine = found.setdefault(key, {})
        if state == TagState.ACCEPTED:
            mine[goal] = Mark(role)
        elif state == TagState.REFUSED:
            mine.pop(goal, None)
        else:
            mine.setdefault(goal, Mark.SUGGESTED)
    return {slugs[key]: mine for key, mine in found.items() if mine and key in slugs}


def coverage(slugs: Collection[str] | None = None) -> list[GoalCount]:
    """What the published sheets do for each of the 17 goals; of these sheets only when `slugs` are given.

    Needs are counted over the whole commons, whatever the list. One query, or none when nothing changed since.
    """
    known = marks()
    wanted = known.values() if slugs is None else (known[slug] for slug in slugs if slug in known)
    counts: Counter[tuple[int, Mark]] = Counter()
    for mine in wanted:
        counts.update(mine.items())
    needs = needs_by_goal()
    return [
        GoalCount(goal=goal, needs=needs.get(goal, 0), **{mark.value: counts[goal, mark] for mark in Mark})
        for goal in goals()
    ]


def needs_by_goal() -> dict[int, int]:
    """How many published needs a person said to be about each goal."""
    rows = SdgTag.objects.filter(need__status=Status.PUBLISHED.value, state=TagState.ACCEPTED).order_by()
    return dict(rows.values_list("goal").annotate(count=Count("id")))


def sheets_of_goal(goal: int, slugs: Collection[str] | None = None) -> list[tuple[str, Mark]]:
    """The published sheets of a goal (by slug), the surest first."""
    order = list(Mark)
    found = [(slug, mine[goal]) for slug, mine in marks().items() if goal in mine]
    kept = found if slugs is None else [(slug, mark) for slug, mark in found if slug in slugs]
    return sorted(kept, key=lambda row: (order.index(row[1]), row[0]))


def goals_of(row: Programme | Need) -> list[SdgTag]:
    """The goals of one sheet or need that a person accepted, in their order."""
    return list(row.sdg_tags.filter(state=TagState.ACCEPTED).order_by("goal"))


def refused_goals(row: Programme | Need) -> frozenset[int]:
    """The goals a person said this sheet or need is not about."""
    return frozenset(row.sdg_tags.filter(state=TagState.REFUSED).values_list("goal", flat=True))


def goals_to_review(goal: int | None = None) -> QuerySet[SdgTag]:
    """The suggestions that wait for a person, on published sheets and needs, goal by goal."""
    rows = SdgTag.objects.filter(state=TagState.SUGGESTED).select_related("programme", "need__territory")
    shown = rows.exclude(programme__isnull=False, programme__status__in=_HIDDEN)
    shown = shown.exclude(need__isnull=False, need__status__in=_HIDDEN)
    return (shown if goal is None else shown.filter(goal=goal)).order_by("goal", "id")


_HIDDEN = tuple(code for code in Status.codes() if code != Status.PUBLISHED)


def local_targets(*, territories: Iterable[str] | None = None, goal: int | None = None) -> list[LocalTarget]:
    """The published local targets, of these territories (typed codes) and this goal when they are given."""
    rows = LocalTarget.objects.filter(status=Status.PUBLISHED.value).select_related("territory")
    if territories is not None:
        rows = rows.filter(territory__code__in=list(territories))
    if goal is not None:
        rows = rows.filter(target__in=[code for code, target in targets().items() if target.goal == goal])
    order = list(targets())
    return sorted(rows, key=lambda row: (order.index(row.target), row.territory.name, row.text))
