"""Projects funded by the State's investment grants (DETR, DSIL, DSID), 2018 and 2019 (DGCL, ANCT)."""

from __future__ import annotations

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector


def laid_flat(row: Row) -> Row:
    """The record with its `code_geo` under the name of what it is: commune, intercommunal body, establishment."""
    code = str(row.get("code_geo") or "").strip()
    named = {5: "commune", 9: "groupement", 14: "établissement"}.get(len(code))
    return {**row, named: code} if named else row


CONNECTOR = Connector(
    slug="dotations-projets",
    name="DETR, DSIL et DSID (projets subventionnés)",
    package=__package__,
    gives="grant",
    signature=frozenset({"id", "annee", "dotation", "beneficiaire", "subvention", "code_geo"}),
    origin="dotations-projets",
    source_name="DGCL et ANCT, projets des dotations d’investissement de l’État",
    licence="Licence Ouverte 2.0",
    url="https://github.com/anct-carto/dotations_investissement_2019",
    rhythm="jamais : deux années publiées, 2018 et 2019",
    shape=laid_flat,
    is_whole=True,
)
