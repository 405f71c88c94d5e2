"""The aids and calls of the ministère de la Culture (culture.gouv.fr, « démarches en ligne », JSON)."""

from __future__ import annotations

import re

from maillage.connectors.cells import Row, texts
from maillage.connectors.connector import Connector

AFTER_COLON = re.compile(r":\s+")


def mended(row: Row) -> Row:
    """The record without the blanks its address and dates hold after their colons, its publics one by one."""
    tight = {name: AFTER_COLON.sub(":", str(row.get(name) or "")) for name in ("url", "modificationDate")}
    publics = [word for text in texts(row.get("public")) for word in text.split(", ")]
    return {**row, **tight, "publics": [*publics, *texts(row.get("eztag_cible"))]}


CONNECTOR = Connector(
    slug="ministere-culture",
    name="Ministère de la Culture (démarches)",
    package=__package__,
    signature=frozenset({"id", "title", "eztag_theme", "eztag_region", "eztag_cible", "deadline"}),
    origin="ministere-culture",
    source_name="Ministère de la Culture, démarches en ligne",
    licence="inconnue : flux partenaire d’Aides-territoires",
    url="https://www.culture.gouv.fr/Demarches-en-ligne",
    rhythm="chaque jour",
    shape=mended,
    speaks_of=frozenset({"body", "link"}),
    is_whole=True,
)
