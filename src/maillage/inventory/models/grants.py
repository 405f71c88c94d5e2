"""Projects that were asked for and funded: published facts, kept as their source states them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from maillage.core.vocabulary import GrantStatus
from maillage.storage.fields import CodesField, one_code
from maillage.territories.models import Territory

YEARS = (1900, 2200)


class Grant(models.Model):
    """One funded project (« projet financé ») of a published list: what, where, for whom, by which envelope, how much.

    `scheme`: the envelope as the list calls it (DETR, Fonds vert); `measure`: the part of it; `programme`: our sheet
    of that measure, when it is known. `topic`: the list's own category, `categories`: ours. `words`: folded text that
    searches read. `territory`: the finest place the list names and we know. `gone_on`: the day its source was found no
    longer to list it: the row stays. `changed_on`: the day the source last said otherwise.
    """

    origin = models.SlugField(max_length=80)
    origin_id = models.CharField(max_length=200)
    title = models.CharField(max_length=1000)
    beneficiary = models.CharField(max_length=300, blank=True)
    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    scheme = models.CharField(max_length=120, blank=True)
    measure = models.CharField(max_length=300, blank=True)
    programme = models.ForeignKey(
        "inventory.Programme", null=True, blank=True, on_delete=models.SET_NULL, related_name="grants"
    )
    topic = models.CharField(max_length=200, blank=True)
    categories = CodesField()
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    cost_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    amount_eur = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    status = models.CharField(max_length=8, choices=GrantStatus.choices(), default=GrantStatus.FUNDED.value)
    source_name = models.CharField(max_length=300)
    source_url = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    as_of = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)
    changed_on = models.DateField(null=True, blank=True)
    gone_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "origin_id"], name="grant_origin_once"),
            one_code("status", GrantStatus.codes(), name="grant_status_known"),
            models.CheckConstraint(condition=~Q(title=""), name="grant_has_title"),
            models.CheckConstraint(condition=~Q(source_name=""), name="grant_has_source"),
            models.CheckConstraint(condition=Q(siren="") | Q(siren__regex=r"^\d{9}$"), name="grant_siren_shape"),
            models.CheckConstraint(condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"), name="grant_siret_shape"),
            models.CheckConstraint(condition=Q(year=None) | Q(year__range=YEARS), name="grant_year_plausible"),
            models.CheckConstraint(condition=Q(cost_eur=None) | Q(cost_eur__gte=0), name="grant_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(amount_eur=None) | Q(amount_eur__gte=0), name="grant_amount_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "year"], name="grant_of_territory"),
            models.Index(fields=["-year", "id"], name="grant_listed"),
            models.Index(fields=["scheme", "year"], name="grant_of_scheme"),
        ]

    def __str__(self) -> str:
        return self.title
