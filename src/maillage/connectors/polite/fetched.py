"""What fetching gives: a file on disk, and what there is to know of where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the source said of its last answer: shown to it again, it may answer that nothing has changed."""

    etag: str = ""
    last_modified: str = ""


NO_VALIDATORS = Validators()
NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A redirect followed: its status (301, 302, 303, 307, 308) and the address it led to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer kept on disk, unpacked.

    `url`: the address asked; `redirects`: where it led, one by one, empty when it answered itself. `sha256`, `size`:
    of the file, in bytes. `not_modified`: the source says that nothing has changed since `validators`; then there is
    no file (`path` is None) and the validators are those given. `pages`: requests the list took.
    """

    url: str
    path: Path | None
    redirects: tuple[Hop, ...] = ()
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    size: int = 0
    not_modified: bool = False
    media_type: str = ""
    pages: int = 1

    @property
    def final_url(self) -> str:
        """The address that answered."""
        return self.redirects[-1].url if self.redirects else self.url

    @property
    def validators(self) -> Validators:
        """What to show the source next time."""
        return Validators(etag=self.etag, last_modified=self.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What an address answers, its body left unread: status (404, 410…), redirects, media type."""

    url: str
    status: int
    redirects: tuple[Hop, ...] = ()
    media_type: str = ""
