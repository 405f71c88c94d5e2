"""One file that holds the whole state, and the way back, on a real state in a folder of its own."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def maillage(var: Path, *words: str, **more) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MAILLAGE_VAR": str(var), "PYTHONPATH": str(ROOT / "src"), "DATABASE_URL": ""}
    del environment["DATABASE_URL"]
    return subprocess.run(
        [sys.executable, "-m", "maillage", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory, empty_base) -> Path:
    """A small real state: the tables, and one person."""
    var = tmp_path_factory.mktemp("etat")
    shutil.copy(empty_base, var / "maillage.sqlite3")
    made = maillage(var, "creer-animateur", "claire@exemple.test", "--mot-de-passe", "une phrase assez longue")
    assert made.returncode == 0, made.stderr
    return var


@pytest.fixture
def var(template, tmp_path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "var"))


def people(var: Path) -> list[str]:
    with closing(sqlite3.connect(var / "maillage.sqlite3")) as base:
        return [email for (email,) in base.execute("SELECT email FROM accounts_user ORDER BY id")]


def forget(var: Path) -> None:
    with closing(sqlite3.connect(var / "maillage.sqlite3")) as base:
        base.execute("DELETE FROM account_emailaddress")
        base.execute("UPDATE accounts_event SET by_id = NULL")
        base.execute("DELETE FROM accounts_user")
        base.commit()


def backup(var: Path, folder: Path) -> Path:
    return backup_of(maillage(var, "sauvegarder", str(folder)), folder)


def backup_of(done: subprocess.CompletedProcess[str], folder: Path) -> Path:
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.tar")
    return path


def test_what_was_saved_comes_back_and_the_state_before_is_kept(var, tmp_path):
    path = backup(var, tmp_path / "s")
    forget(var)

    done = maillage(var, "restaurer", str(path), "--oui")

    assert done.returncode == 0, done.stderr
    assert people(var) == ["claire@exemple.test"]
    assert len(list((var / "sauvegardes").glob("*.tar"))) == 1
    assert (var / "index" / "repair").exists(), "the index of another state must be rebuilt"


def test_a_backup_holds_a_manifest_and_no_secret_and_only_its_owner_reads_it(var, tmp_path):
    path = backup(var, tmp_path / "s")

    with tarfile.open(path) as archive:
        assert sorted(archive.getnames()) == ["database.sqlite3", "manifest.json"]
        manifest = json.load(archive.extractfile("manifest.json"))
    assert manifest["engine"] == "sqlite"
    assert "accounts.0001_initial" in manifest["migrations"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert list((tmp_path / "s").iterdir()) == [path], "no draft is left"


def test_saving_while_the_server_writes_gives_a_whole_database(var, tmp_path):
    with closing(sqlite3.connect(var / "maillage.sqlite3")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO django_session VALUES ('half', 'written', '2026-01-01')")
        path = backup(var, tmp_path / "s")
        writer.rollback()

    with tarfile.open(path) as archive:
        archive.extract("database.sqlite3", tmp_path, filter="data")
    with closing(sqlite3.connect(tmp_path / "database.sqlite3")) as base:
        base.create_function("REGEXP", 2, lambda shape, text: re.search(shape, text) is not None)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT COUNT(*) FROM django_session").fetchone() == (0,)


def repacked(path: Path, **members: bytes) -> None:
    """Write the archive again with other members."""
    with tarfile.open(path) as archive:
        held = {item.name: archive.extractfile(item).read() for item in archive}
    held |= {name.replace("__", "."): content for name, content in members.items()}
    with tarfile.open(path, "w") as archive:
        for name, content in held.items():
            item = tarfile.TarInfo(name)
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))


def cut(share: float):
    def damage(path: Path) -> None:
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    return damage


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


DAMAGES = {
    "empty": lambda path: path.write_bytes(b""),
    "not an archive": lambda path: path.write_bytes(b"Bonjour" * 500),
    "cut at a tenth": cut(0.1),
    "cut at half": cut(0.5),
    "cut near the end": cut(0.98),
    "one byte flipped": flip,
    "no manifest": lambda path: repacked(path, manifest__json=b""),
    "a manifest that is a list": lambda path: repacked(path, manifest__json=b"[]"),
    "a manifest without engine": lambda path: repacked(
        path,
        manifest__json=json.dumps(
            {"made_at": "2026-01-01", "database": "database.sqlite3", "sha256": hashlib.sha256(b"x").hexdigest()}
        ).encode(),
        database__sqlite3=b"x",
    ),
    "another database": lambda path: repacked(path, database__sqlite3=b"SQLite format 3\0" + b"x" * 4096),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused_in_french_and_changes_nothing(var, tmp_path, damage):
    path = backup(var, tmp_path / "s")
    damage(path)

    done = maillage(var, "restaurer", str(path), "--oui")

    assert done.returncode == 2, done.stderr
    assert "Rien n’a été changé." in done.stderr
    assert "Traceback" not in done.stderr
    assert people(var) == ["claire@exemple.test"]


def test_a_file_that_is_not_there_is_named(var):
    done = maillage(var, "restaurer", "nulle-part.tar", "--oui")

    assert (done.returncode, "nulle-part.tar" in done.stderr) == (2, True)


def test_nothing_is_restored_without_a_yes(var, tmp_path):
    path = backup(var, tmp_path / "s")
    forget(var)

    assert maillage(var, "restaurer", str(path), input="n\n").returncode == 1
    assert people(var) == []


def test_a_full_disk_is_told_and_leaves_nothing_half_written(var, tmp_path):
    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))

    done = maillage(var, "sauvegarder", str(tmp_path / "s"), preexec_fn=small_files_only)

    assert done.returncode == 2, done.stderr
    assert "Sauvegarde impossible" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "s").iterdir()) == []


def test_a_folder_nobody_may_write_is_told(var):
    done = maillage(var, "sauvegarder", "/proc/nulle-part")

    assert (done.returncode, "Sauvegarde impossible" in done.stderr) == (2, True)


@pytest.mark.skipif(not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs `make test-postgres`")
def test_postgresql_is_saved_and_restored_too(template, tmp_path):
    def command(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "MAILLAGE_VAR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
        words = (sys.executable, "-m", "maillage", *words)
        return subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    def shell(code: str) -> str:
        done = command(
            "django", "shell", "--no-imports", "-v", "0", "-c", f"from maillage.accounts.models import User; {code}"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert command("django", "migrate", "--verbosity", "0").returncode == 0
    shell("User.objects.create_user('claire@exemple.test')")
    path = backup_of(command("sauvegarder", str(tmp_path / "s")), tmp_path / "s")
    shell("User.objects.all().delete()")

    done = command("restaurer", str(path), "--oui")

    assert done.returncode == 0, done.stderr
    assert shell("print(User.objects.get().email)") == "claire@exemple.test"
    other = backup(Path(shutil.copytree(template, tmp_path / "sqlite")), tmp_path / "s2")
    refused = command("restaurer", str(other), "--oui")
    assert (refused.returncode, "vient d’une base sqlite" in refused.stderr) == (2, True)


def brought(var: Path, data: bytes, name: str = "") -> Path:
    """A file someone brought, under its digest."""
    path = var / "etudes" / f"{name or hashlib.sha256(data).hexdigest()}.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def test_the_files_people_brought_come_back_with_the_state(var):
    path = brought(var, b"%PDF-1.7 une etude")
    (var / "etudes" / ".brouillon.part").write_bytes(b"incomplet")
    assert maillage(var, "sauvegarder").returncode == 0
    saved = max((var / "sauvegardes").glob("*.tar"), key=lambda archive: archive.stat().st_mtime_ns)
    path.unlink()

    done = maillage(var, "restaurer", str(saved), "--oui")

    assert done.returncode == 0, done.stderr
    assert path.read_bytes() == b"%PDF-1.7 une etude"
    with tarfile.open(saved) as archive:
        assert [name for name in archive.getnames() if name.startswith("etudes")] == [f"etudes/{path.name}"]


def test_a_damaged_file_of_a_backup_stops_the_return_before_anything_changes(var):
    path = brought(var, b"%PDF-1.7 abimee", name="0" * 64)
    assert maillage(var, "sauvegarder").returncode == 0
    saved = max((var / "sauvegardes").glob("*.tar"), key=lambda archive: archive.stat().st_mtime_ns)
    path.unlink()

    done = maillage(var, "restaurer", str(saved), "--oui")

    assert done.returncode != 0
    assert "abîmée" in done.stderr
    assert not path.exists()
