"""What those who keep a sheet alive see of it: its quality and what would raise it, since when nobody confirmed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from maillage.accounts.models import User
from maillage.core.quality import quality
from maillage.core.records import ProgrammeRecord
from maillage.curation.ladder import last_word
from maillage.inventory.keeping import editable_among
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record
from maillage.web.messages import reason_told


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityView:
    """The quality of a sheet out of a hundred, and what would raise it, in words."""

    percent: int
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A sheet as its keepers list it."""

    title: str
    slug: str
    status: str
    since: dt.date
    quality: QualityView
    may_edit: bool = False


def quality_view(record: ProgrammeRecord, *, today: dt.date) -> QualityView:
    """The quality of this sheet in words."""
    found = quality(record, today=today)
    return QualityView(percent=round(found.score * 100), advice=tuple(map(reason_told, found.advice)))


def kept_views(rows: Iterable[Programme], *, today: dt.date, by: User | None = None) -> list[Kept]:
    """These sheets, read by `whole_programmes`, as a list of things to do; `by`: who would change them."""
    rows = list(rows)
    editable = editable_among(by, rows) if by else frozenset()
    return [
        Kept(
            title=row.title,
            slug=row.slug,
            status=row.status,
            since=last_word(row),
            quality=quality_view(programme_record(row), today=today),
            may_edit=row.pk in editable,
        )
        for row in rows
    ]
