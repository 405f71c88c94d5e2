"""Lists and searches: addresses that say something else, the index."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "alert_link_unknown": _(
        "Ce lien ne sert plus : la recherche n’est plus gardée, ou le lien a expiré. Rien n’est conservé sur vous."
    ),
    "index_broken": _("L’index de recherche est abîmé ; il se répare, réessayez dans une minute."),
    "index_busy": _("Un autre programme écrit déjà l’index de recherche."),
    "index_missing": _("L’index de recherche se construit ; réessayez dans une minute."),
    "list_unknown": _("« {value} » n’est pas l’adresse d’une liste de Maillage, par exemple /programmes?q=friche."),
    "page_unknown": _("La page {page} n’existe pas."),
    "parameter_twice": _("L’adresse donne deux fois « {name} » ; une seule fois suffit."),
    "parameter_unknown": _("L’adresse contient « {name} », que cette page ne connaît pas. Elle accepte : {expected}."),
    "parameter_unreadable": _("Le contenu de « {name} » n’est pas du texte lisible."),
    "search_too_long": _(
        "Votre recherche compte {length} caractères ; {limit} au plus. Pour un besoin entier, passez par l’accueil."
    ),
    "too_many_alerts": _("{count} recherches gardées en une heure depuis la même connexion : réessayez plus tard."),
}
