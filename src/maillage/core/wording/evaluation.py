"""Labelled packs and language models, which a person names by their folder."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "model_absent": _("Le modèle {path} (MAILLAGE_EMBEDDINGS) est absent."),
    "model_needs_library": _(
        "Le modèle {path} (MAILLAGE_EMBEDDINGS) demande sentence-transformers : pip install maillage[embeddings]."
    ),
    "model_unreadable": _(
        "Le modèle {path} (MAILLAGE_EMBEDDINGS) est illisible : un mot puis ses nombres par ligne sont attendus."
    ),
    "model_without_words": _(
        "Le modèle {path} (MAILLAGE_EMBEDDINGS) ne contient ni vecteurs de mots (.vec, .txt) ni modèle (modules.json)."
    ),
    "pack_empty": _("Le jeu est vide : aucun texte, ou aucun besoin jugé."),
    "pack_incomplete": _("Le jeu est incomplet : il manque le fichier {file}."),
    "pack_line_unreadable": _("{file}, ligne {line} : ce n’est pas la forme attendue."),
    "pack_unreadable": _("{file} est illisible : un texte UTF-8 de la forme décrite par son SOURCE.md est attendu."),
    "packs_unknown": _("Aucun jeu reconnu dans ce dossier. Jeux connus : {known}."),
    "titles_absent": _("{file} ne contient aucun intitulé du jeu étiqueté."),
}
