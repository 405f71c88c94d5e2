"""Why two sheets are the same, or are not."""

from __future__ import annotations

from maillage.core.wording.marking import _

REASONS: dict[str, str] = {
    "dup_actor_address": _("adresses : {left} ; {right}"),
    "dup_actor_name": _("noms semblables à {percent} % : {left} ; {right}"),
    "dup_actor_telephone": _("téléphones : {left} ; {right}"),
    "dup_actor_unproved": _("ni identifiant commun, ni nom, adresse et téléphone tous égaux : à une personne de dire"),
    "dup_address": _("même adresse : {address}"),
    "dup_closing_other": _("dates de clôture différentes : {left} et {right}"),
    "dup_closing_same": _("même date de clôture : {day}"),
    "dup_identifier_other": _("identifiants différents : {left} et {right}"),
    "dup_identifier_same": _("même identifiant : {value}"),
    "dup_letters": _("titres écrits presque avec les mêmes lettres"),
    "dup_numbers": _("nombres différents dans les titres : {left} et {right}"),
    "dup_operator": _("porteurs semblables à {percent} % : {left} ; {right}"),
    "dup_place": _("même lieu : {place}"),
    "dup_prior": _("point de départ : deux fiches sont rarement la même"),
    "dup_rivals": _("une autre fiche de la même liste ressemble aussi"),
    "dup_source": _("deux lignes d’une même liste : {source}"),
    "dup_text_alike": _("textes semblables"),
    "dup_text_other": _("textes différents"),
    "dup_words": _("mots communs des titres : {words}"),
    "dup_zones": _("lieux différents : {left} ; {right}"),
}
