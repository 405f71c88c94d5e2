"""Who spoke, and for how long."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.actors.models import Organisation
from maillage.dialogue.models.sessions import AgendaMoment

LONGEST_S = 6 * 3600
"""Seconds one turn may last: beyond, somebody forgot to stop it."""


class SpeakingTurn(models.Model):
    """An organisation has the floor during a moment, by the server's clock, or a time was noted by hand.

    `started_at` None: noted by hand. `seconds` None: it is speaking now; one at a time in a moment.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    moment = models.ForeignKey(AgendaMoment, on_delete=models.CASCADE, related_name="turns")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="speaking_turns")
    started_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["moment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["moment"], condition=Q(seconds=None), name="turn_one_at_a_time"),
            models.CheckConstraint(condition=Q(seconds__isnull=False) | Q(started_at__isnull=False), name="turn_timed"),
            models.CheckConstraint(
                condition=Q(seconds=None) | Q(seconds__gte=1, seconds__lte=LONGEST_S), name="turn_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.moment_id}: {self.seconds}"
