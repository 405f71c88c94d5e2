"""Another Maillage: the sheets it publishes at `/donnees/programmes.jsonl`, one per line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from maillage.connectors.cells import Row, texts
from maillage.connectors.connector import Connector, Misshapen, Shape

SHAPE = "maillage-programme/1"
"""What each line says it is, in `format`; written by `inventory.dump`."""
COLUMNS = frozenset({"format", "url", "via", "uid", "title", "operators", "zones", "origin", "origin_id"})


def laid_flat(row: Row, *, own: str = "") -> Row:
    """The sheet with its operators one column per role and its links as text.

    « revient ici » says that the sheet already went through the house at `own`: it is ours, coming back. Raises
    Misshapen for a line of another format.
    """
    if row.get("format") != SHAPE:
        raise Misshapen("maillage_format", column="format", value=row.get("format"))
    via = [_host(address) for address in texts(row.get("via"))]
    return {
        **row,
        **_operators(row.get("operators")),
        "base juridique": [" ".join(texts(link)) for link in _list(row.get("legal_bases"))],
        "passée par": " ".join(texts(row.get("via"))),
        "source première": " ".join([*texts(row.get("origin")), *texts(row.get("origin_id"))]),
        "revient ici": "oui" if own and _host(own) in via else "",
    }


def shape_at(own: str) -> Shape:
    """The shape for the house at this address, which leaves aside what comes from itself."""
    return partial(laid_flat, own=own)


def _operators(value: Any) -> dict[str, list[str]]:
    """One column per role, as « nom#siren »."""
    columns: dict[str, list[str]] = {"operator": [], "funder": [], "relay": []}
    for part in _list(value):
        if isinstance(part, Mapping):
            name, siren = str(part.get("name") or "").replace("#", "♯"), str(part.get("siren") or "")
            role = str(part.get("role") or "operator")
            columns.get(role, columns["operator"]).append(f"{name}#{siren}".removesuffix("#"))
    return dict(columns)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _host(address: str) -> str:
    try:
        return (urlsplit(address).netloc or address).lower()
    except ValueError:
        return address


CONNECTOR = Connector(
    slug="autre-maillage",
    name="Un autre Maillage",
    package=__package__,
    signature=COLUMNS,
    origin="autre-maillage",
    source_name="Un autre Maillage",
    licence="",
    rhythm="chaque jour",
    shape=laid_flat,
    shape_at=shape_at,
    one_per_place=True,
    is_whole=True,
)
