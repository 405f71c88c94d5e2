"""Every job that is done alone, one line each: its name, its label, what does it, when it comes back."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.articulation.tasks import follow_the_inventory
from maillage.articulation.tasks import send_letters as send_link_letters
from maillage.core.coverage import Asking
from maillage.coverage.atlas import AtlasUnavailable
from maillage.coverage.queries import asking_of, atlas_of
from maillage.coverage.tasks import nightly as count_coverage
from maillage.curation.actions import check_links, import_waiting, remind
from maillage.curation.actions.sources import HARVEST, REFRESH
from maillage.curation.actions.together import DECIDE
from maillage.curation.tasks import decide_together, harvest_due, harvest_one, look_for_duplicates
from maillage.dialogue.tasks import forget_delegates, remind_and_send, send_letters
from maillage.harvest.actions import forget_files
from maillage.harvest.outside import polite_client
from maillage.inventory.actions import forget_documents, purge_unmet, read_documents, suggest_goals
from maillage.report.tasks import keep_asked
from maillage.search.tasks import send_digests
from maillage.storage.trial import forget_trials
from maillage.work.actions import forget_old_jobs
from maillage.work.registry import Duty, InHand, Schedule


def _forget(_job: InHand) -> Mapping[str, int]:
    return {"travaux oubliés": forget_old_jobs()}


def _forget_files(_job: InHand) -> Mapping[str, int]:
    now = timezone.now()
    return {"fichiers effacés": forget_files(now=now) + forget_documents(now=now), "essais": forget_trials(now=now)}


def _remind(_job: InHand) -> Mapping[str, int]:
    done = remind()
    return {"rappels": done.planned, "lettres": done.letters, "refusées": done.failed, "archivées": done.archived}


def _duplicates(job: InHand) -> Mapping[str, int]:
    return look_for_duplicates(job.progress)


def _read_studies(_job: InHand) -> Mapping[str, int]:
    return {"documents lus": read_documents()}


def _forget_unmet(_job: InHand) -> Mapping[str, int]:
    return {"signalements oubliés": purge_unmet(today=timezone.localdate())}


def _import(job: InHand) -> Mapping[str, int]:
    return {"fichiers lus": import_waiting(progress=lambda _part, done, total: job.progress(done, total))}


def _goals(job: InHand) -> Mapping[str, int]:
    done = suggest_goals(progress=job.progress)
    return {"ODD suggérés": done.made, "encore à relire": done.kept, "retirés": done.dropped}


def _check_links(job: InHand) -> Mapping[str, int]:
    with polite_client() as client:
        done = check_links(probe=client.probe, progress=job.progress)
    return {"adresses": done.asked, "en échec": done.failed, "déplacées": done.moved}


def _coverage(_job: InHand) -> Mapping[str, int]:
    built = count_coverage()
    return {"offres": built.offers, "preuves de demande": built.pieces}


def _missing_links(job: InHand) -> Mapping[str, int]:
    return follow_the_inventory(job, asking=_asking)


def _asking() -> Asking | None:
    """What is asked for, commune by commune; nothing to weigh with before the first count."""
    try:
        return asking_of(atlas_of())
    except AtlasUnavailable:
        return None


def _digests(_job: InHand) -> Mapping[str, int]:
    told = send_digests()
    return {"lettres écrites": told.written, "envoyées": told.sent, "remises": told.later, "refusées": told.refused}


JOBS = (
    Duty(name="courriers-sessions", label=_("Envoyer les courriers des sessions"), action=send_letters),
    Duty(
        name="courriers-articulations",
        label=_("Envoyer les courriers des articulations"),
        action=send_link_letters,
        schedule=Schedule(minute=5),
    ),
    Duty(
        name="rappels-sessions",
        label=_("Rappeler les sessions qui viennent"),
        action=remind_and_send,
        schedule=Schedule(minute=15),
    ),
    Duty(
        name="oublier-delegues",
        label=_("Oublier les délégués un an après leur session"),
        action=forget_delegates,
        schedule=Schedule(hour=3, minute=55),
    ),
    Duty(name="doublons", label=_("Chercher les doublons"), action=_duplicates, schedule=Schedule(hour=4, minute=20)),
    Duty(name=HARVEST, label=_("Voir quelles sources récolter"), action=harvest_due, schedule=Schedule(minute=10)),
    Duty(name=DECIDE, label=_("Trancher ensemble des propositions"), action=decide_together),
    Duty(name=REFRESH, label=_("Récolter une source"), action=harvest_one),
    Duty(name="lettres", label=_("Envoyer les lettres de veille"), action=_digests, schedule=Schedule(minute=40)),
    Duty(name="menage", label=_("Oublier les vieux travaux"), action=_forget, schedule=Schedule(hour=3, minute=40)),
    Duty(
        name="fichiers",
        label=_("Effacer les fichiers dont plus rien ne parle"),
        action=_forget_files,
        schedule=Schedule(hour=3, minute=50),
    ),
    Duty(
        name="lire-depots",
        label=_("Importer les fichiers déposés"),
        action=_import,
        schedule=Schedule(minute=25),
    ),
    Duty(
        name="oublier-signalements",
        label=_("Oublier les vieux signalements"),
        action=_forget_unmet,
        schedule=Schedule(hour=3, minute=50),
    ),
    Duty(name="couverture", label=_("Compter la couverture"), action=_coverage, schedule=Schedule(hour=5, minute=40)),
    Duty(
        name="rapport",
        label=_("Garder ce que le rapport d’analyse dira de ce jour"),
        action=keep_asked,
        schedule=Schedule(hour=6, minute=10),
    ),
    Duty(name="lire-etudes", label=_("Lire le texte des études"), action=_read_studies, schedule=Schedule(minute=10)),
    Duty(name="odd", label=_("Suggérer des ODD à relire"), action=_goals, schedule=Schedule(hour=5, minute=20)),
    Duty(
        name="articulations",
        label=_("Chercher les liens manquants"),
        action=_missing_links,
        schedule=Schedule(minute=55),
    ),
    Duty(name="liens", label=_("Vérifier les liens"), action=_check_links, schedule=Schedule(hour=4, minute=50)),
    Duty(
        name="rappels", label=_("Rappeler les fiches à confirmer"), action=_remind, schedule=Schedule(hour=8, minute=20)
    ),
)
