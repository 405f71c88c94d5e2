"""Reads of needs studies: who may change one, where its file is, the needs coded from it, what their words suggest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from maillage.accounts.models import User
from maillage.accounts.queries import author_of, created_by
from maillage.core.errors import Ambiguous, Refused, Unknown
from maillage.core.records import StudyRecord
from maillage.core.tagging import Tag, natures_said, understand
from maillage.core.text import fold
from maillage.core.vocabulary import Status
from maillage.inventory.models import Need, NeedStudy
from maillage.territories.models import Territory
from maillage.territories.queries import resolve, search_places

STUDY = "study"
"""The `target_type` of a study's events; the key is its uid."""

SUGGESTED = ("stage", "nature", "audience", "categories")
"""The fields of a need that its words may suggest."""
MOST_CATEGORIES = 2
"""Categories suggested for one need: it is one line, not a study."""
OPEN = (Status.DRAFT.value, Status.REVIEW.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """One need as someone codes it. Fields left empty are suggested from its words; `place` None is the study's.

    `uid`: the need it corrects, "" for a new one.
    """

    text: str
    place: Territory | None = None
    stage: str = ""
    nature: str = ""
    audience: str = ""
    categories: tuple[str, ...] = ()
    uid: str = ""


def study_record(row: NeedStudy) -> StudyRecord:
    """The sheet as a frozen value."""
    names = "title publisher slug published_on method sample_size url summary source_name licence status".split()
    values: dict[str, Any] = {name: getattr(row, name) for name in names}
    return StudyRecord(**values, uid=str(row.uid), territory=row.territory.code if row.territory else "")


def may_edit_study(user: User, study: NeedStudy | None) -> bool:
    """Animateurs change any study; a contributor makes one, and changes their own until it is published."""
    if study is None or user.is_animator:
        return user.is_contributor
    mine = author_of(target_type=STUDY, target_key=str(study.uid)) == user.pk
    return user.is_contributor and mine and study.status in OPEN


def check_may_edit(user: User, study: NeedStudy | None) -> None:
    """Raises Refused("contributors_only" or "study_not_yours")."""
    if not user.is_contributor:
        raise Refused("contributors_only")
    if not may_edit_study(user, study):
        raise Refused("study_not_yours")


def studies_of(user: User) -> QuerySet[NeedStudy]:
    """The studies a person brought and that are not published yet, the latest first."""
    mine = created_by(user=user, target_type=STUDY)
    return NeedStudy.objects.filter(uid__in=mine, status__in=OPEN).order_by("-created_at", "-id")


def studies_to_review() -> QuerySet[NeedStudy]:
    """The studies submitted to the animateurs, the oldest first."""
    return NeedStudy.objects.filter(status=Status.REVIEW.value).order_by("created_at", "id")


def coded_needs(study: NeedStudy) -> QuerySet[Need]:
    """The needs coded from a study, in the order they were coded, those set aside left out."""
    rows = Need.objects.filter(study=study).exclude(status=Status.ARCHIVED.value)
    return rows.select_related("territory").prefetch_related("categories").order_by("id")


def document_path(sha256: str) -> Path:
    """Where the bytes of a document are."""
    return Path(settings.VAR) / "etudes" / f"{sha256}.pdf"


def suggestions(text: str) -> dict[str, dict[str, list[str]]]:
    """What the words of a need suggest, by field: codes, and the very words that say so."""
    understood = understand(text)
    found: dict[str, tuple[Tag, ...]] = {
        "stage": understood.stages[:1],
        "nature": natures_said(text)[:1],
        "audience": understood.audiences[:1],
        "categories": understood.categories[:MOST_CATEGORIES],
    }
    return {
        name: {
            "codes": [tag.code for tag in tags],
            "words": list(dict.fromkeys(word for tag in tags for word in tag.evidence)),
        }
        for name, tags in found.items()
        if tags
    }


def place_named(text: str) -> Territory | None:
    """The place a code or a name means, None for an empty text.

    Raises Unknown("territory_unknown") or Ambiguous("territory_ambiguous").
    """
    words = " ".join(text.split())
    if not words:
        return None
    if any(letter.isdigit() for letter in words):
        return resolve(words)
    hits = [hit for hit in search_places(words, 12) if fold(words) in (fold(hit.place.name), fold(hit.label))]
    if not hits:
        raise Unknown("territory_unknown", value=words[:100])
    if len(hits) > 1:
        raise Ambiguous("territory_ambiguous", value=words[:100], candidates=[hit.code for hit in hits])
    return resolve(hits[0].code)
