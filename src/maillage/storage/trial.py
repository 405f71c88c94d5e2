"""A trial: everything is done on a copy of the database, told, and thrown away; nobody waits for it."""

from __future__ import annotations

import datetime as dt
import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

TRIAL = "essai-"
"""How the folder of a trial begins, in `var/`; one that a killed process left is removed by the job « fichiers »."""


@contextmanager
def on_a_copy() -> Iterator[Path]:
    """What is written inside is written elsewhere; gives a folder that goes away too.

    On SQLite, whose one writer would be held all along, a copy of the file is put in place of the database for this
    thread. PostgreSQL lets everyone write meanwhile: there it is a transaction, undone; so is a trial inside a
    transaction, whose unsaved state no copy has. Raises OSError when the disk cannot hold the copy.
    """
    with tempfile.TemporaryDirectory(prefix=TRIAL, dir=settings.VAR) as folder:
        here = connections[DEFAULT_DB_ALIAS]
        if here.vendor == "sqlite" and not here.in_atomic_block:
            with _instead(_copied(Path(folder) / "maillage.sqlite3")):
                yield Path(folder)
        else:
            with transaction.atomic():
                try:
                    yield Path(folder)
                finally:
                    transaction.set_rollback(True)


def _copied(path: Path) -> Path:
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    try:
        with closing(sqlite3.connect(path)) as copy:
            here.connection.backup(copy)
    except sqlite3.Error as error:
        raise OSError(errno.ENOSPC, "le disque est plein, ou refuse l’écriture") from error
    return path


@contextmanager
def _instead(path: Path) -> Iterator[None]:
    here = connections[DEFAULT_DB_ALIAS]
    copy = here.copy()
    copy.settings_dict["NAME"] = str(path)
    connections[DEFAULT_DB_ALIAS] = copy
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = here
        copy.close()


def forget_trials(*, now: dt.datetime) -> int:
    """Remove the folders that killed trials left a day ago or more; returns how many."""
    before = (now - dt.timedelta(days=1)).timestamp()
    left = [path for path in settings.VAR.glob(f"{TRIAL}*") if path.is_dir() and path.stat().st_mtime < before]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)
