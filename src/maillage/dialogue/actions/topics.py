"""Writes the topics of a moment. Every writer holds the choice's row first: two posts at once take turns."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.dots import DOTS
from maillage.core.errors import Invalid, Refused
from maillage.core.rotation.shapes import LEAST, MOST
from maillage.dialogue.actions.programme import animators_only
from maillage.dialogue.actions.workshops import prepare_workshops
from maillage.dialogue.models import (
    AgendaMoment,
    Attendance,
    ChoiceState,
    Dot,
    MomentKind,
    Rotation,
    RotationMode,
    Topic,
    TopicChoice,
)
from maillage.dialogue.queries.members import Member, must_take_part, organisation_of, persons_of
from maillage.dialogue.queries.topics import best_of, count_of

CHOICE = "topic_choice"
"""The `target_type` of the events of a choice; the key is its uid."""
TOPICS = 60
"""Topics a choice may hold: beyond, nobody reads them all."""
TITLE = 300


@transaction.atomic
def open_topics(*, moment: AgendaMoment, tables: int, by: User) -> TopicChoice:
    """Let those who are there propose topics and place their dots; what was closed or settled opens again, dots kept.

    Raises Refused("animators_only", "not_a_workshop_moment" or "rotation_begun"), Invalid("workshops_out_of_range").
    """
    animators_only(by)
    if moment.kind != MomentKind.WORKSHOPS:
        raise Refused("not_a_workshop_moment")
    if not LEAST <= tables <= MOST:
        raise Invalid("workshops_out_of_range", least=LEAST, most=MOST)
    AgendaMoment.objects.select_for_update().get(pk=moment.pk)
    if Rotation.objects.filter(moment=moment, begun__gt=0).exists():
        raise Refused("rotation_begun")
    opened = {"tables": tables, "state": ChoiceState.OPEN, "closed_at": None, "result": []}
    choice, _ = TopicChoice.objects.update_or_create(moment=moment, defaults=opened)
    _log(choice, by=by, verb=Verb.CREATED)
    return choice


@transaction.atomic
def propose_topic(*, choice: TopicChoice, title: str, member: Member) -> Topic:
    """Propose a topic; the same words proposed twice are one topic, and one withdrawn comes back.

    Raises what `must_take_part` raises, Refused("choice_not_open" or "too_many_topics"), Invalid("topic_empty").
    """
    row = _open(choice)
    who = must_take_part(member)
    words = " ".join(title.replace("\x00", "").split())[:TITLE].strip()
    if not words:
        raise Invalid("topic_empty")
    known = Topic.objects.filter(choice=row, title__iexact=words).first()
    if known is None:
        if Topic.objects.filter(choice=row).count() >= TOPICS:
            raise Refused("too_many_topics", limit=TOPICS)
        return Topic.objects.create(choice=row, title=words, organisation=organisation_of(who))
    if known.is_withdrawn:
        known.is_withdrawn = False
        known.save(update_fields=["is_withdrawn"])
    return known


@transaction.atomic
def place_dots(*, topic: Topic, person: Attendance, dots: int, member: Member) -> int:
    """Set how many dots a person has on a topic, from 0 to what they have left. Sending it again changes nothing.

    `member`: who answers for that person, or an animateur who holds the pen for someone. Returns the dots left.
    Raises what `must_take_part` raises, Refused("choice_not_open", "not_your_dots", "person_left", "topic_gone" or
    "dots_spent"), Invalid("dots_out_of_range").
    """
    choice = _open(topic.choice)
    who = must_take_part(member)
    if person.session_id != choice.moment.session_id or not (
        who.is_leading or persons_of(who).filter(pk=person.pk).exists()
    ):
        raise Refused("not_your_dots")
    if Attendance.objects.filter(pk=person.pk, left_at__isnull=False).exists():
        raise Refused("person_left")
    current = Topic.objects.get(pk=topic.pk)
    if current.is_withdrawn or current.merged_into_id:
        raise Refused("topic_gone")
    if not 0 <= dots <= DOTS:
        raise Invalid("dots_out_of_range", most=DOTS)
    held = list(Dot.objects.filter(choice=choice, attendance=person).select_related("topic").order_by("number"))
    here = [dot for dot in held if current.pk in (dot.topic_id, dot.topic.merged_into_id)]
    if len(held) - len(here) + dots > DOTS:
        raise Refused("dots_spent", left=DOTS - len(held), most=DOTS)
    here.sort(key=lambda dot: dot.topic_id != current.pk)
    Dot.objects.filter(pk__in=[dot.pk for dot in here[dots:]]).delete()
    free = sorted(set(range(1, DOTS + 1)) - {dot.number for dot in held})
    more = max(0, dots - len(here))
    Dot.objects.bulk_create(
        Dot(choice=choice, topic=current, attendance=person, number=number) for number in free[:more]
    )
    return DOTS - (len(held) - len(here) + dots)


@transaction.atomic
def withdraw_topic(*, topic: Topic, member: Member) -> Topic:
    """Take a topic back, its dots given back to those who placed them; what was merged into it stands apart again.

    An animateur may; its organisation too, while no other organisation placed a dot on it.
    Raises what `must_take_part` raises, Refused("choice_not_open", "topic_not_yours" or "topic_chosen_by_others").
    """
    choice = _open(topic.choice)
    who = must_take_part(member)
    current = Topic.objects.get(pk=topic.pk)
    if not who.is_leading:
        homes = set(persons_of(who).values_list("organisation_id", flat=True))
        if current.organisation_id not in homes:
            raise Refused("topic_not_yours")
        if current.dots.exclude(attendance__organisation__in=homes).exists():
            raise Refused("topic_chosen_by_others")
    current.dots.all().delete()
    Topic.objects.filter(choice=choice, merged_into=current).update(merged_into=None)
    current.merged_into, current.is_withdrawn = None, True
    current.save(update_fields=["merged_into", "is_withdrawn"])
    return current


@transaction.atomic
def merge_topics(*, topic: Topic, into: Topic | None, by: User) -> Topic:
    """Count a topic, and those merged into it, with another; `into` None: apart again, with the dots placed on it.

    Raises Refused("animators_only", "choice_not_open", "topic_gone" or "topic_into_itself").
    """
    animators_only(by)
    choice = _open(topic.choice)
    current = Topic.objects.get(pk=topic.pk)
    if current.is_withdrawn:
        raise Refused("topic_gone")
    other = Topic.objects.filter(pk=into.pk, choice=choice, is_withdrawn=False).first() if into else None
    if into and other is None:
        raise Refused("topic_gone")
    if other and current.pk in (other.pk, other.merged_into_id):
        raise Refused("topic_into_itself")
    home = (other.merged_into or other) if other else None
    if home:
        Topic.objects.filter(merged_into=current).update(merged_into=home)
    current.merged_into = home
    current.save(update_fields=["merged_into"])
    return current


@transaction.atomic
def close_topics(*, choice: TopicChoice, by: User) -> TopicChoice:
    """No more topics, no more dots. Closing twice is closing once.

    Raises Refused("animators_only" or "too_few_topics").
    """
    animators_only(by)
    row = _locked(choice)
    if row.state != ChoiceState.OPEN:
        return row
    count = count_of(row)
    if len(count.topics) < row.tables:
        raise Refused("too_few_topics", count=len(count.topics), tables=row.tables)
    row.state, row.closed_at = ChoiceState.CLOSED, timezone.now()
    row.save(update_fields=["state", "closed_at"])
    _log(row, by=by, verb=Verb.CHANGED)
    return row


@transaction.atomic
def keep_topics(*, choice: TopicChoice, picked: Sequence[str] = (), minutes: int = 20, by: User) -> Rotation:
    """Make the best topics the workshops of the moment. `picked`: uids chosen by hand among those the dots left equal,
    as many as places are left; the choice is recorded.

    Raises Refused("animators_only", "choice_not_closed" or "topics_tied"), and what `prepare_workshops` raises.
    """
    animators_only(by)
    row = _locked(choice)
    if row.state != ChoiceState.CLOSED:
        raise Refused("choice_not_closed")
    count = count_of(row)
    found = best_of(row, count)
    if found is None:
        raise Refused("too_few_topics", count=len(count.topics), tables=row.tables)
    chosen = [uid for uid in found.tied if uid in set(picked)]
    if len(chosen) != found.left or set(picked) - set(chosen):
        raise Refused("topics_tied", left=found.left, tied=len(found.tied))
    kept = [*found.kept, *chosen]
    titles = {str(each.topic.uid): each.topic.title for each in count.topics}
    row.result = [
        {
            "title": each.topic.title,
            "dots": each.dots,
            "people": each.people,
            "kept": str(each.topic.uid) in kept,
            "by_hand": str(each.topic.uid) in chosen,
        }
        for each in sorted(count.topics, key=lambda each: -each.dots)
    ]
    row.state = ChoiceState.SETTLED
    row.save(update_fields=["state", "result"])
    _log(row, by=by, verb=Verb.DECIDED)
    return prepare_workshops(
        moment=row.moment, titles=[titles[uid] for uid in kept], mode=RotationMode.MIXING, minutes=minutes, by=by
    )


def _locked(choice: TopicChoice) -> TopicChoice:
    return TopicChoice.objects.select_for_update(of=("self",)).select_related("moment__session").get(pk=choice.pk)


def _open(choice: TopicChoice) -> TopicChoice:
    row = _locked(choice)
    if row.state != ChoiceState.OPEN:
        raise Refused("choice_not_open")
    return row


def _log(choice: TopicChoice, *, by: User, verb: Verb) -> None:
    facts = {
        "state": str(choice.state),
        "tables": choice.tables,
        "by_hand": sum(1 for each in choice.result if each["by_hand"]),
    }
    record_events(by=by, happened=[Happened(verb=verb, target_type=CHOICE, target_key=str(choice.uid), facts=facts)])
