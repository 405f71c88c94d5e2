"""The way out to the sources: the polite client, told who runs this house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from maillage.connectors.connector import fetch_source
from maillage.connectors.polite.fetched import Fetched, Hop, Probed, Validators

if TYPE_CHECKING:
    from maillage.connectors.polite.client import Client

__all__ = ["Client", "Fetched", "Hop", "Probed", "Validators", "check_address", "fetch_source", "polite_client"]


def polite_client() -> Client:
    """A client that reaches public web addresses alone; use it with `with`, in one thread."""
    from maillage.connectors.polite.client import Client  # it wakes httpx: 0.2 s nobody waits for at start

    return Client(contact=settings.CONTACT, secrets=settings.SOURCE_SECRETS)


def check_address(address: str) -> None:
    """Raise Invalid when this is not the address of a public web page, as far as its writing tells.

    The addresses it leads to are checked again each time it is asked.
    """
    from maillage.connectors.polite.addresses import Places

    Places().checked(address)
