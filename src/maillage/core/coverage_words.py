"""Why something lacks, or is there twice: codes of reasons → French sentences, alphabetical. Said through `wording`."""

from __future__ import annotations


def _(text: str) -> str:
    return text


COVERAGE_REASONS: dict[str, str] = {
    "demand_without_any": _(
        "en moyenne sur ses cases, {share} % des habitants n’ont aucune offre utilisable (demande pesée : {demand})"
    ),
    "demand_without_near": _(
        "en moyenne sur ses cases, {share} % des habitants n’ont rien de local ni de départemental "
        "(demande pesée : {demand})"
    ),
    "overlap_object": _("objets voisins : {share} % du poids de leurs mots en commun"),
    "overlap_unlinked": _("aucune articulation déclarée entre elles"),
    "overlap_zone": _("{share} % de leurs habitants sont dans la zone de toutes"),
}
