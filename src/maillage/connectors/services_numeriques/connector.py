"""Digital services for local authorities: the State's comparison of 125 of them, and the sheets authorities see."""

from __future__ import annotations

import re
from dataclasses import replace

from maillage.connectors.cells import Row, key_of
from maillage.connectors.connector import Connector


def with_key(row: Row) -> Row:
    """The record with the name of the service reduced to what both files agree on."""
    name = str(row.get("Nom du service") or row.get("name") or "")
    return {**row, "clé": re.sub(r"[^a-z0-9]+", "-", key_of(name)).strip("-")}


BENCHMARK = Connector(
    slug="services-numeriques",
    name="Services numériques pour les collectivités (comparatif)",
    package=__package__,
    signature=frozenset({"Nom du service", "Opérateur", "Baseline auto", "Thématique principale"}),
    origin="services-numeriques",
    source_name="Communs de la transition écologique des collectivités",
    licence="Apache-2.0",
    url="https://github.com/betagouv/communs-de-la-transition-ecologique-des-collectivites",
    rhythm="quelques fois par an",
    shape=with_key,
    is_whole=True,
)
SHEETS = replace(
    BENCHMARK,
    slug="services-numeriques-fiches",
    name="Services numériques pour les collectivités (fiches)",
    signature=frozenset({"name", "sousTitre", "description", "redirectionUrl", "isListed"}),
)
