"""The workshops of a moment: who sits where at each round, and what each group leaves to the next."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.dialogue.models.registrations import Attendance
from maillage.dialogue.models.sessions import AgendaMoment
from maillage.storage.fields import one_code


class RotationMode(models.TextChoices):
    """How people turn; the codes of `core.rotation.Mode`."""

    GROUPS = "GROUPS", _("groupes constitués")
    MIXING = "MIXING", _("brassage")


class Rotation(models.Model):
    """The parallel workshops of a moment, as many rounds as workshops.

    `plan`: seats by attendance (its uid), score, bound and solver, {} before it is drawn. `pins`: seats chosen by hand,
    [uid, round, workshop]. `begun`: rounds that have begun. `began_at`: when the last did, by the server's clock.
    `version` grows each time the seats or the clock change: what was computed from an older one is not written.
    `proposal`: a change by hand, computed and shown, not confirmed: its key, version, pins and plan; {} without any.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    moment = models.OneToOneField(AgendaMoment, on_delete=models.CASCADE, related_name="rotation")
    mode = models.CharField(max_length=8, choices=RotationMode.choices, default=RotationMode.MIXING)
    minutes = models.PositiveSmallIntegerField(default=20)
    seed = models.PositiveIntegerField(default=1)
    plan = models.JSONField(default=dict, blank=True)
    pins = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=0)
    proposal = models.JSONField(default=dict, blank=True)
    begun = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["moment"]
        constraints = [
            one_code("mode", RotationMode.values, name="rotation_mode_known"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=240), name="rotation_round_lasts"),
            models.CheckConstraint(
                condition=Q(begun=0, began_at=None) | Q(begun__gt=0, began_at__isnull=False), name="rotation_begun_when"
            ),
        ]

    def __str__(self) -> str:
        return f"rotation of {self.moment_id}"


class Workshop(models.Model):
    """One table of a rotation: what it works on, and who hosts it and stays. `position`: 0, 1, 2…"""

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="workshops")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    host = models.ForeignKey(Attendance, null=True, blank=True, on_delete=models.SET_NULL, related_name="hosted")

    class Meta:
        ordering = ["rotation", "position"]
        constraints = [models.UniqueConstraint(fields=["rotation", "position"], name="workshop_position_once")]

    def __str__(self) -> str:
        return f"{self.position} of {self.rotation_id}"


class Note(models.Model):
    """What one person adds to the notes of a moment, or leaves at a workshop for the next group. Never rewritten.

    `key`: given by who writes, so that sending again after a cut is sending once. `workshop` and `round` (from 0): both
    or neither. `organisation`: for whom they write, None for an animateur.
    """

    key = models.UUIDField(unique=True)
    moment = models.ForeignKey(AgendaMoment, on_delete=models.CASCADE, related_name="notes")
    workshop = models.ForeignKey(Workshop, null=True, blank=True, on_delete=models.PROTECT, related_name="notes")
    round = models.PositiveSmallIntegerField(null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="session_notes"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="session_notes")
    text = models.TextField(max_length=4000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["moment", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(workshop=None, round=None) | Q(workshop__isnull=False, round__isnull=False),
                name="note_workshop_and_round",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
        ]
        indexes = [models.Index(fields=["moment", "workshop", "round"], name="note_place")]

    def __str__(self) -> str:
        return f"note {self.pk} of {self.moment_id}"
