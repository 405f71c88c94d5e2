"""The guide of aids of the Région Île-de-France (« guide-des-aides », JSON)."""

from __future__ import annotations

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector

BLANKS = ("a definir", "a definr", "champ non publi")
"""How cells that nobody filled begin, once folded."""


def without_blanks(row: Row) -> Row:
    """The record without the notes that only say that they are to be written."""
    notes = str(row.get("notes") or "")
    return {**row, "notes": ""} if notes.casefold().startswith(BLANKS) else row


CONNECTOR = Connector(
    slug="ile-de-france-guide",
    name="Région Île-de-France (guide des aides)",
    package=__package__,
    signature=frozenset({"title", "tenant", "reference", "statut", "publicsBeneficiaire", "competences"}),
    origin="ile-de-france-guide",
    source_name="Région Île-de-France, guide des aides",
    licence="inconnue : flux partenaire d’Aides-territoires",
    url="https://www.iledefrance.fr/aides-et-appels-a-projets",
    rhythm="chaque jour",
    shape=without_blanks,
    speaks_of=frozenset({"dateOuvertureCampagne", "dateFinCampagne"}),
    is_whole=True,
)
