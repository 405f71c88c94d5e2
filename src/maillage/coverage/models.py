"""IS MISSING: what people make of a gap or an overlap, and the coverage kept of a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.inventory.models import Need
from maillage.storage.fields import one_code
from maillage.territories.models import Territory


class FindingKind(models.TextChoices):
    """What was found."""

    GAP = "gap", _("manque")
    OVERLAP = "overlap", _("recouvrement")


class Finding(models.Model):
    """A gap or an overlap that someone took up (« constat »): whom it is entrusted to, the need made of it.

    What lacks or overlaps is counted anew each day; the finding only keeps what people said. `key`: of a gap,
    `place category`; of an overlap, the slugs of its offers, in alphabetical order.
    """

    kind = models.CharField(max_length=8, choices=FindingKind.choices)
    key = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64, unique=True)
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    category = models.SlugField(max_length=80, blank=True)
    entrusted_to = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="findings"
    )
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.SET_NULL, related_name="findings")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_code("kind", FindingKind.values, name="finding_kind_known"),
            models.CheckConstraint(condition=~Q(key=""), name="finding_has_key"),
            models.CheckConstraint(
                condition=~Q(kind="gap") | Q(territory__isnull=False) & ~Q(category=""), name="finding_gap_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class FindingComment(models.Model):
    """What someone with an account says of a finding."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="finding_comment_has_text")]

    def __str__(self) -> str:
        return self.text[:60]


class CoverageSnapshot(models.Model):
    """The coverage as known on a day (« photographie »): its files are in `var/couverture/jours/<day>`."""

    day = models.DateField(unique=True)
    vintage = models.CharField(max_length=40, blank=True)
    offers = models.PositiveIntegerField()
    pieces = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()
