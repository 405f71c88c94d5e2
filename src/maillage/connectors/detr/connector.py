"""The DETR's priority categories, as each préfecture lists them in the national application form.

One sheet per line, département × category: that is the local rule of eligibility people look for.
"""

from __future__ import annotations

import hashlib

from maillage.connectors.cells import Row, key_of
from maillage.connectors.connector import Connector


def with_key(row: Row) -> Row:
    """The record with a key of its own: the source gives none to its lines."""
    said = "\n".join(key_of(str(row.get(column) or "")) for column in ("rubrique", "categorie"))
    digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
    return {**row, "clé": f"{row.get('departement')}-{digest}"}


CONNECTOR = Connector(
    slug="detr",
    name="Catégories prioritaires de la DETR par département",
    package=__package__,
    signature=frozenset({"departement", "departement_nom", "rubrique", "categorie"}),
    origin="detr-par-departement",
    source_name="Formulaire national de demande de DETR et de DSIL (Démarches simplifiées), liste du département",
    licence="Information publique réutilisable",
    rhythm="chaque année, quand les commissions d’élus ont arrêté les catégories",
    shape=with_key,
    is_whole=True,
)
