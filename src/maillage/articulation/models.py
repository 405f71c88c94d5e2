"""CONNECTS: links that someone or the data proposes, and what each of their two sides said of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.core.vocabulary import LinkKind
from maillage.inventory.models import Articulation, Programme
from maillage.storage.fields import one_code
from maillage.work.models import Letter, LetterState


class Proposer(models.TextChoices):
    """Where a proposed link comes from."""

    DATA = "data", _("suggérée par les données")
    PERSON = "person", _("proposée par l’un des porteurs")
    SOURCE = "source", _("documentée par une source")


class ProposalState(models.TextChoices):
    """Where a proposed link stands. `DROPPED`: the data no longer suggests it; it may come back."""

    OPEN = "open", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmée par les deux")
    REFUSED = "refused", _("écartée pour toujours")
    DROPPED = "dropped", _("n’est plus suggérée")


class ProposedLink(models.Model):
    """A link between two offers that waits for its two sides, read from `origin` to `target`.

    `uid` is that of the articulation it becomes: one address for life. `clues`: why the data suggests it, as
    `[code, {fact: value}, points]`. `cells`, `communes`, `mended`: what it would mend, `demand`: what is asked
    for there, weighed, `gain`: both together, by which links are ranked (`core.network.gain`).
    """

    uid = models.UUIDField(unique=True, editable=False)
    origin = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="proposed_out")
    target = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="proposed_in")
    kind = models.CharField(max_length=20, choices=LinkKind.choices())
    proposer = models.CharField(max_length=8, choices=Proposer.choices)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    statement = models.CharField(max_length=400, blank=True)
    clues = models.JSONField(default=list, blank=True)
    strength = models.FloatField(default=0)
    cells = models.PositiveIntegerField(default=0)
    communes = models.PositiveIntegerField(default=0)
    mended = models.PositiveBigIntegerField(default=0)
    demand = models.FloatField(default=0)
    gain = models.FloatField(default=0)
    refused_why = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            one_code("kind", LinkKind.codes(), name="proposed_link_kind_known"),
            one_code("proposer", Proposer.values, name="proposed_link_proposer_known"),
            one_code("state", ProposalState.values, name="proposed_link_state_known"),
            models.CheckConstraint(condition=~Q(origin=F("target")), name="proposed_link_not_to_itself"),
            models.CheckConstraint(condition=Q(strength__gte=0, strength__lte=1), name="proposed_link_strength_share"),
            models.UniqueConstraint(fields=["origin", "target", "kind"], name="proposed_link_once"),
        ]
        indexes = [models.Index(fields=["state", "-gain", "id"], name="proposed_link_listed")]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.kind} {self.target_id} {self.state}"

    def get_absolute_url(self) -> str:
        """The stable public address of the articulation."""
        return f"/articulations/{self.uid}"


class Side(models.TextChoices):
    """The two ends of a link."""

    ORIGIN = "origin", _("le premier porteur")
    TARGET = "target", _("le second porteur")


class SaidBySide(models.Model):
    """One side says that a link exists. `organisation`: on whose behalf; empty when the animation said it for them."""

    side = models.CharField(max_length=8, choices=Side.choices)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["id"]


class BodyConfirmation(SaidBySide):
    """One of two organisations says that their documented link exists."""

    articulation = models.ForeignKey(Articulation, on_delete=models.CASCADE, related_name="confirmations")

    class Meta(SaidBySide.Meta):
        constraints = [
            one_code("side", Side.values, name="body_confirmation_side_known"),
            models.UniqueConstraint(fields=["articulation", "side"], name="body_confirmation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.articulation_id} {self.side}"


class LinkLetter(Letter):
    """A letter that asks one person, for one side, whether a link exists; its words are frozen before it is sent.

    `uid`: of the articulation. `once`: what makes it unique: nobody is asked twice for the same side of a link.
    """

    uid = models.UUIDField(editable=False)
    side = models.CharField(max_length=8, choices=Side.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="link_letters")
    once = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            one_code("side", Side.values, name="link_letter_side_known"),
            one_code("state", LetterState.values, name="link_letter_state_known"),
        ]
        indexes = [models.Index(fields=["state", "retry_at", "id"], name="link_letter_to_send")]

    def __str__(self) -> str:
        return f"{self.uid} {self.side} {self.state}"


class Confirmation(SaidBySide):
    """One of two sides says that a proposed link exists."""

    link = models.ForeignKey(ProposedLink, on_delete=models.CASCADE, related_name="confirmations")

    class Meta(SaidBySide.Meta):
        constraints = [
            one_code("side", Side.values, name="confirmation_side_known"),
            models.UniqueConstraint(fields=["link", "side"], name="confirmation_once_per_side"),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.side}"
