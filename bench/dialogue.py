"""`python -m bench.dialogue`: the page of a session with 500 registrations, and 200 people who write notes at once.

A house of its own in a throw-away folder: the page is answered by its view, in one process, without a network; the
notes go through the real server (`maillage servir`), one connection per person, all at the same time. A word is lost
when it is not on the page of notes afterwards, exactly once. `--check` fails on a goal missed. Rotation times:
`bench.rotation`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.server import serving
from bench.timing import machine, percentile, time_calls

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results" / "dialogue.json"
REGISTERED, WRITERS, ASKED = 500, 200, 40
AT_MOST = {"page_cpu_p95_ms": 100.0, "notes_lost": 0.0}
"""Goals of issue 6. A page is judged on CPU, which holds on a busy machine; the clock is kept beside."""
CSRF = "b" * 32
TRIES = 3


def main() -> int:
    """Measure, keep, tell; 1 with `--check` when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.dialogue", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a goal is missed")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        print(json.dumps(_inside(Path(chosen.inside))))
        return 0
    found = {"machine": machine(), **measure()}
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1))
    missed = missed_by(found)
    print(f"manqué : {missed}" if missed else "toutes les cibles sont tenues")
    return 1 if missed and chosen.check else 0


def missed_by(found: dict[str, Any]) -> dict[str, float]:
    """The goals these results miss, with what was measured."""
    values = {
        "page_cpu_p95_ms": max(page["cpu_p95_ms"] for page in found["pages"].values()),
        "notes_lost": float(found["notes"]["lost"]),
    }
    return {name: value for name, value in values.items() if value > AT_MOST[name]}


def measure() -> dict[str, Any]:
    """Both figures, in a house made for them."""
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        environment = {**os.environ, "PYTHONPATH": path, "MAILLAGE_VAR": folder, "MAILLAGE_LOG": "ERROR"}
        django = [sys.executable, "-m", "maillage", "django"]
        subprocess.run([*django, "migrate", "-v", "0"], check=True, cwd=ROOT, env=environment)
        subprocess.run([*django, "collectstatic", "--noinput", "-v", "0"], check=True, cwd=ROOT, env=environment)
        inside = [sys.executable, "-m", "bench.dialogue", "--inside", folder]
        done = subprocess.run(inside, check=True, cwd=ROOT, env=environment, capture_output=True, text=True)
        made = json.loads(done.stdout.splitlines()[-1])
        with serving(Path(folder)) as served:
            notes = write_together(served.port, made["moment"], made["keys"])
    return {"registrations": REGISTERED, "pages": made["pages"], "notes": notes}


def write_together(port: int, moment: str, keys: Sequence[str]) -> dict[str, Any]:
    """Everyone sends a note at once; what the page holds afterwards."""
    address = f"/dialogue/moments/{moment}/notes"

    def write(at: int) -> float:
        said = {"note": words_of(at), "cle": f"00000000-0000-4000-8000-{at:012}", "csrfmiddlewaretoken": CSRF}
        start = time.perf_counter()
        for _ in range(TRIES):
            if _asked(port, address, keys[at], body=urlencode(said))[0] == 200:
                return time.perf_counter() - start
        return time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(len(keys)) as pool:
        waits = list(pool.map(write, range(len(keys))))
    spent = time.perf_counter() - start
    _, page = _asked(port, address, keys[0])
    lost = [at for at in range(len(keys)) if page.count(words_of(at)) != 1]
    return {
        "writers": len(keys),
        "lost": len(lost),
        "all_s": round(spent, 2),
        "wait_p50_s": round(percentile(waits, 0.5), 2),
        "wait_p95_s": round(percentile(waits, 0.95), 2),
    }


def words_of(at: int) -> str:
    """The note of one person, unlike any other."""
    return f"mot-{at}-écrit-ensemble"


def _asked(port: int, address: str, key: str, *, body: str | None = None) -> tuple[int, str]:
    """The status and the page; a note kept answers by another address, which is followed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Cookie": f"sessionid={key}; csrftoken={CSRF}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("GET" if body is None else "POST", address, body=body, headers=headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        return (200 if answer.status == 302 else answer.status), page
    except OSError:
        return 0, ""
    finally:
        connection.close()


def _inside(folder: Path) -> dict[str, Any]:
    """In the house itself: make the people and the session, time the page for everyone, a member, an animateur."""
    os.environ.update(MAILLAGE_VAR=str(folder), DJANGO_SETTINGS_MODULE="maillage.config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from bench.crowd import a_full_session, session_key

    settings.ALLOWED_HOSTS = ["*"]
    session, moment, lead, members = a_full_session(registered=REGISTERED, writers=WRITERS)
    pages = {}
    for name, user in (("public", None), ("membre", members[0]), ("animateur", lead)):
        client = Client()
        if user:
            client.force_login(user)
        pages[name] = _timed(client, f"/dialogue/sessions/{session.number}")
    for name in ("inscriptions", "accueil"):
        pages[name] = _timed(client, f"/animation/dialogue/{session.number}/{name}")
    return {"pages": pages, "moment": str(moment.uid), "keys": [session_key(user) for user in members]}


def _timed(client: Any, address: str) -> dict[str, float]:
    """The median and the 95th percentile, by the clock and in CPU."""

    def ask(_: int) -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")

    ask(0)
    found = time_calls(ask, range(ASKED))
    return {"p50_ms": found.p50_ms, "p95_ms": found.p95_ms, "cpu_ms": found.cpu_ms, "cpu_p95_ms": found.cpu_p95_ms}


if __name__ == "__main__":
    sys.exit(main())
