"""A file: what it is, what it should be, how it was read."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "feed_declares_entities": _(
        "{name} déclare des entités XML, ce qu’aucun flux n’a à faire : il n’a pas été ouvert."
    ),
    "feed_too_large": _("{name} pèse {size} octets ; un flux en pèse {limit} au plus."),
    "feed_unreadable": _("{name} n’est pas un flux RSS ou Atom lisible."),
    "file_binary": _("{name} n’est pas un fichier de texte : ses octets ne forment aucun encodage connu."),
    "file_declares_entities": _(
        "{name} contient des déclarations interdites dans un classeur ; il n’a pas été ouvert."
    ),
    "file_empty": _("{name} est vide."),
    "file_is_7z": _("{name} est une archive 7z : décompressez-la d’abord."),
    "file_is_docx": _(
        "{name} est un document de traitement de texte, pas un tableau : enregistrez le tableau en CSV ou XLSX."
    ),
    "file_is_gzip": _("{name} est compressé (gzip) : décompressez-le d’abord."),
    "file_is_html": _("{name} est une page web (HTML), pas des données : téléchargez le fichier lui-même."),
    "file_is_image": _("{name} est une image."),
    "file_is_not_pdf": _("{name} n’est pas un PDF : son contenu le dit, quel que soit son nom."),
    "file_is_ods": _("{name} est un classeur OpenDocument : enregistrez-le en XLSX ou en CSV."),
    "file_is_parquet": _("{name} est un fichier Parquet : exportez-le en CSV."),
    "file_is_pdf": _("{name} est un document PDF : demandez les données à leur source, en CSV, XLSX ou JSON."),
    "file_is_rar": _("{name} est une archive RAR : décompressez-la d’abord."),
    "file_is_rtf": _("{name} est un document RTF, pas un tableau."),
    "file_is_sqlite": _("{name} est une base SQLite : exportez la table en CSV."),
    "file_is_xls": _("{name} est un ancien classeur (.xls) : enregistrez-le en XLSX ou en CSV."),
    "file_is_xml": _("{name} est un fichier XML : les formats lus sont CSV, XLSX, JSON et JSONL."),
    "file_is_zip": _("{name} est une archive ZIP : décompressez-la d’abord."),
    "file_lacks_columns": _("Il manque au fichier {file} ces colonnes : {missing}."),
    "file_not_a_table": _(
        "Plus de {count} lignes illisibles à la suite à partir de la ligne {line} : ce fichier n’est pas un tableau."
    ),
    "file_too_heavy": _("{name} pèse plus de {limit} Mo : allégez-le, ou donnez l’adresse de sa page."),
    "file_too_large": _(
        "{name} pèse {size} octets ; {limit} au plus. Si c’est voulu : « maillage importer --sans-limite »."
    ),
    "file_truncated": _("{name} est abîmé ou incomplet : téléchargez-le de nouveau."),
    "file_unpacks_too_large": _(
        "{name} pèserait {size} octets une fois décompressé ; {limit} au plus. Il n’a pas été ouvert."
    ),
    "file_unreadable": _("Le fichier {file} est illisible : {reason}."),
    "file_without_columns": _("{name} n’a pas de ligne d’en-tête lisible."),
    "folder_empty": _("Le dossier {name} ne contient aucun fichier lisible."),
    "folder_too_full": _("Le dossier {name} contient {count} fichiers ; {limit} au plus."),
    "json_without_a_list": _("{name} ne contient aucune liste d’objets."),
    "line_unreadable": _("La ligne {line} du fichier {file} est illisible : {reason}."),
    "mapping_code_unknown": _(
        "Correspondance {name}, ligne {line} : « {value} » n’est pas une valeur de {field}. Valeurs : {known}."
    ),
    "mapping_empty": _("La correspondance {name} n’a aucune ligne."),
    "mapping_field_unknown": _(
        "Correspondance {name}, ligne {line} : le champ « {value} » n’existe pas. Champs : {known}."
    ),
    "mapping_fits_nothing": _("La correspondance ne nomme aucune colonne du fichier. Les siennes : {columns}."),
    "mapping_line_too_wide": _(
        "Correspondance {name}, ligne {line} : plus de cellules que l’en-tête. Mettez des guillemets autour d’un texte."
    ),
    "mapping_without_column": _("La correspondance {name} n’a pas de colonne {column}. Colonnes attendues : {known}."),
    "mapping_without_title": _("Dites quelle colonne donne le titre : sans titre, aucune fiche."),
    "table_not_known": _("Ce fichier n’est d’aucune source connue : décrivez ses colonnes."),
    "table_too_long": _("Ce tableau a plus de {limit} lignes : coupez-le en plusieurs."),
    "table_without_columns": _("{name} n’a pas les colonnes attendues en première ligne : {known}."),
}

REASONS: dict[str, str] = {
    "encoding_marked": _("encodage annoncé par les premiers octets"),
    "encoding_utf8": _("encodage UTF-8, vérifié sur tout le fichier"),
    "encoding_utf8_damaged": _("encodage UTF-8, avec quelques octets abîmés"),
    "encoding_windows": _("encodage Windows-1252 : les octets ne sont pas de l’UTF-8"),
    "extension_differs": _("le nom dit {extension}, le contenu est {format}"),
    "folder_found": _("{count} fichiers du dossier lus comme un seul"),
    "format_found": _("format {format}, reconnu à son contenu"),
    "lines_above_header": _("en-tête après {count} lignes de présentation"),
    "separator_found": _("séparateur : {separator}"),
    "source_by_columns": _("source reconnue à ses colonnes : {source}"),
    "source_by_mapping": _("correspondance fournie : {name}"),
    "source_given": _("source indiquée : {source}"),
}
