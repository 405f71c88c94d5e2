"""The Aides-territoires API (v1.0 to v1.6): its pages read one after the other, or any list of its aids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from maillage.connectors.cells import Row, texts
from maillage.connectors.connector import Connector
from maillage.connectors.fetch import paged_list
from maillage.connectors.polite.fetched import NO_HEADERS, Fetched, Validators
from maillage.core.errors import UnreadableFile

if TYPE_CHECKING:
    from maillage.connectors.polite.client import Client

SLUG = "aides-territoires"
SIGN_IN = "/api/connexion/"
TOKEN_CHARACTERS, TOKEN_BYTES = 8_000, 64 * 1024


def laid_flat(row: Row) -> Row:
    """The record with the theme taken off each « theme|category »: the category says it."""
    return {**row, "categories": [label.rpartition("|")[2] for label in texts(row.get("categories"))]}


def every_page(client: Client, address: str, folder: Path, _validators: Validators) -> Fetched:
    """Every page of the list. With a key (`Client.secrets`) we sign in first: the key gives a token for a day.

    Validators are of no use: those of the first page say nothing of the others.
    """
    key = client.secrets.get(SLUG, "")
    secret = {"Authorization": f"Bearer {_token(client, address, folder, key=key)}"} if key else NO_HEADERS
    return paged_list(client, address, folder, records="results", following="next", secret=secret)


def _token(client: Client, address: str, folder: Path, *, key: str) -> str:
    path = folder / "token.json"
    try:
        client.get(urljoin(address, SIGN_IN), path, method="POST", secret={"X-AUTH-TOKEN": key}, limit=TOKEN_BYTES)
        said = json.loads(path.read_bytes())
    except ValueError as error:
        raise UnreadableFile("sign_in_unreadable", source=CONNECTOR.name) from error
    finally:
        path.unlink(missing_ok=True)
    token = said.get("token") if isinstance(said, dict) else None
    if not isinstance(token, str) or not 0 < len(token) < TOKEN_CHARACTERS or not token.isascii():
        raise UnreadableFile("sign_in_unreadable", source=CONNECTOR.name)
    return token


CONNECTOR = Connector(
    slug=SLUG,
    name="Aides-territoires (interface de programmation)",
    package=__package__,
    signature=frozenset({"id", "name", "targeted_audiences", "aid_types", "perimeter"}),
    origin="aides-territoires",
    source_name="Aides-territoires",
    licence="Licence Ouverte 2.0",
    url="https://aides-territoires.beta.gouv.fr/api/swagger/",
    rhythm="à la demande ; la source change chaque jour",
    shape=laid_flat,
    fetch=every_page,
    default_address="https://aides-territoires.beta.gouv.fr/api/aids/",
)
