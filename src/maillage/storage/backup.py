"""One file that holds the whole state, and the way back.

A backup is a `.tar` with `manifest.json` (what, when, SHA-256, migrations) and the database: a consistent copy of the
SQLite file, or `pg_dump`'s custom format; then the files people brought and that the database only names (`etudes/`,
each called by its SHA-256). The search index is rebuilt, the secret key never leaves the machine.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from maillage.core.errors import UnreadableFile

MANIFEST = "manifest.json"
BROUGHT = "etudes"
"""Folder of `var/` whose files are part of the state; they never change, for their name is their digest."""


def save_backup(folder: Path) -> Path:
    """Write a backup into `folder` while the server runs, and return its path. Never leaves half a file.

    Raises OSError when the disk is full or the folder cannot be written; what was begun is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = timezone.now().strftime("%Y%m%d-%H%M%S")
    final = folder / f"maillage-{stamp}.tar"
    with tempfile.TemporaryDirectory(dir=folder) as draft:
        database = Path(draft) / _database_name()
        _dump(database)
        manifest = Path(draft) / MANIFEST
        manifest.write_text(json.dumps(_manifest(database), indent=2), encoding="utf-8")
        packed = Path(draft) / "backup.tar"
        with tarfile.open(packed, "w") as archive:
            archive.add(manifest, arcname=MANIFEST)
            archive.add(database, arcname=database.name)
            for brought in _brought(settings.VAR):
                archive.add(brought, arcname=f"{BROUGHT}/{brought.name}")
        os.chmod(packed, 0o600)
        os.replace(packed, final)
    return final


def restore_backup(path: Path) -> dict[str, Any]:
    """Put the state of a backup in place of the present one, and return its manifest.

    Everything is checked before anything is touched. Raises UnreadableFile("backup_unreadable" | "backup_damaged" |
    "backup_other_database").
    """
    with tempfile.TemporaryDirectory(dir=settings.VAR) as draft:
        manifest, database = _unpack(path, Path(draft))
        if manifest["engine"] != connection.vendor:
            raise UnreadableFile(
                "backup_other_database", file=path.name, held=manifest["engine"], used=connection.vendor
            )
        connection.close()
        (settings.VAR / BROUGHT).mkdir(exist_ok=True)
        for brought in _brought(Path(draft)):
            os.replace(brought, settings.VAR / BROUGHT / brought.name)
        _load(database)
    return manifest


def _brought(folder: Path) -> list[Path]:
    """The files of a state, those still being written left out."""
    return sorted(path for path in (folder / BROUGHT).glob("*.pdf") if path.is_file() and not path.is_symlink())


def _database_name() -> str:
    return "database.sqlite3" if connection.vendor == "sqlite" else "database.pgdump"


def _manifest(database: Path) -> dict[str, Any]:
    migrations = MigrationRecorder(connection).applied_migrations()
    return {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "database": database.name,
        "bytes": database.stat().st_size,
        "sha256": _digest(database),
        "migrations": sorted(f"{app}.{name}" for app, name in migrations),
    }


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _dump(target: Path) -> None:
    """Copy the database. Raises OSError whatever the engine calls a disk that is full."""
    try:
        if connection.vendor != "sqlite":
            _postgres("pg_dump", "--format=custom", f"--file={target}")
            return
        with (
            closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except (sqlite3.Error, subprocess.CalledProcessError) as error:
        raise OSError(errno.EIO, "le disque est plein, ou refuse l’écriture") from error


def _load(source: Path) -> None:
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(source)) as copy,
            closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as target,
        ):
            copy.backup(target)
        return
    _postgres("pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", str(source))


def _postgres(program: str, *words: str) -> None:
    values = connection.settings_dict
    environment = {**os.environ, "PGPASSWORD": str(values["PASSWORD"] or "")}
    where = [f"--host={values['HOST']}"] if values["HOST"] else []
    where += [f"--port={values['PORT']}"] if values["PORT"] else []
    where += [f"--username={values['USER']}"] if values["USER"] else []
    subprocess.run([program, *where, f"--dbname={values['NAME']}", *words], check=True, env=environment)


def _unpack(path: Path, folder: Path) -> tuple[dict[str, Any], Path]:
    try:
        with tarfile.open(path, "r:") as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        told = {name: str(manifest[name]) for name in ("database", "engine", "made_at", "sha256")}
        database = folder / Path(told["database"]).name
        digest = _digest(database)
        dt.datetime.fromisoformat(told["made_at"])
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFile("backup_unreadable", file=path.name) from error
    whole = all(_digest(brought) == brought.stem for brought in _brought(folder))
    if digest != told["sha256"] or not whole:
        raise UnreadableFile("backup_damaged", file=path.name)
    return manifest, database
