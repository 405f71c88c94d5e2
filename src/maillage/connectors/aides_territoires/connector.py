"""The Aides-territoires API (v1.0 to v1.6): a page of results, or any list of its aids."""

from __future__ import annotations

from maillage.connectors.cells import Row, texts
from maillage.connectors.connector import Connector


def laid_flat(row: Row) -> Row:
    """The record with the theme taken off each « theme|category »: the category says it."""
    return {**row, "categories": [label.rpartition("|")[2] for label in texts(row.get("categories"))]}


CONNECTOR = Connector(
    slug="aides-territoires",
    name="Aides-territoires (interface de programmation)",
    package=__package__,
    signature=frozenset({"id", "name", "targeted_audiences", "aid_types", "perimeter"}),
    origin="aides-territoires",
    source_name="Aides-territoires",
    licence="Licence Ouverte 2.0",
    url="https://aides-territoires.beta.gouv.fr/api/swagger/",
    rhythm="à la demande ; la source change chaque jour",
    shape=laid_flat,
)
