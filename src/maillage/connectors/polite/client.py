"""The polite client: one address asked, its answer on disk, or a precise error."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpcore
import httpx

from maillage.connectors.polite.addresses import Places, origin_of, shown
from maillage.connectors.polite.body import write_body
from maillage.connectors.polite.dialing import Dialler, Transport
from maillage.connectors.polite.fetched import NO_HEADERS, NO_VALIDATORS, Fetched, Hop, Probed, Validators
from maillage.connectors.polite.rhythm import (
    BUSY,
    USUAL_MANNERS,
    Manners,
    Rhythm,
    Sleep,
    asked_to_wait,
    wait_before,
)
from maillage.connectors.polite.robots import ROBOTS_BYTES, Rules, rules_from
from maillage.core.errors import MaillageError, Unreachable

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PUBLIC = Places()


class _Again(Exception):
    """A failure that a second try may mend. `wait`: seconds the source asks for, None when it does not say."""

    def __init__(self, error: MaillageError, *, wait: float | None = None) -> None:
        super().__init__(error)
        self.error, self.wait = error, wait


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is asked. `secret`: headers never sent to another origin than the first. `limit`: bytes, 0 for the usual."""

    url: httpx.URL
    method: str
    validators: Validators
    secret: Mapping[str, str]
    limit: int = 0


class Client:
    """Asks public web addresses, one at a time, within bounds; one per thread. Use it with `with`.

    `contact`: an address or page where whoever runs a source can reach us; it goes into every request.
    `secrets`: what sources gave us to be recognised by, under the slug of their connector.
    `places`: which addresses may be reached; only tests give another value than the public ones.
    """

    def __init__(
        self,
        *,
        contact: str,
        secrets: Mapping[str, str] = NO_HEADERS,
        manners: Manners = USUAL_MANNERS,
        places: Places = PUBLIC,
        sleep: Sleep = time.sleep,
    ) -> None:
        self.user_agent = " ".join(f"Maillage/0.1 (commun public, sources ouvertes ; {contact})".split())
        self.secrets = secrets
        self.manners = manners
        self._places = places
        self._dialler = Dialler(places)
        self._transport = Transport(self._dialler)
        self._rhythm = Rhythm(sleep=sleep)
        self._sleep = sleep
        self._rules: dict[tuple[str, str, int], Rules] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def get(
        self,
        address: str,
        to: Path,
        *,
        validators: Validators = NO_VALIDATORS,
        secret: Mapping[str, str] = NO_HEADERS,
        method: str = "GET",
        limit: int = 0,
    ) -> Fetched:
        """The answer of an address, written at `to`; asked again after a failure that may pass.

        `limit`: bytes it may weigh, when that is less than our manners allow.

        Raises Invalid for an address that is not public, or that leads to one; Unreachable when the source does not
        answer, answers an error, or more than the bounds allow. `to` is then left as it was.
        """
        url = self._places.checked(address)
        asked = _Request(url=url, method=method, validators=validators, secret=secret, limit=limit)
        attempt = 1
        while True:
            try:
                return self._fetched(asked, to)
            except _Again as again:
                attempt += 1
                if attempt > self.manners.attempts:
                    raise again.error from again
                wait = wait_before(attempt, manners=self.manners) if again.wait is None else again.wait
                if wait > self.manners.longest_wait_s:
                    raise Unreachable("source_asks_to_wait", host=asked.url.host, seconds=round(wait)) from again
                self._sleep(wait)

    def probe(self, address: str) -> Probed:
        """What an address answers now, whatever it is: asked once, its body left unread.

        Raises Invalid for an address that is not public, Unreachable when nothing answers.
        """
        url = self._places.checked(address)
        for method in ("HEAD", "GET"):
            asked = _Request(url=url, method=method, validators=NO_VALIDATORS, secret=NO_HEADERS)
            hops: list[Hop] = []
            try:
                with self._answer(asked, hops) as answer:
                    if method == "HEAD" and answer.status_code >= 400:
                        continue
                    return Probed(
                        url=str(url), status=answer.status_code, redirects=tuple(hops), media_type=_media_type(answer)
                    )
            except _Again as again:
                raise again.error from again
        raise AssertionError("GET always returns or raises")

    def _fetched(self, asked: _Request, to: Path) -> Fetched:
        hops: list[Hop] = []
        with self._answer(asked, hops) as answer:
            url, redirects = str(asked.url), tuple(hops)
            if answer.status_code == 304 and asked.validators != NO_VALIDATORS:
                return Fetched(
                    url=url,
                    path=None,
                    redirects=redirects,
                    etag=asked.validators.etag,
                    last_modified=asked.validators.last_modified,
                    not_modified=True,
                )
            _check_status(answer)
            written = write_body(answer, to, limit=asked.limit or self.manners.size_limit)
            return Fetched(
                url=url,
                path=to,
                redirects=redirects,
                etag=answer.headers.get("etag", "")[:200],
                last_modified=answer.headers.get("last-modified", "")[:100],
                sha256=written.sha256,
                size=written.size,
                media_type=_media_type(answer),
            )

    @contextmanager
    def _answer(self, asked: _Request, hops: list[Hop]) -> Iterator[httpx.Response]:
        """The answer at the end of the redirects, which are added to `hops` one by one, each checked like the first."""
        self._dialler.deadline = time.monotonic() + self.manners.total_s
        url, secret = asked.url, asked.secret
        visited = {str(url)}
        while True:
            self._check_welcome(url, known=bool(secret))
            with self._one(asked, url, secret) as answer:
                if answer.status_code not in REDIRECTS or asked.method == "POST":
                    yield answer
                    return
                led = self._led(url, answer)
            hops.append(Hop(status=answer.status_code, url=str(led)))
            if str(led) in visited or len(hops) > self.manners.redirects:
                raise Unreachable("answer_redirects_in_circles", host=asked.url.host, count=len(hops))
            visited.add(str(led))
            if origin_of(led) != origin_of(url):
                secret = NO_HEADERS
            url = led

    def _led(self, url: httpx.URL, answer: httpx.Response) -> httpx.URL:
        """Where a redirect leads. Raises Invalid when we may not go there."""
        location = answer.headers.get("location", "")
        if not location:
            raise Unreachable("answer_redirects_nowhere", host=url.host)
        try:
            led = str(url.join(location))
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise Unreachable("answer_redirects_nowhere", host=url.host) from error
        return self._places.checked(led)

    @contextmanager
    def _one(self, asked: _Request, url: httpx.URL, secret: Mapping[str, str]) -> Iterator[httpx.Response]:
        """One exchange, without redirect. The errors of the network become ours, also while the body is read."""
        manners = self.manners
        self._rhythm.wait(url.host, pause_s=manners.pause_s)
        timeout = httpx.Timeout(manners.read_s, connect=manners.connect_s).as_dict()
        request = httpx.Request(
            asked.method, url, headers=self._headers(asked, secret), extensions={"timeout": timeout}
        )
        try:
            answer = self._transport.handle_request(request)
            answer.request = request
            try:
                yield answer
            finally:
                answer.close()
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise self._ours(error, url) from error

    def _ours(self, error: Exception, url: httpx.URL) -> Exception:
        """The error of the network in our words, marked as worth another try when it is."""
        if isinstance(error, httpcore.TimeoutException):
            slow = Unreachable("source_too_slow", host=url.host)
            return slow if time.monotonic() >= self._dialler.deadline else _Again(slow)
        if isinstance(error, httpcore.ConnectError):
            return _Again(Unreachable("source_silent", host=url.host))
        return _Again(Unreachable("answer_cut", host=url.host))

    def _headers(self, asked: _Request, secret: Mapping[str, str]) -> dict[str, str]:
        said = {
            "User-Agent": self.user_agent.encode("ascii", "replace").decode(),
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
        }
        if asked.validators.etag:
            said["If-None-Match"] = asked.validators.etag
        if asked.validators.last_modified:
            said["If-Modified-Since"] = asked.validators.last_modified
        return {**said, **secret}

    def _check_welcome(self, url: httpx.URL, *, known: bool) -> None:
        """Raise Unreachable when the site asks programs not to read this page; one that gave us a key has said yes."""
        if known or url.path == "/robots.txt":
            return
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = self._read_rules(url)
        if not self._rules[origin](str(url)):
            raise Unreachable("source_declines_programs", host=url.host, address=shown(str(url)))

    def _read_rules(self, url: httpx.URL) -> Rules:
        """The site's robots.txt; without a readable one everything may be read."""
        asked = _Request(
            url=url.copy_with(raw_path=b"/robots.txt"), method="GET", validators=NO_VALIDATORS, secret=NO_HEADERS
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "robots.txt"
            try:
                with self._one(asked, asked.url, NO_HEADERS) as answer:
                    if answer.status_code != 200:
                        return rules_from("")
                    write_body(answer, path, limit=ROBOTS_BYTES)
            except (_Again, Unreachable):
                return rules_from("")
            return rules_from(path.read_text(encoding="utf-8", errors="replace"))


def _check_status(answer: httpx.Response) -> None:
    status, host = answer.status_code, answer.request.url.host
    if status == 200:
        return
    error = Unreachable(_code_of(status), host=host, status=status)
    if status in BUSY:
        raise _Again(error, wait=asked_to_wait(answer.headers.get("retry-after", "")))
    raise error


def _code_of(status: int) -> str:
    if status in (404, 410):
        return "source_not_there"
    return "source_refuses_us" if status in (401, 403, 407, 451) else "source_answers_an_error"


def _media_type(answer: httpx.Response) -> str:
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()[:80]
