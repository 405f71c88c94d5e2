"""A folder of files read as one source: what one of them lacks the others may bring."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from maillage.connectors.limits import Limits
from maillage.connectors.parsed import Refusal
from maillage.core.errors import UnreadableFile

FILES = 2_000
Part = TypeVar("Part")
"""A file, opened."""


def parts_of(
    folder: Path, *, limits: Limits, opened: Callable[[Path], Part]
) -> tuple[tuple[Part, ...], tuple[Refusal, ...]]:
    """The readable files of a folder, by name, and one refusal for each of the others.

    Hidden files and folders inside are left out. Raises UnreadableFile when there is nothing readable, when there are
    more than 2 000 files or when together they pass the bound of one file.
    """
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if len(paths) > FILES:
        raise UnreadableFile("folder_too_full", name=folder.name, count=len(paths), limit=FILES)
    whole = sum(path.stat().st_size for path in paths)
    if whole > limits.file_bytes:
        raise UnreadableFile("file_too_large", name=folder.name, size=whole, limit=limits.file_bytes)
    parts: list[Part] = []
    damaged: list[Refusal] = []
    for path in paths:
        try:
            parts.append(opened(path))
        except UnreadableFile as error:
            damaged.append(Refusal(line=1, expected="readable_file", value=path.name, facts={"code": error.code}))
    if not parts:
        raise UnreadableFile("folder_empty", name=folder.name)
    return tuple(parts), tuple(damaged)


def sha256_of_parts(parts: Iterable[tuple[str, str]]) -> str:
    """The digest of a folder: of the names and the digests of its files."""
    said = "\n".join(f"{name} {sha256}" for name, sha256 in parts)
    return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()
