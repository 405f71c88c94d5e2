"""What a cell of an imported file should hold: code → French sentence, alphabetical. Said through `core.wording`."""

from __future__ import annotations

from maillage.core.wording.marking import _

EXPECTED: dict[str, str] = {
    "address": _("une adresse web, par exemple https://exemple.fr/aide"),
    "amount": _("un montant en euros, par exemple 1 234,50"),
    "cell_count": _("{width} cellules, comme l’en-tête"),
    "cell_length": _("une cellule de 100 000 caractères au plus"),
    "closed_quote": _("un guillemet fermant"),
    "column_count": _("1 000 colonnes au plus"),
    "day": _("une date, par exemple 2026-11-21 ou 21/11/2026"),
    "described_sheet": _("une promesse, une description ou des critères ; sans texte, la fiche reste un brouillon"),
    "feed_end": _("la fin du flux : il est coupé ou mal formé"),
    "feed_entries": _("2 000 entrées au plus ; les suivantes ne sont pas lues"),
    "identifier": _("un identifiant"),
    "json_depth": _("des objets emboîtés sur 40 niveaux au plus"),
    "json_end": _("la fin du fichier JSON : il est coupé"),
    "json_object": _("un objet JSON bien formé"),
    "known_value": _("une de ces valeurs : {known}"),
    "maillage_format": _("une fiche au format maillage-programme/1"),
    "no_person": _("un organisme : le nom d’une personne n’est pas repris"),
    "once_in_file": _("un identifiant une seule fois dans le fichier (déjà lu ligne {line})"),
    "opens_before_closing": _("une ouverture avant la clôture ; l’ouverture n’est pas gardée"),
    "organisation_name": _("le nom d’une organisation"),
    "phone": _("un numéro de téléphone"),
    "project": _("l’objet du projet"),
    "quoted_cell": _("un séparateur après le guillemet fermant, ou un guillemet doublé"),
    "readable_file": _("un fichier lisible"),
    "record_length": _("une fiche d’un million de caractères au plus"),
    "refused_by_mapping": _("{reason}"),
    "rule": _("{reason}"),
    "sdg": _("un numéro d’ODD de 1 à 17"),
    "shorter_text": _("{limit} caractères au plus ({length} ici)"),
    "siren": _("un SIREN : neuf chiffres dont le dernier est une clé de contrôle"),
    "siret": _("un SIRET : quatorze chiffres"),
    "territory": _("un territoire : code typé (COM-62041, DEP-2A, REG-32, PAYS-99100), code INSEE ou SIREN"),
    "title": _("un titre"),
    "utf8_bytes": _("des caractères lisibles (UTF-8)"),
    "uuid": _("un UUID, par exemple 65d5b6c7-102c-4440-ac3b-768f708edc0a"),
    "whole_number": _("un nombre entier"),
    "year": _("une année, par exemple 2023"),
}
"""What a cell of an imported file should hold, said next to what it holds."""
