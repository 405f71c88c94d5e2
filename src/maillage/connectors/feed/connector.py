"""Any RSS or Atom feed: each entry is a draft of a sheet that waits for a person."""

from __future__ import annotations

import hashlib

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector
from maillage.connectors.files.feed import COLUMNS

KEY_LENGTH = 200


def with_key(row: Row) -> Row:
    """The entry with the key it keeps from one reading to the next: its identifier, else its address."""
    said = str(row.get("id") or row.get("link") or "").strip()
    key = said if len(said) <= KEY_LENGTH else hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    return {**row, "clé": key}


CONNECTOR = Connector(
    slug="flux",
    name="Flux RSS ou Atom",
    package=__package__,
    signature=frozenset(COLUMNS),
    origin="flux",
    source_name="Flux RSS ou Atom",
    licence="",
    rhythm="celui du flux",
    status="review",
    shape=with_key,
    only_these=True,
    one_per_place=True,
)
