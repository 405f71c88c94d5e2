"""What is decided, who said what of it, and what follows."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.core.deciding import VALUES, Method
from maillage.dialogue.models.sessions import Session
from maillage.storage.fields import one_code


class DecisionMethod(models.TextChoices):
    """How a group decides."""

    CONSENT = Method.CONSENT.value, _("par consentement")
    GRADIENT = Method.GRADIENT.value, _("par degrés d’accord")
    MAJORITY = Method.MAJORITY.value, _("à la majorité")


class DecisionState(models.TextChoices):
    """How far a decision is."""

    OPEN = "open", _("soumise aux présents")
    ADOPTED = "adopted", _("adoptée")
    REJECTED = "rejected", _("non adoptée")
    WITHDRAWN = "withdrawn", _("retirée")


class Decision(models.Model):
    """A proposal put to the organisations of a session, and what came of it.

    `quorum_percent`, `carries_percent`: the rule, chosen before the first voice, never changed after. `result`: the
    counts, frozen when it closes.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="decisions")
    title = models.CharField(max_length=300)
    text = models.TextField(max_length=8000, blank=True)
    method = models.CharField(max_length=8, choices=DecisionMethod.choices, default=DecisionMethod.CONSENT)
    quorum_percent = models.PositiveSmallIntegerField(default=50)
    carries_percent = models.PositiveSmallIntegerField(default=50)
    state = models.CharField(max_length=10, choices=DecisionState.choices, default=DecisionState.OPEN)
    result = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["session", "id"]
        constraints = [
            one_code("method", DecisionMethod.values, name="decision_method_known"),
            one_code("state", DecisionState.values, name="decision_state_known"),
            models.CheckConstraint(
                condition=Q(quorum_percent__lte=100, carries_percent__lte=100), name="decision_percentages"
            ),
            models.CheckConstraint(
                condition=Q(state=DecisionState.OPEN, closed_at=None)
                | (~Q(state=DecisionState.OPEN) & ~Q(closed_at=None)),
                name="decision_closed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Voice(models.Model):
    """What an organisation says of a proposal, and why."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="voices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="voices")
    value = models.CharField(max_length=10)
    reason = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "organisation"], name="voice_once"),
            one_code("value", [value for values in VALUES.values() for value in values], name="voice_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.value}"


class FollowUpState(models.TextChoices):
    """Where something to do is."""

    OPEN = "open", _("à faire")
    DONE = "done", _("faite")
    ABANDONED = "abandoned", _("abandonnée")


class FollowUp(models.Model):
    """Something an organisation will do after a session. Open, it comes back at the opening of every next session.

    `relayed_to`: another body it was handed to, in words; `answer`: what that body answered.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="follow_ups")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="follow_ups")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="follow_ups")
    title = models.CharField(max_length=300)
    details = models.TextField(max_length=4000, blank=True)
    due_on = models.DateField()
    review_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=FollowUpState.choices, default=FollowUpState.OPEN)
    progress = models.PositiveSmallIntegerField(default=0)
    relayed_to = models.CharField(max_length=300, blank=True)
    relayed_on = models.DateField(null=True, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            one_code("state", FollowUpState.values, name="follow_up_state_known"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="follow_up_progress"),
            models.CheckConstraint(
                condition=(Q(relayed_to="") & Q(relayed_on=None)) | (~Q(relayed_to="") & ~Q(relayed_on=None)),
                name="follow_up_relayed_on_a_day",
            ),
            models.CheckConstraint(
                condition=(Q(answer="") & Q(answered_on=None)) | (~Q(answer="") & ~Q(answered_on=None)),
                name="follow_up_answered_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="follow_up_due")]

    def __str__(self) -> str:
        return self.title


class FollowUpNote(models.Model):
    """What someone said of a follow-up, one day; never rewritten."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=FollowUpState.choices)
    progress = models.PositiveSmallIntegerField()
    words = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["follow_up", "id"]
        constraints = [one_code("state", FollowUpState.values, name="follow_up_note_state_known")]

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.state} {self.progress}"
