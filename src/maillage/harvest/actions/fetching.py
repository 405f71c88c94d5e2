"""Ask a source, and keep what it answers, byte for byte, before anything reads it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from maillage.core.errors import MaillageError, Refused
from maillage.harvest.models import HarvestRun, RunState, Source
from maillage.harvest.outside import Fetched, Validators, fetch_source
from maillage.harvest.queries import connector_of

if TYPE_CHECKING:
    from maillage.harvest.outside import Client

FOLDER = "recoltes"
"""Where the answers are kept, under `var/`: one folder per source, one file per answer, named by its digest."""

DRAFT = ".ebauche-"
"""How the folder of an answer on its way begins; one that a killed process left is removed by the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source answered, on disk. `path` None: nothing has changed. `columns`: what its run keeps of it."""

    path: Path | None
    columns: Mapping[str, Any]


def answered(source: Source, *, client: Client, folder: Path | None = None) -> Answer:
    """Ask the source at its address; keep its answer in `folder`, by default the one of this source.

    Half an answer is never kept: the draft of a killed process is removed. The caller holds `only_reader`.
    Raises what `fetch_source` raises.
    """
    home = folder or kept_folder(source)
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"{DRAFT}*"):
        shutil.rmtree(left, ignore_errors=True)
    validators = Validators(etag=source.etag, last_modified=source.last_modified)
    with tempfile.TemporaryDirectory(prefix=DRAFT, dir=home) as draft:
        fetched = fetch_source(
            connector_of(source), folder=Path(draft), client=client, address=source.address, validators=validators
        )
        if fetched.path is None:
            return Answer(path=None, columns={})
        path = home / f"{fetched.sha256}{fetched.path.suffix[:10]}"
        os.replace(fetched.path, path)
    return Answer(path=path, columns=_columns(fetched, path))


def kept_folder(source: Source) -> Path:
    """Where the answers of this source are kept."""
    return Path(settings.VAR) / FOLDER / source.slug


@contextmanager
def only_reader(source: Source) -> Iterator[None]:
    """Hold the place of the one process of this machine that refreshes this source, until it ends or dies.

    Raises Refused("import_running") when another holds it.
    """
    home = kept_folder(source)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "verrou").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("import_running", source=source.slug) from error
        yield


def refuse_answer(source: Source, error: MaillageError, *, columns: Mapping[str, Any]) -> HarvestRun:
    """Keep, as a failed run, that the source answered something we cannot read, or did not answer."""
    return HarvestRun.objects.create(
        source=source,
        state=RunState.FAILED,
        file_name=str(columns.get("kept", ""))[:255],
        file_sha256=Path(str(columns.get("kept", ""))).stem[:64],
        recipe=connector_of(source).recipe,
        error=error.code,
        error_facts={name: str(value) for name, value in error.facts.items()},
        finished_at=timezone.now(),
        **columns,
    )


def _columns(fetched: Fetched, path: Path) -> dict[str, Any]:
    headers = {
        "etag": fetched.etag,
        "last_modified": fetched.last_modified,
        "media_type": fetched.media_type,
        "pages": fetched.pages,
    }
    return {
        "url": fetched.url[:500],
        "redirects": [[hop.status, hop.url] for hop in fetched.redirects],
        "headers": headers,
        "fetched_at": timezone.now(),
        "kept": str(Path(path.parent.name) / path.name)[:255],
    }
