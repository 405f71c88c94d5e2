"""Why two offers should know each other, and what the rules of proposed links refuse: codes → French sentences."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "proposal_documented": _(
        "Cette articulation est documentée par une source : elle ne s’écarte pas, elle se corrige depuis la fiche."
    ),
    "proposal_end_unpublished": _("« {title} » n’est pas publiée : elle ne peut pas être reliée."),
    "proposal_known": _("Cette articulation est déjà dans le commun."),
    "proposal_not_yours": _(
        "Seule une personne confirmée par l’animation pour l’une des deux structures, ou un animateur, peut le dire."
    ),
    "proposal_refused_for_ever": _("L’un des porteurs a écarté ce lien pour toujours."),
    "proposal_settled": _("Ce lien a déjà été tranché."),
    "proposal_side_unknown": _("« {value} » n’est pas un côté de ce lien."),
    "proposal_to_itself": _("Une offre ne s’articule pas avec elle-même."),
    "proposal_unsaid": _("Dites en une phrase ce qui relie les deux offres."),
}

REASONS: dict[str, str] = {
    "cofunded": _("projets réels payés ensemble : {count}, de {first} à {last}"),
    "gain_cells": _("cases du tissu réparées : {count}, dans {communes} communes"),
    "gain_demand": _("demande pesée qu’elles rencontrent : {demand}"),
    "natures_meet": _("deux natures d’ingénierie se rencontrent : {left} et {right}"),
    "same_audiences": _("s’adressent aux mêmes bénéficiaires : {audiences}"),
    "shared_zone": _("communes où l’on peut demander les deux : {count}"),
}
