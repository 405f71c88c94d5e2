"""Why an offer stands where it stands, what it lacks, why it is absent.

The offer is « elle », the one it is compared with « l’autre ».
"""

from __future__ import annotations

from maillage.core.wording.marking import _

REASONS: dict[str, str] = {
    "absent_below": _("elle parle de ce besoin, mais d’autres y répondent mieux"),
    "absent_excluded": _("elle ne vaut pas pour {place} : ce territoire en est écarté"),
    "absent_here": _("elle est dans la réponse"),
    "absent_lower": _("elle est dans la réponse, plus bas que d’autres, sous « autres offres »"),
    "absent_no_member": _("le réseau qui la porte n’a personne pour {place}"),
    "absent_no_place": _("elle n’est pas ouverte dans toute la France : dites un lieu pour savoir si elle y vaut"),
    "absent_unpublished": _("sa fiche n’est pas publiée : elle attend une relecture, ou a été retirée"),
    "absent_variant": _("une offre locale la remplace ici : « {title} »"),
    "absent_words": _("elle ne parle pas assez de ce besoin"),
    "absent_zone": _("{place} n’est pas dans sa zone : elle existe pour {zone}"),
    "ahead_by_address": _("les deux se valent : seul leur nom les range"),
    "ahead_generalist": _("elle répond à ce besoin, l’autre à tous les sujets"),
    "ahead_judged": _("des personnes ayant ce besoin l’ont préférée"),
    "ahead_letters": _("ses mots s’écrivent davantage comme les vôtres"),
    "ahead_model": _("le modèle de langue la trouve plus proche de vos mots"),
    "ahead_nearer": _("elle est plus proche ({mine}, l’autre est {theirs})"),
    "ahead_past": _("vos choix passés la mettent devant"),
    "ahead_referent": _("elle dit plus de mots du projet référent"),
    "ahead_sense": _("son texte parle de choses plus voisines des vôtres"),
    "ahead_step": _("étude ou travaux, elle propose ce que vous demandez"),
    "ahead_surer": _("on la sait à l’œuvre ici, la présence de l’autre reste à vérifier"),
    "ahead_themes": _("elle traite davantage de votre sujet"),
    "ahead_themes_named": _("elle traite de {themes}"),
    "ahead_words": _("les mots de votre besoin y tiennent plus de place"),
    "ahead_words_named": _("elle dit mieux {words}"),
    "judged_against_many": _("{count} personnes ayant ce besoin ici ne l’ont pas retenue : {why}"),
    "judged_against_one": _("une personne ayant ce besoin ici ne l’a pas retenue : {why}"),
    "judged_useful_many": _("{count} personnes ayant ce besoin ici l’ont jugée utile"),
    "judged_useful_one": _("une personne ayant ce besoin ici l’a jugée utile"),
    "lacks_commune": _("une commune ne peut pas déposer ; peuvent le faire : {audiences}"),
    "lacks_commune_epci_can": _("une commune ne peut pas déposer ; l’intercommunalité le peut"),
    "lacks_stage": _("elle intervient à l’étape {stages}, pas à l’étape « {wanted} »"),
    "lacks_words": _("rien n’y dit {words}"),
    "past_dropped": _("écartée le {day} pour « {need} »"),
    "past_funded": _("financée pour « {need} » (dit le {day})"),
    "past_kept": _("retenue le {day} pour « {need} »"),
    "past_refused": _("dossier refusé pour « {need} » (dit le {day})"),
    "treats_other": _("elle traite d’autres sujets : {themes}"),
}
