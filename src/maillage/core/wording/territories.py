"""Places and zones that cannot be read or made; why two places are alike."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "territory_ambiguous": _("« {value} » désigne plusieurs territoires : {candidates}. Écrivez l’un de ces codes."),
    "territory_malformed": _("« {value} » n’a pas la forme d’un code de territoire, par exemple COM-62041 ou DEP-62."),
    "territory_postcode": _(
        "« {value} » est un code postal, pas un code INSEE. Il dessert : {candidates}. Écrivez le code INSEE."
    ),
    "territory_unknown": _("« {value} » n’est pas un territoire connu."),
    "zone_codes_refused": _("La zone n’a pas été créée ; ces codes ne vont pas : {refused}."),
    "zone_empty": _("La zone n’a pas été créée : la liste ne contient aucun code."),
    "zone_exists": _("Une zone porte déjà ce nom ou ce code : {value}."),
    "zone_name_missing": _("Donnez un nom à la zone."),
    "zone_not_changeable": _("{value} n’est pas une zone que l’on compose."),
    "zone_would_be_empty": _("« {value} » n’aurait plus aucune commune : rien n’a changé."),
}

REASONS: dict[str, str] = {
    "similar_density": _("même densité ({label})"),
    "similar_people": _("{count} habitants ({share})"),
    "similar_zones": _("programmes, contrats ou zonages en commun : {count}"),
}
