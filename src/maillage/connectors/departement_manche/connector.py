"""The guide of aids of the Département de la Manche (« guide-des-aides », JSON)."""

from __future__ import annotations

from maillage.connectors.connector import Connector

CONNECTOR = Connector(
    slug="departement-manche",
    name="Département de la Manche (guide des aides)",
    package=__package__,
    signature=frozenset({"id", "name", "origin_url", "categories", "targeted_audiences", "contact_phone"}),
    origin="departement-manche",
    source_name="Département de la Manche, guide des aides",
    licence="inconnue : flux partenaire d’Aides-territoires",
    url="https://www.manche.fr/guide-des-aides/",
    rhythm="chaque jour",
    is_whole=True,
)
