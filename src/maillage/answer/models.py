"""What people said of an answer: helpful or not, never the words of their need."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Feedback(models.Model):
    """« Ça m’a aidé » or not, with the place and themes understood, so that the answer can improve."""

    helpful = models.BooleanField(_("utile"))
    territory_code = models.CharField(max_length=64, blank=True)
    categories = models.JSONField(default=list, blank=True)
    offers = models.PositiveSmallIntegerField(default=0)
    gaps = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{'helpful' if self.helpful else 'not helpful'} {self.created_at:%Y-%m-%d}"
