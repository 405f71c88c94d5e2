"""The France services, one line each: a desk, its address, its telephone, when it is open."""

from __future__ import annotations

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
CLOSED = "00:00 - 00:00"
"""How the list writes half a day without opening."""


def with_hours(row: Row) -> Row:
    """The record with its columns of hours as one text, a line per day; the days that are closed are left out."""
    told = [day for day in DAYS if f"h_{day}" in row]
    if not told:
        return row
    hours = {day: _open_hours(str(row.get(f"h_{day}") or "")) for day in told}
    return {**row, "horaires": "\n".join(f"{day} : {said}" for day, said in hours.items() if said)}


def _open_hours(text: str) -> str:
    parts = (part.strip() for part in text.split("/"))
    return " / ".join(part for part in parts if part and part != CLOSED)


CONNECTOR = Connector(
    slug="france-services",
    name="France services (liste des structures)",
    package=__package__,
    gives="organisation",
    signature=frozenset({"id_fs", "lib_fs", "insee_com", "type_fs", "format_fs"}),
    origin="france-services",
    source_name="ANCT, liste des structures France services",
    licence="Licence Ouverte 2.0",
    url="https://www.data.gouv.fr/fr/datasets/liste-des-structures-france-services/",
    rhythm="plusieurs fois par an",
    shape=with_hours,
    is_whole=True,
)
