"""What any room may refuse: rights, choices, fields that must be filled."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "animators_only": _("Seul un animateur peut décider cela."),
    "choice_unknown": _("« {value} » n’est pas un choix possible pour {field}. Choix possibles : {expected}."),
    "code_unknown": _("« {value} » n’est pas une valeur connue pour {field}."),
    "contributors_only": _("Devenez d’abord contributeur, dans votre espace."),
    "day_unreadable": _("« {value} » n’est pas un jour : écrivez-le ainsi, 2026-01-31."),
    "edited_meanwhile": _(
        "Quelqu’un a changé « {title} » pendant que vous écriviez. Rien n’est perdu : voici les deux textes."
    ),
    "email_malformed": _("« {value} » n’est pas une adresse électronique."),
    "field_required": _("Le champ {field} est vide ; il est obligatoire."),
    "field_too_long": _("Le champ {field} compte {length} caractères ; {limit} au plus."),
    "keepers_only": _(
        "Les membres confirmés de la structure qui porte cette fiche et les animateurs la modifient ; proposez une "
        "correction, elle sera lue."
    ),
    "move_not_allowed": _("Une fiche « {current} » ne peut pas passer à « {wanted} »."),
    "network_unknown": _("Le réseau « {value} » n’existe pas."),
    "record_twice": _("La fiche {value} figure deux fois dans ce lot."),
}
