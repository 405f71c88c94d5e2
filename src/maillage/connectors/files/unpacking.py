"""A file compressed alone (gzip), unpacked within bounds beside nothing of anyone's: in a folder that goes with it."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from pathlib import Path

from maillage.connectors.limits import Limits
from maillage.core.errors import UnreadableFile

MARK = b"\x1f\x8b"
PIECE = 1024 * 1024


def is_packed(path: Path) -> bool:
    """True when the file starts as gzip files do."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def unpacked(path: Path, *, limits: Limits) -> tuple[Path, tempfile.TemporaryDirectory[str]]:
    """The file without its compression, and the folder it lives in: it is removed with that object.

    Raises UnreadableFile when it is damaged, or would weigh more than a plain file may: a bomb is never written whole.
    """
    home = tempfile.TemporaryDirectory(prefix="maillage-")
    target = Path(home.name) / (path.name.removesuffix(".gz") or "file")
    size = 0
    try:
        with gzip.open(path, "rb") as packed, target.open("wb") as plain:
            while piece := packed.read(PIECE):
                size += len(piece)
                if size > limits.file_bytes:
                    home.cleanup()
                    raise UnreadableFile("file_unpacks_too_large", name=path.name, size=size, limit=limits.file_bytes)
                plain.write(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        home.cleanup()
        raise UnreadableFile("file_truncated", name=path.name) from error
    return target, home
