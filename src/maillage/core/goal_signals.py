"""Goals of the Agenda 2030 suggested for a sheet or a need, only where two independent signals agree.

Signal 1, the words: the text says words of the goal. Signal 2, the subject: a subject of the sheet calls for the goal
(`lexicon/categories.toml`). A subject someone declared is independent of the text; one that was read in the text counts
only by words that did not already speak for the goal. Goal 17 asks for the nature « catalyse » as its second signal.
Nothing here is published: a person accepts or refuses. Method: docs/method/odd.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from maillage.core.agenda import TRANSVERSAL
from maillage.core.lexicon.lists import words_of
from maillage.core.tagging import Tag, goals_said, understand
from maillage.core.vocabulary import GoalRole, Nature


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSuggestion:
    """A goal both signals agree on: the words that say it, the codes of the subjects that call for it, its likely role.

    `role` is direct for the first goal of a subject, indirect for its others; only a person sees an obstacle.
    `subjects` is empty for goal 17, which the nature of the offer confirms.
    """

    goal: int
    role: GoalRole
    words: tuple[str, ...]
    subjects: tuple[str, ...]


def suggested_goals(
    text: str, *, categories: Collection[str] = (), natures: Collection[str] = ()
) -> tuple[GoalSuggestion, ...]:
    """The goals that the words of `text` and its subjects both say, the most said first.

    `categories`: the subjects that a person or a source declared; when there are none they are read in the text.
    `natures`: the natures of engineering declared.
    """
    read = () if categories else understand(text).categories
    found = (_agreed(tag, categories, read, natures) for tag in goals_said(text))
    return tuple(one for one in found if one)


def _agreed(
    tag: Tag, declared: Collection[str], read: Collection[Tag], natures: Collection[str]
) -> GoalSuggestion | None:
    goal = int(tag.code)
    if goal == TRANSVERSAL:
        agreed = Nature.CATALYST in natures
        return GoalSuggestion(goal=goal, role=GoalRole.DIRECT, words=tag.evidence, subjects=()) if agreed else None
    other = [subject.code for subject in read if set(subject.evidence) - set(tag.evidence)]
    ranks = _ranks(tag.code, (*declared, *other))
    if not ranks:
        return None
    role = GoalRole.INDIRECT if min(ranks.values()) else GoalRole.DIRECT
    subjects = tuple(sorted(ranks, key=lambda code: (ranks[code], code)))
    return GoalSuggestion(goal=goal, role=role, words=tag.evidence, subjects=subjects)


def _ranks(goal: str, subjects: Collection[str]) -> dict[str, int]:
    """The subjects that call for this goal, each with its place among those it calls for."""
    known = words_of("categories")
    return {code: known[code].sdg.index(goal) for code in subjects if code in known and goal in known[code].sdg}
