"""Connections made to the very IP addresses that were checked, and never longer than a deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from maillage.connectors.polite.addresses import Places

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
ATTEMPTED = 4
"""Addresses of one host tried in turn."""


class Dialler(httpcore.NetworkBackend):
    """Resolves a name once, checks every address it has, and dials one of these: nothing is resolved again.

    A name whose answer changes between the check and the connection (DNS rebinding) thus cannot lead inside. The name
    itself still goes into TLS and the Host header, which httpcore takes from the request. `deadline`: moment, on the
    monotonic clock, after which nothing is read any more, however slowly bytes keep dripping. One thread at a time.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._sockets = httpcore.SyncBackend()
        self.deadline = float("inf")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses. Raises Invalid for an address that is not public."""
        try:
            found = self._places.resolved(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("name") from error
        problem: Exception = httpcore.ConnectError("name")
        for ip in found[:ATTEMPTED]:
            try:
                stream = self._sockets.connect_tcp(ip, port, self.left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Stream(stream, self)
        raise problem

    def left(self, timeout: float | None) -> float:
        """Seconds one operation may take. Raises ReadTimeout when the deadline has passed."""
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise httpcore.ReadTimeout("deadline")
        return min(remaining, timeout or remaining, 3600.0)


class _Stream(httpcore.NetworkStream):
    """A connection whose every operation ends by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, dialler: Dialler) -> None:
        self._stream = stream
        self._dialler = dialler

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._dialler.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._dialler.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._dialler.left(timeout))
        return _Stream(stream, self._dialler)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Transport(httpx.BaseTransport):
    """The requests of httpx over connections made by a Dialler: no proxy, nothing taken from the environment."""

    def __init__(self, dialler: Dialler) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=4,
            max_keepalive_connections=2,
            keepalive_expiry=10.0,
            network_backend=dialler,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read. Raises the errors of httpcore, and Invalid from the dialler."""
        url = request.url
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(asked)
        return httpx.Response(
            status_code=answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The bytes of an answer as they arrive."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
