"""Passwords kept quickly, the whole official geography, an empty house: what tests share. See `tests/README.md`."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOGETHER = ("tests/gold/", "tests/cli/test_commands.py", "tests/cli/test_refresh.py", "tests/connectors/test_packs.py")
"""Tests whose file reads much once for all of them; none of them asks for the geography, which must come last."""
TABLES = ("geographystate", "territory", "composition", "successor")


def pytest_configure() -> None:
    """Keep passwords by a quick sum: the real one takes most of a second on purpose, for each person of each test."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """One process opens the house of the browser tests, first; the other tests go to whichever is free.

    Preparing that house takes two minutes; the tests of the files of `TOGETHER` stay together too.
    The `loadgroup` of pytest-xdist 3.8 no longer groups under pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByHouse(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/browser/"):
                return "house"
            return nodeid.partition("::")[0] if nodeid.startswith(TOGETHER) else nodeid

    return ByHouse(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the whole geography run last: it stays in the database, and the others expect an empty one."""
    items.sort(key=lambda item: "geography" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def loaded_geography(django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker) -> None:
    """The official geography and the zones of the facts, put once in the test database."""
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            _copy_geography(_template(_digest()))
        else:
            # A new session: the old one checks foreign keys by plans made when tables were all but empty, and the
            # 300 000 of the geography then take it over ten minutes (PostgreSQL 15, 22 November 2026).
            connection.close()
            _load_geography()


@pytest.fixture
def geography(loaded_geography: None, db: None) -> object:
    """The whole geography in memory, loaded again when a test that flushes the database has run before."""
    from maillage.territories import queries
    from maillage.territories.models import Territory

    if not Territory.objects.filter(code="COM-62041").exists():
        _load_geography()
    return queries.geography()


def _load_geography() -> None:
    from maillage.territories.actions import load_geography, load_zones

    load_geography()
    load_zones()


def _digest() -> str:
    """Changes with the facts, the code that loads them and the tables that receive them."""
    room = ROOT / "src/maillage/territories"
    return _digest_of(
        [*room.glob("facts/*"), *room.glob("actions/*.py"), *room.glob("migrations/*.py"), room / "files.py"]
    )


def _digest_of(files: list[Path]) -> str:
    content = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()[:16]


def _template(digest: str) -> Path:
    """A SQLite file with the loaded tables, made once per digest (8 s) and copied by every later run (1 s)."""
    from django.db import connection

    path = ROOT / ".pytest_cache" / f"geography-{digest}.sqlite3"
    if path.exists():
        return path
    _load_geography()
    draft = _draft_of(path)
    connection.ensure_connection()
    with sqlite3.connect(draft) as copy:
        connection.connection.backup(copy)
    copy.close()
    draft.replace(path)
    return path


def _draft_of(path: Path) -> Path:
    """Where to write this template first; those of other digests go."""
    path.parent.mkdir(exist_ok=True)
    for older in path.parent.glob(f"{path.name.partition('-')[0]}-*.sqlite3"):
        older.unlink(missing_ok=True)
    return path.with_suffix(f".{os.getpid()}")


def _copy_geography(template: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM territories_territory")
        if cursor.fetchone()[0]:
            return
        cursor.execute("ATTACH DATABASE %s AS template", [str(template)])
        cursor.execute("PRAGMA foreign_keys = OFF")
        for table in TABLES:
            cursor.execute(f"INSERT INTO main.territories_{table} SELECT * FROM template.territories_{table}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("DETACH DATABASE template")


@pytest.fixture(scope="session")
def empty_base() -> Path:
    """A SQLite file with the tables of an empty house, made once by its own command: tests that open one copy it."""
    path = ROOT / ".pytest_cache" / f"tables-{_digest_of(list(ROOT.glob('src/maillage/*/migrations/*.py')))}.sqlite3"
    if not path.exists():
        draft = _draft_of(path).with_suffix(f".{os.getpid()}.var")
        draft.mkdir()
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        command = [sys.executable, "-m", "maillage", "django", "migrate", "--verbosity", "0"]
        subprocess.run(command, env=kept | {"MAILLAGE_VAR": str(draft), "PYTHONPATH": str(ROOT / "src")}, check=True)
        (draft / "maillage.sqlite3").replace(path)
        shutil.rmtree(draft)
    return path
