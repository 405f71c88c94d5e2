"""Calls of the European Union gathered by Welcomeurope (JSON)."""

from __future__ import annotations

import re
from html import unescape

from maillage.connectors.cells import Row, texts
from maillage.connectors.connector import Connector

DAY = re.compile(r"(\d{4})(\d{2})(\d{2})$")


def laid_flat(row: Row) -> Row:
    """The record with its lists cut (their `&amp;` holds the sign that separates them) and its days in ISO form."""
    days = {name: DAY.sub(r"\1-\2-\3", str(row.get(name) or "").strip()) for name in ("deadline1", "dates_open-1")}
    return {
        **row,
        **days,
        "secteurs": _listed(row.get("filtres_sectors")),
        "publics": _listed(row.get("filtres_beneficiaries")),
    }


def _listed(value: object) -> list[str]:
    return [word.strip() for text in texts(value) for word in unescape(text).split(";")]


CONNECTOR = Connector(
    slug="welcomeurope",
    name="Welcomeurope (appels européens)",
    package=__package__,
    signature=frozenset({"ID", "post_title", "permalink", "filtres_sectors", "filtres_beneficiaries"}),
    origin="welcomeurope",
    source_name="Welcomeurope",
    licence="inconnue : flux partenaire d’Aides-territoires",
    url="https://www.welcomeurope.com",
    rhythm="chaque jour",
    status="review",
    shape=laid_flat,
)
