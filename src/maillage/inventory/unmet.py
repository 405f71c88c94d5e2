"""Needs that found nothing, counted: a figure is shown from five on, and a place below five is not named."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from maillage.core.vocabulary import Status
from maillage.core.weighing import weight
from maillage.inventory.models import UnmetNeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Figures by code, the largest first; `fewer`: whether others exist below the threshold, unnamed."""

    shown: tuple[tuple[str, int], ...]
    fewer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One signal in a list: its month only. `need`: the key of its published words, "" without."""

    month: dt.date
    area: str
    kind: str
    need: str = ""


def unmet_by_category(*, area: str = "") -> Counted:
    """Category code → signals, in one area or all."""
    rows = _chosen(area=area)
    return _counted(rows.exclude(categories=None).values_list("categories__code", flat=True))


def unmet_by_area(*, category: str = "") -> Counted:
    """Area code → signals, of one category or all."""
    return _counted(_chosen(category=category).values_list("area", flat=True))


def unmet_lines(*, area: str = "", category: str = "") -> tuple[Line, ...] | None:
    """The signals behind a figure, the last first; None when they are too few to be shown."""
    rows = _chosen(area=area, category=category).select_related("need").order_by("-day", "-id")
    if rows.count() < weight("unmet", "shown_from"):
        return None
    return tuple(
        Line(
            month=row.day.replace(day=1),
            area=row.area,
            kind=row.get_kind_display(),
            need=str(row.need.uid) if row.need and row.need.status == Status.PUBLISHED else "",
        )
        for row in rows[:200]
    )


def _chosen(*, area: str = "", category: str = "") -> QuerySet[UnmetNeed]:
    rows = UnmetNeed.objects.all()
    rows = rows.filter(area=area) if area else rows
    return rows.filter(categories__code=category) if category else rows


def _counted(codes: QuerySet[UnmetNeed, str]) -> Counted:
    counts = Counter(codes)
    least = weight("unmet", "shown_from")
    shown = sorted(
        ((code, count) for code, count in counts.items() if count >= least), key=lambda pair: (-pair[1], pair[0])
    )
    return Counted(shown=tuple(shown), fewer=len(shown) < len(counts))
