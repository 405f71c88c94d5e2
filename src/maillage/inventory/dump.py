"""The public list of sheets for machines: one per line, in a format that does not change without changing its name."""

from __future__ import annotations

import fcntl
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from maillage.accounts.memory import log_mark
from maillage.actors.queries import ORGANISATION
from maillage.core.records import ProgrammeRecord, as_plain
from maillage.inventory.queries import PROGRAMME, programme_record, published_programmes, whole_programmes

SHAPE = "maillage-programme/1"
"""Read by `connectors.other_maillage`. A field may be added; one that changes or goes needs another name."""
LOCAL = ("slug", "parent", "variant_of", "delivered_by")
"""Fields that name things of this house: they mean nothing elsewhere."""
VIA, FIRST = "maillage_via", "maillage_origine"
"""Where a sheet that came from another house keeps the houses it went through, and its first source."""
LINES = 200_000
AT_ONCE = 500
REBUILT_S = 600
"""While sheets keep changing, the file is made again at most this often."""


def dump_line(record: ProgrammeRecord, *, site: str) -> dict[str, Any]:
    """The sheet as another house reads it. `site`: our public address."""
    professional = dict(record.professional)
    via, first = professional.pop(VIA, ""), professional.pop(FIRST, "")
    plain = as_plain(replace(record, professional=professional))
    origin, _, origin_id = first.partition(" ")
    for name in LOCAL:
        del plain[name]
    return {
        "format": SHAPE,
        "url": f"{site}/programmes/{record.slug}",
        "via": [*via.split(), site],
        **plain,
        "operators": [{"name": ref.name, "siren": ref.siren, "role": ref.role} for ref in record.operators],
        "origin": origin or record.origin,
        "origin_id": origin_id or record.origin_id,
    }


def dump_lines(*, site: str) -> Iterator[bytes]:
    """Every published sheet, the oldest first, a few hundred in memory at a time."""
    rows = whole_programmes(published_programmes().order_by("pk"))[:LINES]
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield json.dumps(dump_line(programme_record(row), site=site), ensure_ascii=False).encode("utf-8") + b"\n"


def dump_file(folder: Path, *, site: str) -> Path:
    """The list on disk, made again when the log says that a sheet or an organisation changed; its name tells which.

    Whole or not at all; while one process makes it, the others wait for it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"programmes-{_mark(site)}.jsonl"
    with _alone(folder):
        kept = sorted(folder.glob("programmes-*.jsonl"), key=lambda file: file.stat().st_mtime, reverse=True)
        if path in kept:
            return path
        if kept and time.time() - kept[0].stat().st_mtime < REBUILT_S:
            return kept[0]
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            file.writelines(dump_lines(site=site))
        partial.replace(path)
        for old in kept[1:]:
            old.unlink(missing_ok=True)
    return path


def _mark(site: str) -> str:
    said = repr((SHAPE, site, log_mark(PROGRAMME), log_mark(ORGANISATION)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".verrou").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
