"""Ways of reading an address: one file, or the pages of a web interface gathered into one file."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from maillage.connectors.files.encoding import sha256_of
from maillage.connectors.polite.fetched import NO_HEADERS, Fetched, Hop, Validators
from maillage.core.errors import Unreachable, UnreadableFile

if TYPE_CHECKING:  # the client wakes httpx: 0.2 s nobody waits for at start
    from maillage.connectors.polite.client import Client

Fetch = Callable[["Client", str, Path, Validators], Fetched]
"""Reads an address into a file of the folder: client, address, folder, what the source said last time."""
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
NAME_LENGTH = 80
PAGES = 2_000
"""Pages of one list: beyond, the source is leading us round in circles."""
RECORDS = "fiches.jsonl"
PAGE_BYTES = 16 * 1024 * 1024
"""A page is held in memory while it is read."""
LIST_S = 2 * 3600
"""Seconds a whole list may take."""


def single_file(client: Client, address: str, folder: Path, validators: Validators) -> Fetched:
    """The file at the address, under the name it has there."""
    return client.get(address, folder / name_of(address), validators=validators)


def name_of(address: str) -> str:
    """A safe file name for what is at this address: its last word."""
    last = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]
    return UNSAFE.sub("-", last).strip("-.")[-NAME_LENGTH:] or "reponse"


def paged_list(
    client: Client, address: str, folder: Path, *, records: str, following: str, secret: Mapping[str, str] = NO_HEADERS
) -> Fetched:
    """Every page of a list, its objects one per line in `fiches.jsonl`, each as the source wrote it.

    `records`: the key of the objects in a page; `following`: the key of the address of the next page. The list is
    whole or nothing: a page that fails or answers nonsense leaves no file. Raises as `Client.get` does, and
    UnreadableFile for a page that is not what it should be.
    """
    target, partial, page_path = folder / RECORDS, folder / f"{RECORDS}.part", folder / "page.json"
    hops: tuple[Hop, ...] = ()
    visited: set[str] = set()
    ends = time.monotonic() + LIST_S
    try:
        with partial.open("wb") as file:
            page_address = address
            while page_address:
                if page_address in visited or len(visited) >= PAGES:
                    raise UnreadableFile("pages_in_circles", address=address, count=len(visited))
                if time.monotonic() > ends:
                    raise Unreachable("source_too_slow", host=str(urlsplit(address).hostname))
                visited.add(page_address)
                fetched = client.get(page_address, page_path, secret=secret, limit=PAGE_BYTES)
                hops = hops or fetched.redirects
                page = _page(page_path, number=len(visited))
                file.writelines(_lines(page, records, number=len(visited)))
                if file.tell() > client.manners.size_limit:
                    raise UnreadableFile(
                        "file_too_large", name=RECORDS, size=file.tell(), limit=client.manners.size_limit
                    )
                page_address = _next_address(page.get(following), base=page_address, number=len(visited))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
        page_path.unlink(missing_ok=True)
    return Fetched(
        url=address,
        path=target,
        redirects=hops,
        sha256=sha256_of(target),
        size=target.stat().st_size,
        media_type="application/x-ndjson",
        pages=len(visited),
    )


def _page(path: Path, *, number: int) -> dict[str, Any]:
    name = f"page {number}"
    raw = path.read_bytes()
    if raw.lstrip()[:1] == b"<":
        raise UnreadableFile("file_is_html", name=name)
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile("page_unreadable", page=number) from error
    if not isinstance(found, dict):
        raise UnreadableFile("page_unreadable", page=number)
    return found


def _lines(page: dict[str, Any], records: str, *, number: int) -> Iterator[bytes]:
    found = page.get(records)
    if not isinstance(found, list):
        raise UnreadableFile("page_unreadable", page=number)
    for record in found:
        yield json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _next_address(said: object, *, base: str, number: int) -> str:
    """The next page, on the same site and by the same scheme as this one; "" after the last."""
    if not said:
        return ""
    if not isinstance(said, str):
        raise UnreadableFile("page_unreadable", page=number)
    try:
        here, there = urlsplit(base), urlsplit(urljoin(base, said))
    except ValueError as error:
        raise UnreadableFile("page_unreadable", page=number) from error
    if there.hostname != here.hostname:
        raise UnreadableFile("page_elsewhere", page=number, host=str(there.hostname)[:80])
    return there._replace(scheme=here.scheme, netloc=here.netloc).geturl()
