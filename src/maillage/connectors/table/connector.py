"""Any table (CSV, XLSX, JSONL, JSON) with a mapping someone wrote."""

from __future__ import annotations

from dataclasses import replace

from maillage.connectors.connector import Connector
from maillage.connectors.mapping import read_mapping

CONNECTOR = Connector(
    slug="table",
    name="Tableau avec une correspondance",
    package=__package__,
    signature=frozenset(),
    origin="table",
    source_name="Tableau importé",
    licence="",
    rhythm="à la demande",
)


def table_connector(*, slug: str, name: str, mapping: str, licence: str = "") -> Connector:
    """The connector of one table: `slug` is the origin of its sheets, `name` the source they show.

    Raises UnreadableFile when the mapping is malformed.
    """
    read = read_mapping(mapping, name=f"{slug}.csv")
    return replace(CONNECTOR, slug=slug, origin=slug, name=name, source_name=name, licence=licence, own_mapping=read)
