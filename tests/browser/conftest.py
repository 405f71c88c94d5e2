"""The real house, prepared and served by its own commands, in front of a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories.imports import MAPPING, a_row, a_table
from tests.factories.mail import Letters, free_port, mail_server

ROOT = Path(__file__).resolve().parents[2]
ANIMATOR = ("animateur@exemple.test", "un-mot-de-passe-long-et-sur")
WORDS = (
    "Une aide pour dépolluer une friche, la réhabiliter et y installer un tiers-lieu ouvert aux habitants du canton. "
    "Le syndicat accompagne la commune pas à pas."
)
SEEDING = """
import json
from django.contrib.sessions.backends.db import SessionStore
def key(user):
    store = SessionStore()
    store["_auth_user_id"], store["_auth_user_hash"] = str(user.pk), user.get_session_auth_hash()
    store["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    store.save()
    return store.session_key
"""
"""What every script run in the house may use: `key(user)` opens a session of this person, and prints as its cookie."""
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Letters]:
    """A real mail server on this machine."""
    with mail_server() as box:
        yield box


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, mailbox: Letters) -> dict[str, str]:
    """What every command of this house is told: its folder, its address, its mail server."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "src"),
        "MAILLAGE_VAR": str(tmp_path_factory.mktemp("house")),
        "MAILLAGE_EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "MAILLAGE_URL": f"http://127.0.0.1:{free_port()}",
        "MAILLAGE_MOT_DE_PASSE": ANIMATOR[1],
        "MAILLAGE_LOG": "ERROR",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return environment


@pytest.fixture(scope="session")
def served(house: dict[str, str]) -> Iterator[str]:
    """The address of the house, with the whole geography and the starter inventory."""
    environment, address = house, house["MAILLAGE_URL"]
    port = address.rpartition(":")[2]
    maillage = [sys.executable, "-m", "maillage"]
    subprocess.run([*maillage, "preparer"], env=environment, check=True, capture_output=True, cwd=ROOT)
    command = [*maillage, "creer-animateur", ANIMATOR[0], "--nom", "Équipe"]
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd=ROOT)
    server = subprocess.Popen([*maillage, "servir", "--port", port], env=environment, cwd=ROOT)
    _wait_for(address)
    yield address
    server.terminate()
    server.wait(timeout=120)


def _wait_for(address: str) -> None:
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{address}/sante", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the house did not open")


def told_by(house: dict[str, str], script: str) -> dict[str, Any]:
    """What a script run in the house prints last, as JSON; it may use what `SEEDING` gives."""
    command = [sys.executable, "-m", "maillage", "django", "shell", "-v", "0", "-c", SEEDING + script]
    done = subprocess.run(command, env=house, capture_output=True, cwd=ROOT, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, as the machine has it."""
    from playwright.sync_api import sync_playwright

    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    if not path:
        pytest.skip("no Chromium on this machine (make browser installs one)")
    # Playwright's own loop stays open in this thread: Django would take every later test for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, served: str) -> Iterator[Any]:
    """A page of a new window; at the end, nothing was asked of another site and nothing was refused by the policy."""
    context = chromium.new_context(locale="fr-FR", base_url=served, viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith((served, "data:"))] == []
    assert [text for text in said if "Content Security Policy" in text or "Uncaught" in text] == []


def opened(chromium: Any, served: str, session_key: str, *, width: int = 360, scripts: bool = True) -> Any:
    """A window where the person of this session is signed in."""
    context = chromium.new_context(
        locale="fr-FR",
        base_url=served,
        bypass_csp=True,
        viewport={"width": width, "height": 740},
        java_script_enabled=scripts,
    )
    context.add_cookies([{"name": "sessionid", "value": session_key, "url": served}])
    return context.new_page()


def sign_in(page: Any, email: str, password: str) -> None:
    """Sign in by the form."""
    page.goto("/compte/connexion")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url("**/mon-espace")


@pytest.fixture(scope="session")
def imported(served: str, house: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Offers of two sources, published, one of them told twice; then one changed, some new and over, waiting."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "mapping.csv").write_text(MAPPING, encoding="utf-8")
    told = {"page": "https://exemple.test/aide"}
    first = [
        a_row("V1", titre="Veillées des tiers-lieux de la haute vallée", texte=WORDS, **told),
        a_row("V2", titre="Ombrières solaires des parkings de l’estuaire", **told),
    ]
    again = [
        a_row("V1", titre="Veillées des tiers-lieux de la haute vallée", texte=f"{WORDS} Deux fois par an.", **told),
        a_row("V3", titre="Cantines des légumes de la plaine", **told),
        a_row("V4", titre="Ateliers vélo des quais", fin="2020-01-31", **told),
    ]
    twin = [a_row("W1", titre="Veillées de tiers-lieux en haute vallée", texte=WORDS, **told)]
    for rows, source, words in ((first, "vallee", ["--tout-accepter"]), (again, "vallee", []), (twin, "plaine", [])):
        path = a_table(folder, rows, f"{source}{len(rows)}.csv")
        mapping = ["--correspondance", str(folder / "mapping.csv"), "--source", source]
        command = [sys.executable, "-m", "maillage", "importer", str(path), *mapping, *words]
        subprocess.run(command, env=house, cwd=ROOT, check=True, capture_output=True)
