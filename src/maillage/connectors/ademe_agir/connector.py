"""The aids of ADEME (« Agir pour la transition », JSON)."""

from __future__ import annotations

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector


def address_mended(row: Row) -> Row:
    """The record with the blanks that its address holds taken off."""
    return {**row, "page": "".join(str(row.get("url_agir") or "").split())}


CONNECTOR = Connector(
    slug="ademe-agir",
    name="ADEME (Agir pour la transition)",
    package=__package__,
    signature=frozenset({"id", "titre", "cible_projet", "thematiques", "couverture_geo", "url_agir"}),
    origin="ademe-agir",
    source_name="ADEME, Agir pour la transition",
    licence="inconnue : flux partenaire d’Aides-territoires",
    url="https://agirpourlatransition.ademe.fr",
    rhythm="chaque jour",
    shape=address_mended,
    is_whole=True,
)
