"""What people decide on sheets: corrections, proposals, duplicates, links, freshness."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "correction_empty": _("Dites en quelques mots ce qui est à corriger."),
    "correction_links": _("Votre texte contient {count} adresses web ; {limit} au plus."),
    "correction_too_fast": _("Le formulaire a été envoyé trop vite. Relisez-vous, puis envoyez de nouveau."),
    "correction_too_long": _("Votre texte compte {length} caractères ; {limit} au plus."),
    "corrections_flooded": _("Trop de corrections arrivent en ce moment. Gardez votre texte et réessayez plus tard."),
    "doubtful_one_by_one": _("« {title} » ressemble à une fiche que nous avons : dites laquelle, une par une."),
    "import_running": _("Un autre import du même fichier est en cours ; attendez sa fin."),
    "link_expired": _("Ce lien a expiré. Connectez-vous pour retrouver la fiche dans votre espace."),
    "link_unreadable": _("Ce lien est incomplet ou abîmé : copiez-le tout entier depuis le message."),
    "merge_underneath": _("Cette fiche a été réunie depuis à « {title} » : défaites d’abord cette réunion-là."),
    "merge_undone": _("Cette réunion a déjà été défaite."),
    "proposal_decided": _("Cette proposition a déjà été tranchée."),
    "proposal_without_target": _("Cette proposition ne désigne aucune fiche."),
    "run_not_suspect": _("Cette lecture n’attend plus d’être confirmée."),
    "sheet_merged": _("« {title} » est déjà réunie à une autre fiche."),
    "sheet_with_itself": _("Une fiche ne se réunit pas à elle-même."),
    "studies_not_in_a_table": _("{name} n’est ni un tableau CSV ni un flux RSS ou Atom."),
    "too_many_corrections": _("Vous avez envoyé {count} propositions en une heure. Merci ! Réessayez plus tard."),
}

REASONS: dict[str, str] = {
    "already_refused": _("déjà écartée telle quelle le {day}"),
    "back_in_source": _("la source la cite de nouveau"),
    "body_number_reused": _("même numéro, mais ni le même nom ni la même commune : à une personne de dire"),
    "body_same_name_place": _("même nom dans la même commune : à une personne de dire"),
    "body_same_name_place_phone": _("même nom, même commune, même téléphone"),
    "changed_here": _("{fields} : modifié ici depuis le dernier import"),
    "gone_from_source": _("la source ne la cite plus"),
    "link_broken": _("répond par une erreur ({status})"),
    "link_leads_home": _("ne mène plus qu’à l’accueil du site"),
    "link_not_public": _("n’est pas une adresse publique"),
    "link_silent": _("ne répond plus"),
    "looks_like": _("ressemble à une fiche que nous avons : {percent} chances sur 100 que ce soit la même"),
    "matched_by_origin": _("même identifiant dans la source"),
    "matched_by_title": _("même titre dans la même source"),
    "matched_by_uid": _("même identifiant unique"),
    "national_changed": _("la fiche nationale « {title} » a changé ; ce champ avait été écrit autrement ici"),
    "not_in_first_list": _("la liste, lue en entier pour la première fois, ne la cite pas"),
    "nothing_new": _("la source n’a rien changé depuis le dernier import"),
    "older_than_known": _("la source date du {day}, plus ancienne que la fiche"),
    "published_fact": _("fait publié par sa source : repris tel quel"),
    "same_title": _("une fiche du même titre et du même porteur existe : {slug}"),
    "title_several_times": _("plusieurs fiches de cette source portent ce titre"),
    "twice_in_file": _("deuxième ligne du même fichier pour la même fiche"),
    "zone_changes": _("communes : +{added}, −{left}"),
    "zone_damaged": _("des lignes de la liste étaient illisibles : aucune commune n’est retirée"),
    "zone_far_fewer": _("la liste ne cite plus que {now} communes, contre {before} ici : à une personne de dire"),
}
