"""What a session leaves in writing, and what it spoke of, as it stood that day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.dialogue.models.sessions import Session
from maillage.storage.fields import one_code


class CitedKind(models.TextChoices):
    """What a session may speak of."""

    PROGRAMME = "programme", _("programme")
    ORGANISATION = "organisation", _("acteur")
    NEED = "need", _("besoin")
    STUDY = "study", _("étude")
    FINDING = "finding", _("constat")


class Citation(models.Model):
    """A sheet, or a finding such as a gap, that a session spoke of: its words and facts of that day, never rewritten.

    `key`: of the sheet, to find it again; for a finding, what names it. `facts`: a few plain words by name.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="citations")
    kind = models.CharField(max_length=12, choices=CitedKind.choices)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    address = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    day = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["session", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "kind", "key"], name="citation_once"),
            one_code("kind", CitedKind.values, name="citation_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title} at {self.session_id}"


class SynthesisState(models.TextChoices):
    """How far a synthesis is."""

    DRAFT = "draft", _("brouillon")
    AMENDING = "amending", _("ouverte aux amendements")
    FROZEN = "frozen", _("figée")


class Synthesis(models.Model):
    """What a session says of itself: assembled, amended by those who were there, then frozen for ever.

    `body`: plain text; a line that begins with `## ` is a title. `version` grows at each change. `sha256`: of the
    frozen body.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="synthesis")
    state = models.CharField(max_length=8, choices=SynthesisState.choices, default=SynthesisState.DRAFT)
    body = models.TextField(max_length=100_000)
    version = models.PositiveIntegerField(default=1)
    amend_until = models.DateField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "syntheses"
        constraints = [
            one_code("state", SynthesisState.values, name="synthesis_state_known"),
            models.CheckConstraint(
                condition=(Q(state=SynthesisState.FROZEN) & ~Q(frozen_at=None) & ~Q(sha256=""))
                | (~Q(state=SynthesisState.FROZEN) & Q(frozen_at=None, sha256="")),
                name="synthesis_frozen_is_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"synthesis of {self.session_id} {self.state}"


class AmendmentState(models.TextChoices):
    """What became of an amendment."""

    OPEN = "open", _("à examiner")
    ACCEPTED = "accepted", _("retenu")
    REFUSED = "refused", _("non retenu")


class Amendment(models.Model):
    """What an organisation that was there would write instead of a passage ("": of the whole), and why."""

    synthesis = models.ForeignKey(Synthesis, on_delete=models.CASCADE, related_name="amendments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="amendments")
    passage = models.TextField(max_length=4000, blank=True)
    words = models.TextField(max_length=4000, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=8, choices=AmendmentState.choices, default=AmendmentState.OPEN)
    answer = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["synthesis", "id"]
        constraints = [
            one_code("state", AmendmentState.values, name="amendment_state_known"),
            models.CheckConstraint(condition=~Q(passage="") | ~Q(words=""), name="amendment_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} on {self.synthesis_id} {self.state}"
