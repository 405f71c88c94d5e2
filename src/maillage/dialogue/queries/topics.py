"""Reads of the topics of a moment: what was proposed, how many dots each has, who has dots left."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from django.db import connection

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


TOPICS = """
    SELECT c.id, c.state, t.uid, t.merged_into_id, t.is_withdrawn FROM dialogue_topicchoice c
    LEFT JOIN dialogue_topic t ON t.choice_id = c.id WHERE c.uid = %s ORDER BY t.id
"""
MINE = "SELECT topic_id FROM dialogue_dot WHERE choice_id = %s AND attendance_id = %s ORDER BY topic_id"
EVERYONES = "SELECT COUNT(*), MAX(id) FROM dialogue_dot WHERE choice_id = %s"


def marks_of(choice: str, *, person: int) -> Marks:
    """The marks of a choice (the 32 letters of its uid) for a person (a key, 0 for nobody).

    Two hundred pages ask it every five seconds: three queries in plain SQL, a tenth of what their objects cost.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOPICS, [choice])
        topics = cursor.fetchall()
        key = topics[0][0] if topics else 0
        cursor.execute(MINE, [key, person])
        mine = cursor.fetchall()
        cursor.execute(EVERYONES, [key])
        return Marks(shown=_digest(topics, mine), dots=_digest(topics, cursor.fetchone()))


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
