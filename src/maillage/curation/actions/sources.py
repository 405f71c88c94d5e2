"""What a person asks about a source: refresh it now, or go on with what looked wrong."""

from __future__ import annotations

from django.db import transaction

from maillage.accounts.models import User
from maillage.harvest import actions as harvest
from maillage.harvest.models import HarvestRun, Source
from maillage.work.actions import enqueue
from maillage.work.models import Job

REFRESH = "recolte"
"""The job that refreshes one source; its key is the slug."""
HARVEST = "recolter"
"""The job that asks for the sources whose time has come."""


@transaction.atomic
def believe(run: HarvestRun, *, by: User) -> Job:
    """« C’est normal, continuer »: the suspect run goes on, as a job. Raises Refused("run_not_suspect")."""
    harvest.believe(run, by=by)
    return enqueue(REFRESH, key=run.source.slug, arguments={"run": run.pk}, by=by)


def ask_now(source: Source, *, by: User) -> Job:
    """A person wants this source refreshed now: the job that does it, or the one that already waits."""
    return enqueue(REFRESH, key=source.slug, by=by)
