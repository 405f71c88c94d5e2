"""Goals of the Agenda 2030: what a person said a sheet or a need does to them, and a territory's own targets."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.core.agenda import targets
from maillage.core.vocabulary import GoalRole, Status
from maillage.storage.fields import one_code
from maillage.territories.models import Territory


class TagState(models.TextChoices):
    """What a person decided of a goal that was suggested."""

    SUGGESTED = "suggested", _("suggéré")
    ACCEPTED = "accepted", _("relu")
    REFUSED = "refused", _("écarté")


class SdgTag(models.Model):
    """One goal (« ODD ») of one sheet or one need: its role, its target when a person named one, what was decided.

    `reasons`: `[[code, facts]]` of core.wording, the two signals that agreed; empty when a person added it. A refusal
    stays for ever: the same goal is never suggested again there.
    """

    programme = models.ForeignKey(
        "inventory.Programme", null=True, blank=True, on_delete=models.CASCADE, related_name="sdg_tags"
    )
    need = models.ForeignKey("inventory.Need", null=True, blank=True, on_delete=models.CASCADE, related_name="sdg_tags")
    goal = models.PositiveSmallIntegerField()
    target = models.CharField(max_length=6, blank=True)
    role = models.CharField(max_length=8, choices=GoalRole.choices(), default=GoalRole.DIRECT.value)
    state = models.CharField(max_length=9, choices=TagState.choices, default=TagState.SUGGESTED)
    reasons = models.JSONField(default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="sdg_tags"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(programme__isnull=False, need=None) | Q(programme=None, need__isnull=False),
                name="sdg_tag_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["programme", "goal"], condition=Q(need=None), name="sdg_tag_once_per_programme"
            ),
            models.UniqueConstraint(fields=["need", "goal"], condition=Q(programme=None), name="sdg_tag_once_per_need"),
            models.CheckConstraint(condition=Q(goal__range=(1, 17)), name="sdg_tag_goal_known"),
            one_code("target", ("", *targets()), name="sdg_tag_target_known"),
            one_code("role", GoalRole.codes(), name="sdg_tag_role_known"),
            one_code("state", TagState.values, name="sdg_tag_state_known"),
            models.CheckConstraint(
                condition=Q(state=TagState.SUGGESTED, decided_at=None)
                | (~Q(state=TagState.SUGGESTED) & Q(decided_at__isnull=False)),
                name="sdg_tag_decided_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "goal"], name="sdg_tag_by_goal")]

    def __str__(self) -> str:
        return f"{self.goal} {self.role} {self.state}"


class LocalTarget(models.Model):
    """A territory's own target (« cible locale »), attached to a target of the Agenda 2030, with its source."""

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="local_targets")
    target = models.CharField(max_length=6)
    text = models.CharField(max_length=300)
    due_year = models.PositiveSmallIntegerField(null=True, blank=True)
    source_url = models.URLField(max_length=500)
    status = models.CharField(max_length=12, choices=Status.choices(), default=Status.PUBLISHED.value)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "target", "text"], name="local_target_once"),
            one_code("target", targets(), name="local_target_known"),
            one_code("status", Status.codes(), name="local_target_status_known"),
            models.CheckConstraint(condition=~Q(text=""), name="local_target_has_text"),
            models.CheckConstraint(condition=~Q(source_url=""), name="local_target_has_source"),
            models.CheckConstraint(
                condition=Q(due_year=None) | Q(due_year__range=(2000, 2100)), name="local_target_year_plausible"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def goal(self) -> int:
        """The goal its target belongs to."""
        return targets()[self.target].goal
