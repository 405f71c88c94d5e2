"""A session, the moments of its day, and the versions of its programme."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.dialogue.models.cycles import Cycle
from maillage.storage.fields import one_code


class SessionMode(models.TextChoices):
    """Where a session takes place."""

    ON_SITE = "on_site", _("sur place")
    REMOTE = "remote", _("à distance")
    BOTH = "both", _("sur place et à distance")


class SessionState(models.TextChoices):
    """How far a session is."""

    DRAFT = "draft", _("en préparation")
    ANNOUNCED = "announced", _("annoncée")
    HELD = "held", _("tenue")
    CANCELLED = "cancelled", _("annulée")


class Documentation(models.TextChoices):
    """How we know what we say of a session."""

    LIVE = "live", _("préparée ici")
    SOURCED = "sourced", _("d’après un texte public")
    NONE = "none", _("non documentée")


class Session(models.Model):
    """One meeting of the space of dialogue, by its number.

    `starts_at` None: the day is not known, or still to choose; `when_told` then says what is known (« août 2024 »).
    `number_deduced`: the number follows from the order of a text, which does not write it. `questions`: the guiding
    questions, a list of sentences. `seats`: places on site, None without limit. `remote_url`: for the registered only.
    `programme_version`: grows at each change of the moments; who changes them says which one they saw.
    `sequence`: SEQUENCE of the calendar entry; grows when its time, place or state changes.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(unique=True)
    number_deduced = models.BooleanField(default=False)
    title = models.CharField(max_length=300, blank=True)
    summary = models.TextField(max_length=8000, blank=True)
    questions = models.JSONField(default=list, blank=True)
    mode = models.CharField(max_length=8, choices=SessionMode.choices, blank=True)
    state = models.CharField(max_length=10, choices=SessionState.choices, default=SessionState.DRAFT)
    documentation = models.CharField(max_length=8, choices=Documentation.choices, default=Documentation.LIVE)
    starts_at = models.DateTimeField(null=True, blank=True)
    when_told = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=300, blank=True)
    remote_url = models.URLField(max_length=500, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    needs_approval = models.BooleanField(default=False)
    closes_at = models.DateTimeField(null=True, blank=True)
    organiser = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="hosted")
    programme_version = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    source_name = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            one_code("mode", ["", *SessionMode.values], name="session_mode_known"),
            one_code("state", SessionState.values, name="session_state_known"),
            one_code("documentation", Documentation.values, name="session_documentation_known"),
            models.CheckConstraint(
                condition=~Q(documentation=Documentation.NONE) | Q(starts_at=None, title=""),
                name="session_undocumented_says_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(documentation=Documentation.SOURCED) | ~Q(source_name=""), name="session_sourced_names_it"
            ),
            models.CheckConstraint(
                condition=~Q(state=SessionState.ANNOUNCED) | ~Q(mode=""), name="session_announced_has_a_mode"
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="session_to_come")]

    def __str__(self) -> str:
        return f"session {self.number}"

    def get_absolute_url(self) -> str:
        """The stable public address of the session."""
        return f"/dialogue/sessions/{self.number}"

    @property
    def is_public(self) -> bool:
        """Drafts are shown to animateurs only."""
        return self.state != SessionState.DRAFT


class MomentKind(models.TextChoices):
    """What a moment of a day is."""

    WELCOME = "welcome", _("accueil")
    INTRODUCTION = "introduction", _("introduction")
    ROUND_TABLE = "round_table", _("table ronde")
    TESTIMONY = "testimony", _("témoignage")
    EXCHANGE = "exchange", _("échanges")
    BREAK = "break", _("pause")
    WORKSHOPS = "workshops", _("ateliers")
    REPORT = "report", _("restitution")
    CONCLUSION = "conclusion", _("conclusion")


class AgendaMoment(models.Model):
    """One moment of a session: what, for how long, where. Its time follows from the durations before it.

    `position`: 0, 1, 2…, whole and without holes. `changed_in`, `moved_in`: the session's `programme_version` when its
    words, or its place, last changed: who read an older one is told. `beside`: it starts with the moment before it.
    `fixed_at`: it waits for this time whatever comes before (a lunch). `room_seats` None: not known.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="moments")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=MomentKind.choices)
    title = models.CharField(max_length=300, blank=True)
    details = models.TextField(max_length=4000, blank=True)
    minutes = models.PositiveSmallIntegerField()
    beside = models.BooleanField(default=False)
    fixed_at = models.DateTimeField(null=True, blank=True)
    room = models.CharField(max_length=120, blank=True)
    room_seats = models.PositiveIntegerField(null=True, blank=True)
    speakers = models.ManyToManyField(Organisation, blank=True, related_name="moments")
    changed_in = models.PositiveIntegerField(default=0)
    moved_in = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["session", "position"]
        constraints = [
            one_code("kind", MomentKind.values, name="moment_kind_known"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=720), name="moment_lasts"),
            models.UniqueConstraint(fields=["session", "position"], name="moment_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind} of {self.session_id}"


class ProgrammeVersion(models.Model):
    """The programme of a session as it was published, and what changed since the version before it.

    `plain`: the session and its moments. `changes`: codes and facts, put into words by the pages.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    plain = models.JSONField()
    changes = models.JSONField(default=list)

    class Meta:
        ordering = ["session", "number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="programme_version_once")]

    def __str__(self) -> str:
        return f"programme {self.number} of {self.session_id}"
