"""Every job that is done alone, one line each: its name, its label, what does it, when it comes back."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from maillage.curation.actions import remind
from maillage.curation.actions.sources import HARVEST, REFRESH
from maillage.curation.tasks import harvest_due, harvest_one, look_for_duplicates
from maillage.work.actions import forget_old_jobs
from maillage.work.registry import Duty, InHand, Schedule


def _forget(_job: InHand) -> Mapping[str, int]:
    return {"travaux oubliés": forget_old_jobs()}


def _remind(_job: InHand) -> Mapping[str, int]:
    done = remind()
    return {"rappels": done.planned, "lettres": done.letters, "refusées": done.failed, "archivées": done.archived}


def _duplicates(job: InHand) -> Mapping[str, int]:
    return look_for_duplicates(job.progress)


JOBS = (
    Duty(name="doublons", label=_("Chercher les doublons"), action=_duplicates, schedule=Schedule(hour=4, minute=20)),
    Duty(name=HARVEST, label=_("Voir quelles sources récolter"), action=harvest_due, schedule=Schedule(minute=10)),
    Duty(name=REFRESH, label=_("Récolter une source"), action=harvest_one),
    Duty(name="menage", label=_("Oublier les vieux travaux"), action=_forget, schedule=Schedule(hour=3, minute=40)),
    Duty(
        name="rappels", label=_("Rappeler les fiches à confirmer"), action=_remind, schedule=Schedule(hour=8, minute=20)
    ),
)
