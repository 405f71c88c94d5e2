"""The topics of the workshops, proposed by those who are there and chosen with dots."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.core.dots import DOTS
from maillage.core.rotation.shapes import LEAST, MOST
from maillage.dialogue.models.registrations import Attendance
from maillage.dialogue.models.sessions import AgendaMoment
from maillage.storage.fields import one_code


class ChoiceState(models.TextChoices):
    """How far a choice of topics is."""

    OPEN = "open", _("ouvert")
    CLOSED = "closed", _("clos")
    SETTLED = "settled", _("devenu les ateliers")


class TopicChoice(models.Model):
    """The choice, with dots, of the topics of the workshops of a moment.

    `tables`: how many topics become workshops. `result`, once settled: per topic its title, dots, people, whether it
    is kept, and whether a hand chose it among equals.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    moment = models.OneToOneField(AgendaMoment, on_delete=models.CASCADE, related_name="choice")
    tables = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=ChoiceState.choices, default=ChoiceState.OPEN)
    result = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_code("state", ChoiceState.values, name="choice_state_known"),
            models.CheckConstraint(condition=Q(tables__gte=LEAST, tables__lte=MOST), name="choice_tables"),
            models.CheckConstraint(
                condition=Q(state=ChoiceState.OPEN, closed_at=None)
                | (~Q(state=ChoiceState.OPEN) & Q(closed_at__isnull=False)),
                name="choice_closed_when",
            ),
        ]

    def __str__(self) -> str:
        return f"choice of {self.moment_id} {self.state}"


class Topic(models.Model):
    """Something proposed for a workshop. Merged into another, its dots count there; withdrawn, they are given back.

    `organisation`: whose delegate proposed it, None for an animateur.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    choice = models.ForeignKey(TopicChoice, on_delete=models.CASCADE, related_name="topics")
    title = models.CharField(max_length=300)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="session_topics"
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged")
    is_withdrawn = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["choice", "id"]
        constraints = [
            models.UniqueConstraint(fields=["choice", "title"], name="topic_once"),
            models.CheckConstraint(condition=~Q(title=""), name="topic_says_something"),
            models.CheckConstraint(condition=Q(merged_into=None) | Q(is_withdrawn=False), name="topic_merged_or_gone"),
            models.CheckConstraint(condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="topic_in_another"),
        ]

    def __str__(self) -> str:
        return self.title


class Dot(models.Model):
    """One dot of one person, on a topic. `number`, from 1: the database itself gives nobody one dot too many."""

    choice = models.ForeignKey(TopicChoice, on_delete=models.CASCADE, related_name="dots")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="dots")
    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="dots")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["choice", "attendance", "number"], name="dot_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=DOTS), name="dot_of_eight"),
        ]
        indexes = [models.Index(fields=["choice", "topic"], name="dot_count")]

    def __str__(self) -> str:
        return f"dot {self.number} of {self.attendance_id} on {self.topic_id}"
