"""Aids and calls for projects of the Région Île-de-France (data.iledefrance.fr, « aides-appels-a-projets »)."""

from __future__ import annotations

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector


def with_number(row: Row) -> Row:
    """The record with its number: the last word of its address."""
    return {**row, "numéro": str(row.get("url_source") or "").rstrip("/").rpartition("/")[2]}


CONNECTOR = Connector(
    slug="ile-de-france",
    name="Région Île-de-France (aides et appels à projets)",
    package=__package__,
    signature=frozenset({"titre", "organisme", "date_limite", "url_source", "resume", "public_cible"}),
    origin="ile-de-france",
    source_name="Région Île-de-France, aides et appels à projets",
    licence="Licence Ouverte 2.0",
    url="https://data.iledefrance.fr",
    rhythm="chaque jour",
    shape=with_number,
    is_whole=True,
)
