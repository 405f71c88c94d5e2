"""Why something lacks, or is there twice; what coverage refuses."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "comment_empty": _("Écrivez d’abord votre commentaire."),
    "coverage_busy": _("La couverture est déjà en train d’être comptée."),
    "coverage_missing": _("La couverture se compte en ce moment : revenez dans une minute."),
    "finding_has_need": _("Ce manque est déjà devenu un besoin."),
    "finding_unknown": _("Ce manque ou ce recouvrement n’existe pas."),
    "report_missing": _("Le rapport de ce jour se prépare : revenez dans une minute."),
    "report_network_unknown": _("« {value} » n’est pas un réseau connu ce jour-là. Réseaux connus : {known}."),
    "report_place_or_network": _("Un rapport porte sur un territoire ou sur un réseau : choisissez l’un des deux."),
    "report_place_unknown": _(
        "Un rapport se fait pour la France, une région, un département, une intercommunalité ou un réseau : "
        "« {value} » n’en est pas un."
    ),
    "snapshot_unknown": _("Rien n’a été gardé de la couverture au {value} ni avant."),
}

REASONS: dict[str, str] = {
    "demand_without_any": _(
        "en moyenne sur ses cases, {share} % des habitants n’ont aucune offre utilisable (demande pesée : {demand})"
    ),
    "demand_without_near": _(
        "en moyenne sur ses cases, {share} % des habitants n’ont rien de local ni de départemental "
        "(demande pesée : {demand})"
    ),
    "overlap_object": _("objets voisins : {share} % du poids de leurs mots en commun"),
    "overlap_text": _("descriptions voisines : {share} % du poids de leurs mots en commun"),
    "overlap_unlinked": _("aucune articulation déclarée entre elles"),
    "overlap_zone": _("{share} % de leurs habitants sont dans la zone de toutes"),
}
