"""Reads of the topics of a moment: what was proposed, how many dots each has, who has dots left."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count as Counted
from django.db.models import Max

from maillage.core.dots import DOTS, Best, best
from maillage.dialogue.models import AgendaMoment, Attendance, Dot, Topic, TopicChoice
from maillage.dialogue.queries.members import Member, persons_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCount:
    """A topic that may be chosen. `dots`, from `people` persons, those of the topics merged into it too; `mine`: those
    of the person who looks."""

    topic: Topic
    dots: int
    people: int
    mine: int
    merged: tuple[Topic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Where a choice is. `topics` in the order they were proposed. `placed` dots by `people` persons; `left`:
    what the person who looks may still place."""

    topics: tuple[TopicCount, ...]
    withdrawn: tuple[Topic, ...]
    placed: int
    people: int
    left: int


def choice_of(moment: AgendaMoment) -> TopicChoice | None:
    """The choice of topics of a moment, None when it was never opened."""
    return TopicChoice.objects.filter(moment=moment).select_related("moment__session").first()


def count_of(choice: TopicChoice, *, person: Attendance | None = None) -> Count:
    """The topics and their dots, in two queries."""
    rows = list(Topic.objects.filter(choice=choice).select_related("organisation").order_by("id"))
    home = {row.pk: row.merged_into_id or row.pk for row in rows}
    placed = [
        (home[topic], by) for topic, by in Dot.objects.filter(choice=choice).values_list("topic_id", "attendance_id")
    ]
    dots, pairs = Counter(topic for topic, _ in placed), Counter(placed)
    people = Counter(topic for topic, _ in pairs)
    mine = person.pk if person else None
    return Count(
        topics=tuple(
            TopicCount(
                topic=row,
                dots=dots[row.pk],
                people=people[row.pk],
                mine=pairs[row.pk, mine] if mine else 0,
                merged=tuple(each for each in rows if each.merged_into_id == row.pk),
            )
            for row in rows
            if not row.is_withdrawn and row.merged_into_id is None
        ),
        withdrawn=tuple(row for row in rows if row.is_withdrawn),
        placed=len(placed),
        people=len({by for _, by in placed}),
        left=DOTS - sum(count for (_, by), count in pairs.items() if by == mine),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Two words for where a choice is. `shown` changes with its topics and the dots of the person who looks, `dots`
    with the topics and anyone's dots."""

    shown: str
    dots: str


def marks_of(choice: TopicChoice, *, person: Attendance | None) -> Marks:
    """The marks of a choice, in three small queries: what a page that is read again every few seconds asks first."""
    topics = list(Topic.objects.filter(choice=choice).order_by("id").values_list("uid", "merged_into", "is_withdrawn"))
    placed = Dot.objects.filter(choice=choice)
    mine = sorted(placed.filter(attendance=person).values_list("topic_id", flat=True)) if person else []
    dots = tuple(placed.aggregate(count=Counted("id"), last=Max("id")).values())
    return Marks(shown=_digest(choice.state, topics, mine), dots=_digest(choice.state, topics, dots))


def _digest(*said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def best_of(choice: TopicChoice, count: Count) -> Best | None:
    """What the dots settle; None while there are fewer topics than workshops."""
    if len(count.topics) < choice.tables:
        return None
    return best([(str(each.topic.uid), each.dots) for each in count.topics], places=choice.tables)


def placing_for(member: Member) -> list[Attendance]:
    """The persons in the room for whom a member places dots: theirs, or anyone for an animateur's hand."""
    rows = Attendance.objects.filter(session=member.session) if member.is_leading else persons_of(member)
    return list(rows.filter(left_at=None).select_related("organisation").order_by("organisation__name", "id"))
