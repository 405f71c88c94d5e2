"""The addresses that sheets give: which are due to be asked, which no longer answer, which moved. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from maillage.core.weighing import weight
from maillage.curation.models import CheckedAddress, MoveState
from maillage.inventory.models import Programme
from maillage.inventory.queries import published_programmes, whole_programmes

FIELDS = ("source_url", "contact_url")
"""The addresses of a sheet that are asked."""


def given_addresses() -> set[str]:
    """Every address that a published sheet gives."""
    rows = published_programmes().values_list(*FIELDS)
    return {url for pair in rows.iterator(chunk_size=5000) for url in pair if url}


def sheets_giving(url: str) -> list[Programme]:
    """The sheets that give this address, published or not."""
    given = Q(source_url=url) | Q(contact_url=url)
    return list(whole_programmes(Programme.objects.filter(given)).order_by("id"))


def due(now: dt.datetime, *, at_most: int) -> list[CheckedAddress]:
    """The addresses to ask now: never asked, failing and not asked today, asked a month ago. Nobody's are left out."""
    month = now - dt.timedelta(days=weight("freshness", "recheck_days"))
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    late = Q(checked_at=None) | Q(checked_at__lt=month) | Q(failures__gt=0, checked_at__lt=midnight)
    rows = CheckedAddress.objects.filter(late).order_by(F("checked_at").asc(nulls_first=True), "id")
    given = given_addresses()
    return [row for row in rows.iterator(chunk_size=2000) if row.url in given][:at_most]


def dead_addresses() -> QuerySet[CheckedAddress]:
    """The addresses that failed on enough different days, the longest silent first."""
    rows = CheckedAddress.objects.filter(failures__gte=int(weight("freshness", "dead_after")))
    return rows.order_by(F("ok_at").asc(nulls_first=True), "id")


def dead_among(urls: Iterable[str]) -> list[CheckedAddress]:
    """Among these addresses, those to check."""
    wanted = [url for url in urls if url]
    return list(dead_addresses().filter(url__in=wanted)) if wanted else []


def moved_addresses() -> QuerySet[CheckedAddress]:
    """The addresses whose site says that they moved for good, and that nobody decided on."""
    return CheckedAddress.objects.filter(move=MoveState.PENDING).order_by("id")
