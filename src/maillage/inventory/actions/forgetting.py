"""The files of studies that nothing refers to any more: replaced, or of a study that was taken away."""

from __future__ import annotations

import datetime as dt

from maillage.inventory.models import StudyDocument
from maillage.inventory.studies import document_path
from maillage.storage.uploads import forget_unnamed


def forget_documents(*, now: dt.datetime) -> int:
    """Remove the PDFs that no study has, thirty days after they were written; returns how many."""
    kept = {str(document_path(sha256)) for sha256 in StudyDocument.objects.values_list("sha256", flat=True)}
    return forget_unnamed(document_path("un").parent, named=kept, now=now)
