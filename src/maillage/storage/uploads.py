"""Files that people bring: written under their digest, whole or not at all, within a bound."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from maillage.core.errors import Invalid

UNNAMED = dt.timedelta(days=30)
"""How long a file that no row names is kept."""


def keep_under_digest(
    chunks: Iterable[bytes],
    place: Callable[[str], Path],
    *,
    name: str,
    most_bytes: int,
    check_start: Callable[[bytes], None] | None = None,
) -> tuple[str, int]:
    """Write the bytes at `place(SHA-256)`, readable by us alone; returns that digest and the size in bytes.

    `name`: what errors call the file. `check_start`: looks at the first bytes and raises when they are not of the kind
    asked for. Raises Invalid("file_too_heavy" or "file_empty"); nothing is then left behind.
    """
    folder = place("draft").parent
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{uuid.uuid4().hex}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in chunks:
                if check_start and not size and chunk:
                    check_start(chunk)
                size += len(chunk)
                if size > most_bytes:
                    raise Invalid("file_too_heavy", name=name[:100], limit=most_bytes // 1024**2)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise Invalid("file_empty", name=name[:100])
        draft.replace(place(digest.hexdigest()))
    finally:
        draft.unlink(missing_ok=True)
    return digest.hexdigest(), size


def forget_unnamed(folder: Path, *, named: Collection[str], now: dt.datetime) -> int:
    """Remove the files under this folder that are not `named` (whole paths) and are older than UNNAMED; how many.

    The age leaves time to the process that has written a file and not yet the row that names it. Folders that this
    leaves empty go too, links are never followed.
    """
    before = (now - UNNAMED).timestamp()
    removed = 0
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_symlink() or path.is_file():
            if str(path) not in named and path.lstat().st_mtime < before:
                path.unlink(missing_ok=True)
                removed += 1
        elif path.is_dir() and path.stat().st_mtime < before and not any(path.iterdir()):
            path.rmdir()
    return removed
