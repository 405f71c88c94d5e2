"""What those who came say of a session or of a cycle, without anyone knowing who said it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from maillage.core.surveying import Subject
from maillage.core.vocabulary import Nature
from maillage.dialogue.models.cycles import Cycle
from maillage.dialogue.models.sessions import Session
from maillage.storage.fields import one_code


class Survey(models.Model):
    """The evaluation of one session, or of one cycle.

    Open, it holds answers and nobody reads them. Closed, the answers are erased: `outcome` keeps their counts, {} when
    they were too few, and `words` what was written, in alphabetical order. `received`: how many answers there were.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.OneToOneField(Session, null=True, blank=True, on_delete=models.CASCADE, related_name="survey")
    cycle = models.OneToOneField(Cycle, null=True, blank=True, on_delete=models.CASCADE, related_name="survey")
    closes_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    received = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(default=dict, blank=True)
    words = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(session=None) & ~Q(cycle=None)) | (~Q(session=None) & Q(cycle=None)),
                name="survey_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"survey of {self.subject} {self.session_id or self.cycle_id}"

    def get_absolute_url(self) -> str:
        """Where its outcome is read."""
        return f"/dialogue/evaluations/{self.uid}"

    @property
    def subject(self) -> Subject:
        """What is evaluated."""
        return Subject.SESSION if self.session_id else Subject.CYCLE


class SurveyAnswer(models.Model):
    """One sheet, until the survey closes. Its key is drawn at random; no date, no account, no link, no organisation."""

    key = models.UUIDField(default=uuid.uuid4, primary_key=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers")
    marks = models.JSONField()
    nature = models.CharField(max_length=12, blank=True)
    words = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [one_code("nature", ["", *Nature.codes()], name="survey_answer_nature_known")]

    def __str__(self) -> str:
        return f"answer of {self.survey_id}"


class SurveyTurnout(models.Model):
    """Somebody answered by this link. `mark`: a keyed digest of the registration, which alone nobody can turn back;
    erased with the answers."""

    mark = models.CharField(max_length=64, primary_key=True)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="turnout")

    class Meta:
        verbose_name_plural = "turnout"

    def __str__(self) -> str:
        return f"turnout of {self.survey_id}"
