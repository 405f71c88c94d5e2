"""A real web server on loopback that plays a source: kind, slow, lying or hostile, as the test decides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from maillage.connectors.polite.addresses import Places
from maillage.connectors.polite.client import Client
from maillage.connectors.polite.rhythm import Manners

QUICK = Manners(connect_s=2, read_s=0.4, total_s=2, first_wait_s=0.01, pause_s=0)


@dataclass(frozen=True)
class Asked:
    """One request as the server received it."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Site:
    """A running server. `pages`: what answers at each path; any other path is not found."""

    port: int
    pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, manners: Manners = QUICK, *, also: Site | None = None, **more) -> Client:
        """A client that may reach this server (and that one) but nothing else of the machine; it notes its waits."""
        places = Places(allowed=frozenset(("127.0.0.1", site.port) for site in (self, also) if site))
        return Client(contact="veille@exemple.fr", manners=manners, places=places, sleep=self.slept.append, **more)

    def paths(self) -> list[str]:
        """The paths asked, in order, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]


@contextmanager
def open_site() -> Iterator[Site]:
    """A server on a free port of loopback, stopped at the end."""
    site = Site(port=0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            names = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append(Asked(self.command, self.path, names))
            page = site.pages.get(self.path, lambda handler: reply(handler, b"", status=404))
            try:
                page(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_HEAD = do_POST = answer  # noqa: N815 - names of the standard library

        def log_message(self, *_args) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def reply(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    """A whole answer; header names are written with underscores."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def page(body: bytes, *, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """A path that always gives this answer."""
    return lambda handler: reply(handler, body, status=status, **headers)


def in_turn(*pages: Callable[[BaseHTTPRequestHandler], None]) -> Callable[[BaseHTTPRequestHandler], None]:
    """A path that gives these answers one after the other."""
    waiting = list(pages)
    return lambda handler: waiting.pop(0)(handler)
