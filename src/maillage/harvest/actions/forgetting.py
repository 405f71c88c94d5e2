"""What was kept on disk and that nothing refers to any more: refused deposits, answers of a killed process."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings

from maillage.harvest.actions.fetching import FOLDER
from maillage.harvest.deposits import deposit_path
from maillage.harvest.models import Deposit, HarvestRun
from maillage.storage.uploads import forget_unnamed


def forget_files(*, now: dt.datetime) -> int:
    """Remove the deposits and the raw answers that no row names, thirty days after they were written; how many.

    The answer of a run is never removed, whatever its age: it is what the source said.
    """
    deposits = deposit_path("un").parent
    answers = Path(settings.VAR) / FOLDER
    told = {str(answers / kept) for kept in HarvestRun.objects.exclude(kept="").values_list("kept", flat=True)}
    told |= {str(lock) for lock in answers.glob("*/verrou")}
    brought = {str(deposit_path(sha256)) for sha256 in Deposit.objects.values_list("sha256", flat=True)}
    return forget_unnamed(deposits, named=brought, now=now) + forget_unnamed(answers, named=told, now=now)
