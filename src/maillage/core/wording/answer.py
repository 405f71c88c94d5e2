"""An answer to a need: what cannot be read of it, what is said of it, why an offer is there, or is not."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "answer_not_empty": _("Cette réponse n’est pas vide : signalez plutôt une case de la trame."),
    "choice_forgotten": _("Ce choix n’est plus retenu."),
    "comment_too_long": _("Le mot fait {length} caractères : {limit} au plus."),
    "correction_unknown": _("Cette correction n’est plus retenue."),
    "need_empty": _("Décrivez votre besoin en quelques mots."),
    "need_too_long": _("Votre texte compte {length} caractères ; {limit} au plus. Gardez l’essentiel."),
    "place_not_chosen": _("Plusieurs lieux s’appellent « {value} » : {candidates}. Donnez l’un de ces codes."),
    "sheet_unknown": _("« {value} » n’est pas l’adresse d’une fiche. Par exemple : /programmes/fonds-vert-friches."),
    "too_many_judgements": _("Vous avez donné {count} avis en une heure. Merci ! Réessayez plus tard."),
}

REASONS: dict[str, str] = {
    "acronym_means": _("« {asked} » signifie « {other} »."),
    "address_to_check": _("quartier prioritaire présent dans la commune : adresse à vérifier"),
    "audience_missing": _("réservé à : {audiences}"),
    "closed": _("clos depuis le {day}"),
    "closes_in_days": _("clôture dans {days} jours"),
    "closes_on": _("clôture le {day}"),
    "generalist": _("intervient sur tous les sujets"),
    "local_of_national": _("relais local de « {title} »"),
    "near_typical": _("proche du projet référent « {title} » : {words}"),
    "nothing_nearer": _("Rien de plus proche que l’échelon {level}"),
    "pays_for": _("finance aussi : {stages}"),
    "presence_to_check": _("présence près de chez vous à vérifier"),
    "price_free": _("gratuit"),
    "price_member_fee": _("sur adhésion"),
    "price_paid": _("payant"),
    "price_shared": _("coût mutualisé"),
    "reserved": _("réservé : {label}"),
    "same_cell": _("interviennent toutes deux à l’étape « {stage} »"),
    "same_object": _("traitent toutes deux de {themes}"),
    "stages_follow": _("la première relève de l’étape « {before} », la seconde de l’étape « {after} »"),
    "synonym": _("« {asked} » se dit aussi « {other} »."),
    "theme_shared": _("traite de {themes}"),
    "words_in_text": _("{words} dans la fiche"),
    "words_in_title": _("{words} dans le titre"),
    "words_near": _("« {word} », proche de « {near} » dans la fiche"),
    "written_as_acronym": _("« {asked} » s’abrège en « {other} »."),
    "zone_beneficiary": _("{place} fait partie de « {zone} »"),
    "zone_by": _("couvre {place} par {zone}"),
    "zone_elsewhere": _("existe pour {zone}, pas pour {place}"),
    "zone_itself": _("propre à {place}"),
    "zone_local": _("offre locale : choisissez un lieu"),
    "zone_nation": _("ouvert dans toute la France"),
}
