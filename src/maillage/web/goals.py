"""The goals of one sheet, in words: those a person read again first, then those its sheet announces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from maillage.core.agenda import goals
from maillage.core.vocabulary import GoalRole
from maillage.inventory.models import Need, Programme, SdgTag, TagState


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalTold:
    """A goal, its short name, and who says what of it."""

    number: int
    short: str
    note: str


def goals_told(row: Programme | Need, *, declared: Iterable[int] = ()) -> list[GoalTold]:
    """The goals of a sheet or a need, one query; what a person refused is not told, what is only suggested neither."""
    tags = {tag.goal: tag for tag in row.sdg_tags.exclude(state=TagState.SUGGESTED)}
    accepted = [tag for _, tag in sorted(tags.items()) if tag.state == TagState.ACCEPTED]
    told = [_told(tag.goal, _note(tag)) for tag in accepted]
    return told + [
        _told(goal, gettext("annoncé par la fiche, pas encore relu")) for goal in declared if goal not in tags
    ]


def _told(number: int, note: str) -> GoalTold:
    return GoalTold(number=number, short=goals()[number].short(get_language() or "fr"), note=note)


def _note(tag: SdgTag) -> str:
    role = gettext(GoalRole(tag.role).label)
    target = gettext("cible %(code)s") % {"code": tag.target} if tag.target else ""
    return ", ".join(part for part in (role, target, gettext("relu par une personne")) if part)
