"""What the inventory knew on a day, kept in one file beside the coverage of that day, and read back the same for ever.

`VAR/rapports/<day>.json.gz` holds plain values in a stable order: the same day gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from maillage.core.errors import MaillageError

VERSION = 1
"""Raise it when what is written changes: older files are then made anew."""
EVERYWHERE = "*"
"""The place of what serves the whole country."""

Plain = Mapping[str, Any]


class FactsUnavailable(MaillageError):
    """What the inventory knew that day has not been gathered yet."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """What was published on a day. Every list is sorted; its items are plain values, named in `gathering`.

    `offers`, `bodies`, `links`, `missing`, `needs`; `networks`: slug → name, members, shares of people and communes,
    and the share of the people of each département served.
    """

    day: str
    offers: tuple[Plain, ...]
    bodies: tuple[Plain, ...]
    links: tuple[Plain, ...]
    missing: tuple[Plain, ...]
    needs: tuple[Plain, ...]
    networks: Mapping[str, Plain]

    @cached_property
    def by_uid(self) -> Mapping[str, Plain]:
        """The offers by uid."""
        return {offer["uid"]: offer for offer in self.offers}

    @cached_property
    def by_slug(self) -> Mapping[str, Plain]:
        """The offers by slug."""
        return {offer["slug"]: offer for offer in self.offers}


LISTS = ("offers", "bodies", "links", "missing", "needs")


def path_of(day: dt.date) -> Path:
    """Where what was known on a day is kept."""
    return Path(settings.VAR) / "rapports" / f"{day.isoformat()}.json.gz"


def write(facts: Facts) -> None:
    """Keep these facts: whole, or not at all; the same facts are the same bytes."""
    path = path_of(dt.date.fromisoformat(facts.day))
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"version": VERSION, "day": facts.day, "networks": facts.networks}
    told |= {name: getattr(facts, name) for name in LISTS}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    draft = path.with_name(f"{path.name}.new-{os.getpid()}")
    draft.write_bytes(gzip.compress(text.encode(), compresslevel=6, mtime=0))
    os.replace(draft, path)


def has(day: dt.date) -> bool:
    """Whether the facts of a day are kept."""
    return path_of(day).exists()


def read(day: dt.date) -> Facts:
    """The facts of a day. Raises FactsUnavailable("report_missing") until they are gathered."""
    path = path_of(day)
    try:
        return _read(str(path), path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise FactsUnavailable("report_missing") from error


@lru_cache(maxsize=3)
def _read(path: str, _written: int) -> Facts:
    told = json.loads(gzip.decompress(Path(path).read_bytes()))
    if told["version"] != VERSION:
        raise ValueError(told["version"])
    return Facts(day=told["day"], networks=told["networks"], **{name: tuple(told[name]) for name in LISTS})
