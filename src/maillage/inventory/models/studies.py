"""The file of a needs study, kept beside what is coded from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.storage.fields import one_code

PAGE_END = "\f"
"""Between the pages of a text."""


class DocumentState(models.TextChoices):
    """Where the reading of a document is."""

    WAITING = "waiting", _("à lire")
    READ = "read", _("lu")
    FAILED = "failed", _("illisible")


class StudyDocument(models.Model):
    """The PDF of a study. The bytes are in `var/etudes`, named by their digest; `text` is what could be read of them.

    Pages of `text` are separated by a form feed. `is_cut`: longer than what we keep.
    """

    study = models.OneToOneField("inventory.NeedStudy", on_delete=models.CASCADE, related_name="document")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=DocumentState.choices, default=DocumentState.WAITING)
    error = models.CharField(max_length=60, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    is_cut = models.BooleanField(default=False)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_code("state", DocumentState.values, name="study_document_state_known"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="study_document_failed_why"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pages(self) -> list[str]:
        """The text of each page, in order."""
        return self.text.split(PAGE_END) if self.text else []
