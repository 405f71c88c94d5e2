"""Who leads the space of dialogue, since when, and how the lead passed on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.dialogue.models.sessions import Session
from maillage.storage.fields import one_code


class RoleKind(models.TextChoices):
    """What an organisation holds for all."""

    LEAD = "lead", _("animation de l’espace")
    TOOLS = "tools", _("financement des outils")


class GovernanceRole(models.Model):
    """An organisation holds a role, from a day to another. `since_told`, `until_told`: the days in the words of a
    source, when it gives none. One organisation holds a role at a time."""

    kind = models.CharField(max_length=6, choices=RoleKind.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="governance_roles")
    since_on = models.DateField(null=True, blank=True)
    since_told = models.CharField(max_length=120, blank=True)
    until_on = models.DateField(null=True, blank=True)
    until_told = models.CharField(max_length=120, blank=True)
    is_over = models.BooleanField(default=False)
    source_name = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            one_code("kind", RoleKind.values, name="role_kind_known"),
            models.UniqueConstraint(fields=["kind"], condition=Q(is_over=False), name="role_held_by_one"),
            models.CheckConstraint(condition=~Q(since_on=None) | ~Q(since_told=""), name="role_since_some_day"),
            models.CheckConstraint(
                condition=Q(since_on=None) | Q(until_on=None) | Q(until_on__gte=F("since_on")), name="role_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.kind}"


class GovernanceRelay(models.Model):
    """A role passed from one organisation to another, in public. `dossier`: what was handed over, frozen that day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=6, choices=RoleKind.choices)
    proposer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="relays_proposed")
    successor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="relays_taken")
    accepted_by = models.CharField(max_length=300)
    accepted_on = models.DateField()
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="relays")
    scope = models.TextField(max_length=4000)
    dossier = models.JSONField(default=dict, blank=True)
    source_name = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-accepted_on", "-id"]
        constraints = [
            one_code("kind", RoleKind.values, name="relay_kind_known"),
            models.CheckConstraint(condition=~Q(proposer=F("successor")), name="relay_to_another"),
            models.UniqueConstraint(fields=["kind", "proposer", "accepted_on"], name="relay_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.proposer_id} to {self.successor_id}"


class LeadRight(models.Model):
    """One person keeps the cycles and the calendar for an organisation that leads, from a day to another.

    A relay ends those of the organisation that leaves (`ended_by`) and gives those of its successor (`given_by`); a row
    is never rewritten otherwise. `until_on` None: it runs. `user` None: the account was erased since.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="lead_rights"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="lead_rights")
    since_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(
        GovernanceRelay, null=True, blank=True, on_delete=models.PROTECT, related_name="rights_given"
    )
    ended_by = models.ForeignKey(
        GovernanceRelay, null=True, blank=True, on_delete=models.PROTECT, related_name="rights_ended"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(until_on=None), name="lead_right_held_once"
            ),
            models.CheckConstraint(
                condition=Q(since_on=None) | Q(until_on=None) | Q(until_on__gte=F("since_on")),
                name="lead_right_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.organisation_id}"
