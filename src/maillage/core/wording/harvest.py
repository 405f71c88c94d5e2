"""A source read from afar: what it answers, what is concluded of a reading."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "answer_badly_packed": _("La réponse de {host} est mal compressée : rien n’en a été gardé."),
    "answer_cut": _("La réponse de {host} s’est interrompue avant la fin."),
    "answer_is_a_bomb": _("La réponse de {host} se décompresse à plus de {ratio} fois sa taille : elle a été refusée."),
    "answer_packed_otherwise": _("{host} répond dans une compression que nous n’avons pas demandée ({packing})."),
    "answer_redirects_in_circles": _("{host} renvoie d’une adresse à l’autre sans fin ({count} renvois suivis)."),
    "answer_redirects_nowhere": _("{host} renvoie vers une adresse illisible."),
    "answer_too_large": _(
        "La réponse de {host} dépasse {limit} octets : la lecture a été arrêtée, rien n’a été gardé."
    ),
    "deposit_running": _("Ce fichier est déjà en cours d’import."),
    "page_elsewhere": _("La page {page} de la liste renvoie vers un autre site ({host}) : la lecture a été arrêtée."),
    "page_unreadable": _(
        "La page {page} de la liste n’est pas ce qu’elle doit être : rien n’a été gardé de cette lecture."
    ),
    "pages_in_circles": _("La liste ne finit pas : après {count} pages, la suivante a déjà été lue ou il y en a trop."),
    "rhythm_out_of_bounds": _("Le rythme, {value} heures, doit être entre {least} et {most}."),
    "run_abandoned": _("Lecture interrompue, et l’original n’est plus là : la source sera interrogée de nouveau."),
    "run_empty": _("{source} n’a donné aucune fiche. Rien n’en est conclu."),
    "run_far_fewer": _(
        "{source} n’a donné que {now} fiches lisibles, contre {before} la fois précédente. Rien n’en est conclu."
    ),
    "run_mostly_unreadable": _(
        "{source} : {now} fiches sur {count} sont illisibles ; ce n’était pas le cas avant. Rien n’en est conclu."
    ),
    "sign_in_unreadable": _("La réponse de « {source} » à notre clé est illisible : vérifiez la clé."),
    "source_address_taken": _("« {source} » est déjà lue à cette adresse."),
    "source_answers_an_error": _("{host} répond par une erreur ({status}). Réessayez plus tard."),
    "source_asks_to_wait": _("{host} demande d’attendre {seconds} secondes : la lecture est remise à plus tard."),
    "source_declines_programs": _("{host} demande aux programmes de ne pas lire {address} (robots.txt)."),
    "source_not_there": _("{host} répond qu’il n’y a rien à cette adresse ({status}). L’adresse a peut-être changé."),
    "source_refuses_us": _("{host} refuse l’accès ({status}) : il faut peut-être une clé, ou l’accord de la source."),
    "source_silent": _("{host} ne répond pas : l’adresse est fausse, ou le site est arrêté."),
    "source_taken": _("Une autre source porte déjà le nom « {value} » : donnez-en un autre."),
    "source_too_slow": _("{host} répond trop lentement : la lecture a été arrêtée."),
    "source_unknown": _("La source « {value} » n’existe pas. Sources connues : {known}."),
    "source_without_address": _(
        "La source « {source} » n’a pas d’adresse publique connue : donnez-en une, ou un fichier."
    ),
    "source_without_name": _("Donnez un nom à la source : il sera affiché avec ses fiches."),
    "web_address_malformed": _("« {value} » n’est pas une adresse de page publique (http:// ou https://)."),
    "web_address_not_public": _("{host} n’est pas une adresse publique : elle n’est pas lue."),
    "web_address_with_password": _("L’adresse de {host} contient un nom ou un mot de passe : retirez-les."),
    "web_port_refused": _("Le port {port} de {host} n’est pas celui d’un site : l’adresse n’est pas lue."),
}
