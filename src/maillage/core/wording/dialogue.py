"""Codes of the space of dialogue → French sentences. `core.wording` joins them to the others."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "amendment_decided": _("Cet amendement est déjà examiné."),
    "amendments_closed": _("Les amendements ne sont pas, ou plus, ouverts."),
    "amendments_open": _("{count} amendements attendent encore : examinez-les avant de figer la synthèse."),
    "cycle_ends_before": _("Un cycle ne finit pas avant d’avoir commencé."),
    "date_unknown": _("Cette date n’est pas proposée."),
    "day_is_past": _("Ce jour est passé."),
    "day_to_come": _("Ce jour n’est pas encore venu."),
    "decision_closed": _("« {title} » est déjà tranchée : ses voix ne changent plus."),
    "delay_needs_reason": _("Un nouveau jour plus tardif se dit avec sa raison."),
    "lead_right_over": _("Ce droit a déjà pris fin."),
    "moment_changed_meanwhile": _(
        "Quelqu’un a changé « {title} » pendant que vous écriviez. Rien n’est perdu : son texte est gardé, "
        "le vôtre est dans le formulaire."
    ),
    "moment_gone": _("« {title} » vient d’être retiré du programme. Ce que vous avez écrit est dans le formulaire."),
    "moment_has_memory": _(
        "« {title} » garde des notes, des points ou des prises de parole : il se renomme ou se déplace, il ne se "
        "retire pas."
    ),
    "moment_lasts": _("Un moment dure de 1 à 720 minutes ; « {value} » n’en est pas."),
    "moment_moved_meanwhile": _(
        "Quelqu’un vient de déplacer « {title} ». Sa place est gardée : regardez le nouvel ordre, puis déplacez-le "
        "encore si besoin."
    ),
    "nobody_would_lead": _(
        "Plus personne ne pourrait tenir l’agenda : la structure qui prend le relais n’a aucun membre confirmé. "
        "Rien n’a changé."
    ),
    "not_of_the_lead": _("Cette personne n’est pas un membre confirmé de {organisation}, qui anime l’espace."),
    "passage_gone": _(
        "Ce passage n’est pas, ou pas une seule fois, dans la synthèse telle qu’elle est maintenant : "
        "reprenez-le mot pour mot."
    ),
    "plan_unknown": _("« {value} » n’est pas un modèle de journée."),
    "programme_not_empty": _("Le programme de la session {session} a déjà des moments : retirez-les d’abord."),
    "refusal_needs_reason": _("Un amendement non retenu se dit avec sa raison."),
    "registration_closed": _("Les inscriptions à la session {session} sont closes."),
    "registration_closes_late": _("Les inscriptions ne peuvent pas clore après le début de la session."),
    "registration_gone": _("Cette inscription est annulée."),
    "registration_link_unknown": _(
        "Ce lien ne sert plus : il a expiré, il a été remplacé, ou il n’a jamais existé. Demandez-en un autre à "
        "l’animateur."
    ),
    "registration_not_yours": _("Seuls les membres confirmés de cette structure peuvent faire cela pour elle."),
    "registration_unknown_code": _("Aucune inscription à cette session ne porte le code « {value} »."),
    "relay_to_itself": _("Un rôle se relaie à une autre structure."),
    "review_after_due": _("Le point d’étape vient avant le jour dit, ou ce jour-là."),
    "role_not_held": _("Personne ne tient ce rôle aujourd’hui : il n’y a rien à relayer."),
    "session_has_memory": _(
        "La session {session} garde ce que d’autres y ont apporté : elle s’annule, elle ne se supprime pas."
    ),
    "session_needs_day": _("Choisissez d’abord le jour, l’heure et la forme de la session."),
    "session_number_taken": _("La session {session} existe déjà."),
    "session_state_refused": _("La session {session} est {state} : cela n’est plus possible."),
    "session_undocumented": _("Rien n’est documenté de la session {session} : dites d’abord d’après quelle source."),
    "session_unknown": _("Aucune session ne porte le numéro {session}."),
    "synthesis_exists": _("La session {session} a déjà sa synthèse."),
    "synthesis_frozen": _("La synthèse de la session {session} est figée : elle ne change plus."),
    "too_many_dates": _("Un sondage propose {limit} dates au plus."),
    "voice_needs_reason": _("Une objection ou un veto se dit avec sa raison."),
    "voice_of_absent": _("{organisation} n’est pas parmi les présents : sa voix ne compte pas dans cette session."),
}
REASONS: dict[str, str] = {
    "clock_changes": _("l’heure légale change pendant « {moment} » : les durées sont justes, l’heure lue saute"),
    "moments_overlap": _("« {second} » commence {minutes} min avant la fin de « {first} »"),
    "room_taken_twice": _("la salle {room} sert en même temps à « {first} » et à « {second} »"),
    "room_too_small": _("« {moment} » a {seats} places pour {expected} personnes attendues"),
    "speaker_twice": _("{speaker} intervient en même temps dans « {first} » et « {second} »"),
}
