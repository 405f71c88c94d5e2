"""The house at work: backups, jobs, its own address."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "backup_damaged": _("La sauvegarde {file} est abîmée : son empreinte ne correspond pas. Rien n’a été changé."),
    "backup_other_database": _(
        "La sauvegarde {file} vient d’une base {held} ; celle-ci est {used}. Rien n’a été changé."
    ),
    "backup_unreadable": _("{file} n’est pas une sauvegarde de Maillage. Rien n’a été changé."),
    "job_broken": _("Arrêt sur une erreur imprévue ({kind}) ; le journal du serveur la détaille."),
    "job_not_ended": _("Ce travail n’est pas terminé : attendez sa fin avant de le relancer."),
    "job_unknown": _("Aucun travail ne s’appelle « {value} ». Travaux connus : {known}."),
    "paper_busy": _("D’autres documents se préparent : réessayez dans un instant."),
    "port_busy": _("Le port {port} de {host} ne peut pas être ouvert ({why}). Essayez --port avec un autre numéro."),
}
