"""The catalogue of services of the Département de la Drôme for local authorities, in the shape of Aides-territoires."""

from __future__ import annotations

from maillage.connectors.connector import Connector

CONNECTOR = Connector(
    slug="departement-drome",
    name="Département de la Drôme (espace collectivités)",
    package=__package__,
    signature=frozenset(
        {"id", "name", "author", "targeted_audiences", "aid_types", "perimeter", "perimeter_suggestion", "categories"}
    ),
    origin="departement-drome",
    source_name="Département de la Drôme, espace collectivités",
    licence="inconnue : flux partenaire d’Aides-territoires",
    url="https://collectivites.ladrome.fr",
    rhythm="chaque jour",
)
