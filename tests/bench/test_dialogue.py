"""The figures of the space of dialogue: what is kept holds the goals, and a lost word or a slow page is seen."""

from __future__ import annotations

import copy
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from bench import dialogue


def results() -> dict:
    return json.loads(dialogue.RESULTS.read_text(encoding="utf-8"))


def test_the_results_hold_the_goals():
    found = results()

    assert dialogue.missed_by(found) == {}
    assert (found["registrations"], found["notes"]["writers"]) == (500, 200)
    assert set(found["pages"]) == {"public", "membre", "animateur", "inscriptions", "accueil"}


def test_one_slow_page_or_one_lost_word_is_a_goal_missed():
    slow, lost = copy.deepcopy(results()), copy.deepcopy(results())
    slow["pages"]["membre"]["cpu_p95_ms"] = 100.1
    lost["notes"]["lost"] = 1

    assert dialogue.missed_by(slow) == {"page_cpu_p95_ms": 100.1}
    assert dialogue.missed_by(lost) == {"notes_lost": 1.0}


@pytest.mark.parametrize("forgets", [0, 3])
def test_words_that_a_server_forgets_are_counted(forgets):
    kept: list[str] = []

    class House(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, " ".join(kept[forgets:]))

        def do_POST(self) -> None:
            said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            kept.extend(said["note"])
            self._answer(302, "")

        def _answer(self, status: int, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), House)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        found = dialogue.write_together(server.server_port, "un-moment", ["cle"] * 12)
    finally:
        server.shutdown()

    assert found["lost"] == forgets
