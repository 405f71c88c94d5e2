"""What a first visit downloads: the page and what it links to, as sent, and anything asked of a third party."""

from __future__ import annotations

import gzip
import http.client
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

LINKED = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Kilobytes as sent (compressed), number of requests, addresses outside the site (there must be none)."""

    html_kb: float
    total_kb: float
    requests: int
    third_party: tuple[str, ...]


class _Loads(HTMLParser):
    """The addresses a browser fetches by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "link" and LOADED_LINKS & set(named.get("rel", "").split()):
            self.found.append(named.get("href", ""))
        elif tag in {"script", "img", "source", "iframe", "embed", "video", "audio"} and named.get("src"):
            self.found.append(named["src"])


def loaded_by(html: str) -> list[str]:
    """The addresses a page loads, in order, each once."""
    reader = _Loads()
    reader.feed(html)
    return list(dict.fromkeys(address for address in reader.found if address and not address.startswith("data:")))


def weigh(port: int, path: str) -> Weight:
    """Visit a page for the first time, nothing in the cache."""
    site = f"http://127.0.0.1:{port}"
    sent, body = _fetch(port, path)
    page, total, requests = sent, sent, 1
    third_party: list[str] = []
    waiting = [urljoin(f"{site}{path}", address) for address in loaded_by(body)]
    for address in waiting:
        if not address.startswith(f"{site}/"):
            third_party.append(address)
            continue
        parts = urlsplit(address)
        sent, body = _fetch(port, parts.path + (f"?{parts.query}" if parts.query else ""))
        total, requests = total + sent, requests + 1
        if parts.path.endswith(".css"):
            nested = (urljoin(address, one or two) for one, two in LINKED.findall(body))
            waiting += [each for each in nested if not each.startswith("data:") and each not in waiting]
    return Weight(
        html_kb=round(page / 1000, 1),
        total_kb=round(total / 1000, 1),
        requests=requests,
        third_party=tuple(third_party),
    )


def _fetch(port: int, path: str) -> tuple[int, str]:
    """Bytes as sent and the text itself."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept-Language": "fr"})
    response = connection.getresponse()
    raw = response.read()
    packed = response.headers.get("Content-Encoding") == "gzip"
    connection.close()
    return len(raw), (gzip.decompress(raw) if packed else raw).decode("utf-8", "replace")
