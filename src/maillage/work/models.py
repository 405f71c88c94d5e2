"""WHAT IS DONE ALONE: jobs, each with its state, kept in the database so that no restart forgets one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.storage.fields import one_code


class JobState(models.TextChoices):
    """Where a job is. `waiting` again after a failure that may pass; `failed` when it has been tried enough."""

    WAITING = "waiting", _("en attente")
    RUNNING = "running", _("en cours")
    DONE = "done", _("fait")
    FAILED = "failed", _("arrêté par une erreur")


class LetterState(models.TextChoices):
    """Where a letter is; one left `sending` by a killed process waits again, with the same Message-ID."""

    WAITING = "waiting", _("à envoyer")
    SENDING = "sending", _("en cours d’envoi")
    SENT = "sent", _("envoyée")
    REFUSED = "refused", _("refusée pour toujours")


class Outgoing(models.Model):
    """What `work.sending` writes of a message on its way.

    `message_id`: the same however often it goes out. `claimed_by`: the run that is sending it.
    """

    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class Letter(Outgoing):
    """What the table of letters of a room holds: words frozen before they are sent, and their way."""

    subject = models.CharField(max_length=300)
    body = models.TextField()

    class Meta:
        abstract = True


LIVE = (JobState.WAITING, JobState.RUNNING)
"""States of a job that is still to end."""


class Job(models.Model):
    """One thing to do, for `key` (a source, a list…; "" when the job is one of a kind).

    `attempts`: how often it was taken; each taking is the only one that may write under its number. `lease_until`: the
    worker lives as long as it renews it; beyond, the job is anyone's. `done`, `total`: progress, total 0 when unknown.
    `told`: what it did, as counts. `occurrence`: the moment of the schedule it was made for.
    """

    name = models.SlugField(max_length=60)
    key = models.CharField(max_length=120, blank=True)
    arguments = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    due_at = models.DateTimeField()
    occurrence = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=60, blank=True)
    error_facts = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_code("state", JobState.values, name="job_state_known"),
            models.UniqueConstraint(
                fields=["name", "key"], condition=Q(state__in=["waiting", "running"]), name="job_live_once"
            ),
            models.UniqueConstraint(
                fields=["name", "occurrence"], condition=Q(occurrence__isnull=False), name="job_once_per_occurrence"
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="job_running_has_lease",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="job_failed_for_a_reason"),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="job_to_take"),
            models.Index(fields=["name", "key", "created_at"], name="job_of_key"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key} {self.state}".replace("  ", " ")
