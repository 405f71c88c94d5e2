"""Demand as the commons holds it: needs people expressed, coded studies, searches without answer, funded projects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from maillage.core.coverage import Evidence, EvidenceKind
from maillage.core.coverage.demand import shown_in_public
from maillage.core.ranking.steps import STUDY, WORKS, step_said, themes_said
from maillage.core.text import fold
from maillage.core.vocabulary import GrantStatus, Stage, Status, categories
from maillage.core.weighing import weight
from maillage.coverage.geography import Reference
from maillage.inventory.models import Grant, Need, NeedOrigin, UnmetNeed

DROPPED = (GrantStatus.DROPPED.value,)
"""A project its bearer gave up proves nothing; one that was refused proves a need."""
STEPS = {STUDY: Stage.DESIGN.value, WORKS: Stage.DELIVERY.value}


def evidence(reference: Reference, *, until: dt.date | None = None) -> Iterator[Evidence]:
    """What people said they need, as far as it may be shown; `until`: only what was known at the end of that day."""
    yield from _needs(reference, until)
    yield from _searches(reference, until)


def _needs(reference: Reference, until: dt.date | None) -> Iterator[Evidence]:
    rows = Need.objects.filter(status=Status.PUBLISHED).select_related("territory", "study__territory")
    rows = rows.filter(created_at__date__lte=until) if until else rows
    for need in rows.prefetch_related("categories").order_by("pk"):
        study = need.study if need.origin == NeedOrigin.STUDY else None
        place = need.territory or (study.territory if study else None)
        yield Evidence(
            key=f"need {fold(need.text)[:300]} {place.code if place else ''}",
            kind=EvidenceKind.STUDY if study else EvidenceKind.DIRECT,
            places=reference.places_of(place.code) if place else (),
            categories=tuple(category.code for category in need.categories.all()),
            stage=need.stage,
            nature=need.nature,
            day=(study.published_on if study else None) or need.created_at.date(),
            name=f"need:{need.uid}",
        )


def _searches(reference: Reference, until: dt.date | None) -> Iterator[Evidence]:
    """Searches without answer, where at least `unmet.shown_from` fall in one cell; one whose words became a published
    need counts as that need only."""
    rows = UnmetNeed.objects.exclude(need__status=Status.PUBLISHED.value).prefetch_related("categories")
    rows = rows.filter(day__lte=until) if until else rows
    found = [(row, [category.code for category in row.categories.all()]) for row in rows.order_by("pk")]
    shown = shown_in_public((row.area, code) for row, codes in found for code in codes)
    for row, codes in found:
        kept = tuple(code for code in codes if (row.area, code) in shown)
        if kept:
            yield Evidence(
                key=f"search {row.pk}",
                kind=EvidenceKind.SEARCH,
                places=reference.places_of(row.area),
                categories=kept,
                day=row.day,
                name=f"search:{row.area}",
            )


GRANT_FIELDS = ("pk", "title", "territory__code", "siren", "categories", "year", "as_of")


def funded(reference: Reference, *, until: dt.date | None = None) -> Iterator[Evidence]:
    """What was asked for and funded. A project that several envelopes or years paid is one project: same words, same
    place, same bearer."""
    rows = Grant.objects.filter(gone_on=None).exclude(status__in=DROPPED)
    rows = rows.filter(created_at__date__lte=until) if until else rows
    for key, title, code, siren, stated, year, as_of in rows.order_by("pk").values_list(*GRANT_FIELDS).iterator():
        yield Evidence(
            key=f"grant {fold(title)} {code} {siren}",
            kind=EvidenceKind.FUNDED,
            places=reference.places_of(code) if code else (),
            categories=_themes(themes_said(title), stated),
            stage=STEPS.get(step_said(title), ""),
            day=dt.date(year, 7, 1) if year else as_of,
            name=f"grant:{key}",
        )


def _themes(words: Mapping[str, float], stated: tuple[str, ...]) -> tuple[str, ...]:
    """What the words of a project say, when they say it; else the list's own category, which is wider."""
    sure = tuple(code for code, points in words.items() if points >= weight("tagging", "threshold"))
    return tuple(code for code in sure or stated if code in categories())
