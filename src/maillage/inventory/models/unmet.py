"""Needs that found nothing here, said with consent and without their words."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.storage.fields import one_code


class UnmetKind(models.TextChoices):
    """What a person met instead of an answer."""

    OFF_TOPIC = "off_topic", _("rien ici n’en parle")
    EMPTY = "empty", _("aucune offre utilisable")
    GAPS = "gaps", _("que des offres pour tout sujet")


class UnmetNeed(models.Model):
    """One answer that held nothing (« besoin sans réponse »): the département or wider place, the themes, the day.

    Never the words: whoever wants to give them signals a `Need` beside it, which a person reviews. `key`: digest of the
    word that lets the person take it back. `sender_hash`: salted for the day, against floods, emptied the day after.
    """

    day = models.DateField()
    area = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=UnmetKind.choices)
    categories = models.ManyToManyField("inventory.Category", blank=True, related_name="unmet")
    need = models.ForeignKey("inventory.Need", null=True, blank=True, on_delete=models.SET_NULL, related_name="unmet")
    key = models.CharField(max_length=64, unique=True)
    sender_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            one_code("kind", UnmetKind.values, name="unmet_kind_known"),
            models.CheckConstraint(condition=~Q(area=""), name="unmet_has_area"),
        ]
        indexes = [models.Index(fields=["day"], name="unmet_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.area} {self.kind}"
