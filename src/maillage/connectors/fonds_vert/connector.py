"""Projects funded by the Fonds vert, one file per year (data.gouv.fr, « liste des projets subventionnés »)."""

from __future__ import annotations

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector

FIRST_EDITION = "nom_beneficiaire_principal"
"""A column only the file of 2023 has; no edition has a column for its year."""


def laid_flat(row: Row) -> Row:
    """The record with the columns of both editions under one name, and its identifier as SIREN or SIRET."""
    number = str(row.get("siren") or row.get("siret_beneficiaire") or "").strip().removesuffix(".0")
    kind = "siret lu" if len(number) == 14 else "siren lu"
    return {
        **row,
        kind: number,
        "bénéficiaire": row.get(FIRST_EDITION) or row.get("raison_sociale_beneficiaire"),
        "forme juridique": row.get("forme_juridique_beneficiaire") or row.get("forme juridique_beneficiaire"),
        "mesure": row.get("nom_demarche_ds") or row.get("demarche"),
        "année": row.get("annee") or row.get("exercice") or ("2023" if FIRST_EDITION in row else ""),
    }


CONNECTOR = Connector(
    slug="fonds-vert-projets",
    name="Fonds vert (projets subventionnés)",
    package=__package__,
    gives="grant",
    signature=frozenset({"numero_dossier_ds", "nom_du_projet", "montant_engage"}),
    origin="fonds-vert-projets",
    source_name="Fonds vert, liste des projets subventionnés",
    licence="Licence Ouverte 2.0",
    url="https://www.data.gouv.fr/datasets/fonds-vert-liste-des-projets-subventionnes",
    rhythm="chaque année",
    shape=laid_flat,
    is_whole=True,
    repeats=True,
)
