"""Sheets, studies and needs: what a person wrote that cannot be kept, and how a sheet would be better."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "closes_before_it_opens": _("La date de clôture ({value}) précède la date d’ouverture."),
    "consent_missing": _("Rien n’a été gardé : cochez d’abord votre accord."),
    "link_end_unknown": _("La fiche « {slug} » citée par une articulation n’existe pas."),
    "link_kind_unknown": _("« {kind} » n’est pas un type d’articulation connu."),
    "missing_source": _("Une fiche publiée nomme sa source : il manque une adresse ou un nom de source."),
    "need_unknown": _("Ce besoin n’est pas de cette étude."),
    "not_a_web_address": _("« {value} » n’est pas une adresse web ({field})."),
    "organisation_unknown": _("L’organisation « {value} » n’existe pas."),
    "pdf_damaged": _("Ce PDF est abîmé : il est gardé, son texte n’a pas pu être lu."),
    "pdf_locked": _("Ce PDF demande un mot de passe : il est gardé, son texte n’a pas pu être lu."),
    "pdf_too_heavy": _("Ce PDF est trop lourd à lire : il est gardé, son texte n’a pas pu être lu."),
    "pdf_without_text": _("Ce PDF ne contient que des images : il est gardé, il n’y a pas de texte à lire."),
    "programme_unknown": _("Le programme « {value} » n’existe pas ({field})."),
    "signal_unknown": _("Ce signalement n’existe plus : il a été retiré, ou oublié avec le temps."),
    "study_not_yours": _("Cette étude n’est pas la vôtre, ou elle est déjà publiée : écrivez à un animateur."),
    "too_many_signals": _("Vous avez signalé {count} besoins aujourd’hui ; la suite peut attendre demain."),
}

REASONS: dict[str, str] = {
    "confirm_again": _("confirmez qu’elle est toujours à jour : la dernière confirmation date du {day}"),
    "confirm_first": _("confirmez qu’elle est à jour : personne ne l’a encore fait"),
    "describe": _("décrivez l’offre : {length} caractères ; {wanted} disent ce qui est fait, pour qui, comment"),
    "describe_less": _(
        "gardez l’essentiel dans la description : {length} caractères, au-delà de {wanted} on ne lit plus"
    ),
    "describe_more": _("étoffez la description : {length} caractères, {wanted} au moins"),
    "goal_catalyst": _("sa nature : catalyse entre mondes"),
    "goal_subjects": _("ses sujets : {subjects}"),
    "goal_words": _("ses mots : {words}"),
    "name_audience": _("dites à qui l’offre s’adresse"),
    "name_contact": _("donnez un guichet ou une page de contact"),
    "name_theme": _("choisissez au moins un thème, ou dites que l’offre vaut quel que soit le sujet"),
    "online_without_address": _("la démarche se fait en ligne : donnez l’adresse de la page"),
    "phone_without_number": _("la démarche se fait par téléphone : donnez le numéro du guichet"),
    "say_how": _("un contact est donné : dites comment s’y prendre"),
}
