"""A cycle: some sessions that share an objective."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


class Cycle(models.Model):
    """Sessions that share an objective.

    `period_told`: the period in the words of its source, when no day is known (« mars 2021 ») ; no day is ever made up.
    `priorities`: a list of sentences. `evaluation`: what its members said of it at the end.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300)
    objective = models.TextField(max_length=4000, blank=True)
    priorities = models.JSONField(default=list, blank=True)
    period_told = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    evaluation = models.TextField(max_length=8000, blank=True)
    source_name = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="cycle_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The stable public address of the cycle."""
        return f"/dialogue/cycles/{self.slug}"
